"""Questions with a list of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from outreach.web.fields.base import MOST_VALUES, WordedField


@dataclass(frozen=True)
class Choice:
    """One answer. `value` is what the form sends, `label` what people read; `group` heads part of a select."""

    value: str
    label: str
    hint: str = ""
    group: str = ""


def choices_of(kind: type[Enum], words: dict[Any, str] | None = None) -> list[Choice]:
    """An enum's members as answers, by value, in their order, in the words given for people."""
    return [Choice(str(member.value), (words or {}).get(member) or str(member.value)) for member in kind]


class _ChoosingField(WordedField):
    """A tampered or outdated answer is an answer not given: the same words, and never an error page.

    `coerce` turns the text sent into what `data` holds (an enum, a row's number). `choices` may be set on
    the form's field once the rows are known.
    """

    verb = "Select"

    def __init__(
        self, label: str, *, choices: Iterable[Choice] = (), coerce: Callable[[str], Any] = str, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices: Sequence[Choice] = tuple(choices)
        self.coerce = coerce
        self.sent: list[str] = []

    @staticmethod
    def as_sent(value: Any) -> str:
        """The text that stands for a value of ours in the page."""
        return str(value.value) if isinstance(value, Enum) else str(value)

    def process_data(self, value: Any) -> None:
        self.data = value
        self.sent = [] if value is None or value == "" else [self.as_sent(value)]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.sent = [str(v) for v in valuelist[:MOST_VALUES] if v != ""]
        # Until the choices are known nothing that was sent is believed; see problem().
        self.data = None

    def is_blank(self) -> bool:
        return not self.sent

    def chosen(self) -> list[Any] | None:
        """What was sent, coerced; None when any of it is not among the choices."""
        offered = {choice.value for choice in self.choices}
        if not all(value in offered for value in self.sent):
            return None
        return [self.coerce(value) for value in dict.fromkeys(self.sent)]

    def problem(self) -> str | None:
        chosen = self.chosen()
        if not chosen:
            return self.missing
        self.data = chosen[0]
        return None

    def items(self, mark: str) -> list[dict[str, Any]]:
        """The answers as the component takes them, the chosen ones marked by the key it uses."""
        shown = []
        for choice in self.choices:
            item: dict[str, Any] = {"value": choice.value, "text": choice.label, mark: choice.value in self.sent}
            if choice.hint:
                item["hint"] = {"text": choice.hint}
            shown.append(item)
        return shown


class RadiosField(_ChoosingField):
    """One of a few, all in sight. `inline` puts two short answers side by side."""

    macro = "radios"

    def __init__(self, label: str, *, inline: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.inline = inline

    def params(self, heading: bool) -> dict[str, Any]:
        shown = self.described() | {"idPrefix": self.id, "name": self.name, "items": self.items("checked")}
        shown["fieldset"] = {"legend": self.heading_words("fieldset__legend", heading)}
        if self.inline:
            shown["classes"] = "govuk-radios--inline"
        return shown


class CheckboxesField(RadiosField):
    """Any of a few; `data` is a list in the order the choices stand."""

    macro = "checkboxes"
    data: list[Any]

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())
        self.sent = [self.as_sent(v) for v in self.data]

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = []

    def problem(self) -> str | None:
        chosen = self.chosen()
        if chosen is None:
            return self.missing
        order = [choice.value for choice in self.choices if choice.value in self.sent]
        self.data = [self.coerce(value) for value in order]
        return None


class YesField(CheckboxesField):
    """One box to tick; `data` is a bool. `answer` is the sentence beside the box."""

    data: bool  # type: ignore[assignment]

    def __init__(self, label: str, *, answer: str, hint_of_answer: str = "", **kwargs: Any) -> None:
        super().__init__(label, choices=[Choice("yes", answer, hint_of_answer)], **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = bool(value)
        self.sent = ["yes"] if value else []

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = self.sent == ["yes"]

    def problem(self) -> str | None:
        if self.chosen() is None:
            return self.missing
        self.data = True
        return None


class SelectField(_ChoosingField):
    """One of many. The first line is empty, so that nobody is given an answer they did not choose."""

    macro = "select"

    def __init__(self, label: str, *, blank: str = "Choose one", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.blank = blank

    def params(self, heading: bool) -> dict[str, Any]:
        first = {"value": "", "text": self.blank, "selected": not self.sent}
        return self.named(heading) | {"items": [first, *self.items("selected")]}
