"""Words that people type, made safe to store, to mail, to print and to compare."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from outreach.web.fields.base import WordedField

DEFAULT_LENGTH = 100
DEFAULT_LONG_LENGTH = 2000

# Marks that change how a text looks or compares without being seen: direction overrides and isolates,
# zero-width spaces and joiners, soft hyphens, tag characters, the byte order mark.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# A zero-width joiner stays only where it builds one emoji from several, as in a family.
_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"
_LOOSE_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")
_NEWLINE = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def _unstorable(char: str) -> bool:
    """Controls, halves of surrogate pairs, and code points that are no characters: not every database takes them."""
    return unicodedata.category(char) in ("Cc", "Cs") or ord(char) & 0xFFFE == 0xFFFE


def clean_text(value: str, *, multiline: bool = False) -> str:
    """One spelling of what was typed: composed, without controls or unseen marks, with single spaces.

    In one line a line break becomes a space; in several lines every kind of break becomes a newline, with
    at most one empty line between paragraphs.
    """
    lines = _NEWLINE.split(value) if multiline else [value]
    cleaned = []
    for line in lines:
        # str.split knows every kind of space, tabs and separators included.
        spaced = " ".join(line.split())
        kept = "".join(c for c in spaced if not _unstorable(c))
        seen = _LOOSE_JOINER.sub("", _UNSEEN.sub("", kept))
        # Removing a mark can bring two spaces, or a letter and its accent, together.
        cleaned.append(" ".join(unicodedata.normalize("NFC", seen).split()))
    return re.sub("\n{3,}", "\n\n", "\n".join(cleaned)).strip()


class TextField(WordedField):
    """One line of text. `autocomplete` takes the HTML token for personal details (WCAG 1.3.5)."""

    data: str
    multiline = False
    longest = DEFAULT_LENGTH

    def __init__(
        self, label: str, *, max_length: int | None = None, autocomplete: str = "", width: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.max_length = max_length or self.longest
        self.autocomplete = autocomplete
        self.width = width

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_text(str(valuelist[0]), multiline=self.multiline) if valuelist else ""

    def problem(self) -> str | None:
        if len(self.data) > self.max_length:
            return f"{self.called} must be {self.max_length:,} characters or fewer"
        return None

    def params(self, heading: bool) -> dict[str, Any]:
        shown = super().params(heading)
        if self.autocomplete:
            shown["autocomplete"] = self.autocomplete
        if self.width:
            prefix = "govuk-input--width-" if self.width.isdigit() else "govuk-!-width-"
            shown["classes"] = prefix + self.width
        return shown


class VersionField(TextField):
    """The version of the row that a form was opened on, carried in a hidden input.

    Whatever is sent is only compared, in the action: it is never wrong by itself.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("Version", optional=True, **kwargs)

    def problem(self) -> str | None:
        return None


class EmailField(TextField):
    """An address that mail can be sent to, in small letters so that one person has one account.

    No name server is asked: it would be slow, and would fail whenever the network does.
    """

    longest = 254
    wrong = "Enter an email address in the correct format, like name@example.com"

    def __init__(self, label: str, *, autocomplete: str = "email", **kwargs: Any) -> None:
        super().__init__(label, autocomplete=autocomplete, **kwargs)
        self.broken = False

    def say_missing(self) -> str:
        return "Enter an email address" if self.called == "Email address" else super().say_missing()

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        # A browser cannot send a line break here; whoever does is after the mail's headers.
        self.broken = bool(valuelist) and bool(_NEWLINE.search(str(valuelist[0])))

    def problem(self) -> str | None:
        if self.broken:
            return self.wrong
        if too_long := super().problem():
            return too_long
        try:
            checked = validate_email(
                self.data, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
            )
        except EmailNotValidError:
            return self.wrong
        if "." not in checked.ascii_domain or checked.ascii_domain.startswith("["):
            return self.wrong
        self.data = (checked.ascii_email or checked.normalized).lower()
        return None

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"type": "email", "spellcheck": False}


class WebAddressField(TextField):
    """An address of the web, which a link on our page may lead to: https, or http unless `secure`, and a host."""

    wrong = "Enter a web address that begins with https://"

    def __init__(self, label: str, *, secure: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.schemes = ("https",) if secure else ("https", "http")

    def problem(self) -> str | None:
        if too_long := super().problem():
            return too_long
        if any(char.isspace() for char in self.data):
            return self.wrong
        try:
            parts = urlsplit(self.data)
            host = parts.hostname or ""
        except ValueError:
            return self.wrong
        fine = parts.scheme in self.schemes and "." in host and not parts.username
        return None if fine else self.wrong


class PhoneField(TextField):
    """A telephone number as the person writes it: spaces, brackets and an extension are theirs to choose."""

    longest = 40
    wrong = "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192"
    pattern = re.compile(r"[+(]?[0-9][0-9 ().\-/]*(?:(?:,? ?(?:extension|ext|x)\.? ?|#)[0-9]{1,6})?", re.IGNORECASE)

    def __init__(self, label: str, *, autocomplete: str = "tel", width: str = "20", **kwargs: Any) -> None:
        super().__init__(label, autocomplete=autocomplete, width=width, **kwargs)

    def problem(self) -> str | None:
        if len(self.data) > self.max_length or not self.pattern.fullmatch(self.data):
            return self.wrong
        return None if 7 <= sum(c.isdigit() for c in self.data) <= 21 else self.wrong

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"type": "tel", "inputmode": "tel"}


class TextAreaField(TextField):
    """Several lines. The box counts down the characters that are left."""

    macro = "character-count"
    multiline = True
    longest = DEFAULT_LONG_LENGTH

    def __init__(self, label: str, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.rows = rows

    def params(self, heading: bool) -> dict[str, Any]:
        shown = self.named(heading) | {"value": self.value(), "rows": self.rows}
        # The countdown appears in the last quarter: a number under every empty box would be noise.
        return shown | {"maxlength": self.max_length, "threshold": 75}
