"""A file that somebody chooses. The form must be sent as multipart/form-data, and be given `with_files()`."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from outreach.web.fields.base import WordedField


def with_files() -> CombinedMultiDict[str, Any]:
    """What was posted, files and answers together."""
    return CombinedMultiDict([request.files, request.form])


class FileField(WordedField):
    """`data` holds the bytes of the file; the limit on a request's body is the limit on it. Never shown again."""

    macro = "file-upload"
    verb = "Choose"
    data: bytes

    def __init__(self, label: str, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.accept = accept

    def process_data(self, value: Any) -> None:
        self.data = b""

    def process_formdata(self, valuelist: list[Any]) -> None:
        file = valuelist[0] if valuelist else None
        self.data = b""
        if isinstance(file, FileStorage):
            self.data = file.stream.read()
            file.close()

    def is_blank(self) -> bool:
        return not self.data

    def value(self) -> str:
        return ""

    def params(self, heading: bool) -> dict[str, Any]:
        shown = self.named(heading)
        return shown | {"attributes": {"accept": self.accept}} if self.accept else shown
