"""A file that people choose. Nothing of it is kept by the field: a browser never sends it again by itself."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from outreach.web.fields.base import WordedField


def with_files() -> CombinedMultiDict[str, Any]:
    """What was posted, answers and files together: what a form with a file is given."""
    return CombinedMultiDict([request.form, request.files])


class FileField(WordedField):
    """`data` is the file's bytes; the form is sent as multipart/form-data. A request's limit is the file's.

    What may be in it is the act's to say: a name's ending and a declared type prove nothing, so neither is read.
    """

    macro = "file-upload"
    verb = "Choose"
    data: bytes

    def __init__(self, label: str, *, accept: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.accept = accept

    def process_data(self, value: Any) -> None:
        del value
        self.data = b""

    def process_formdata(self, valuelist: list[Any]) -> None:
        chosen = next((one for one in valuelist if isinstance(one, FileStorage) and one.filename), None)
        self.data = b""
        if chosen is not None:
            # Chosen and empty is not the same as not chosen; the act says what is wrong with it.
            self.data = chosen.stream.read() or b"\n"
            chosen.close()

    def is_blank(self) -> bool:
        return not self.data

    def value(self) -> str:
        return ""

    def params(self, heading: bool) -> dict[str, Any]:
        return self.named(heading) | {"attributes": {"accept": self.accept}}
