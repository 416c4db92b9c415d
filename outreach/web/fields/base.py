"""What every field has: its words, whether it may be left out, and the component that draws it."""

from __future__ import annotations

from typing import Any

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

# A form can send one name many times; nobody ticks more boxes than this.
MOST_VALUES = 200


def lower_first(words: str) -> str:
    """'Your name' as it reads inside a sentence; 'NHS number' and 'I Care' keep their capitals."""
    if words.startswith("I ") or words[1:2].isupper():
        return words
    return words[:1].lower() + words[1:]


# Words that already say which one is meant.
_DETERMINED = ("a ", "an ", "the ", "your ", "their ", "our ", "at ", "how ", "what ", "when ", "where ", "whether ")


def with_article(words: str) -> str:
    """'the event date' for 'Event date'; 'your name', 'an email address' and 'how many' stay as they are."""
    inside = lower_first(words)
    return inside if inside.lower().startswith(_DETERMINED) else f"the {inside}"


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]


class WordedField(Field):
    """A question that answers in sentences.

    `called` is the thing in an error ('Contact’s name'), by default the label; `missing` is the whole
    sentence shown when a required answer is blank. WTForms' own messages are never reached. What is needed
    `sometimes` has a hint that says when, and its form insists then.
    """

    macro = "input"
    verb = "Enter"

    def __init__(
        self,
        label: str,
        *,
        called: str | None = None,
        missing: str | None = None,
        optional: bool = False,
        sometimes: bool = False,
        hint: str = "",
        validators: list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        shown = f"{label} (optional)" if optional else label
        super().__init__(shown, validators, description=hint, **kwargs)
        if label.endswith("?") and called is None:
            raise TypeError(f"the question {label!r} needs called=, so that its errors can name the thing")
        self.called = upper_first(called or label)
        self.optional = optional or sometimes
        self.missing = missing or self.say_missing()

    def say_missing(self) -> str:
        return f"{self.verb} {with_article(self.called)}"

    def is_blank(self) -> bool:
        """Whether the person left the question alone, as against answering it badly."""
        return self.data is None or self.data == "" or self.data == []

    def problem(self) -> str | None:
        """The sentence that says what is wrong with an answer that is not blank."""
        return None

    def pre_validate(self, form: BaseForm) -> None:
        if self.is_blank():
            raise StopValidation("" if self.optional else self.missing)
        if problem := self.problem():
            raise StopValidation(problem)

    def add_error(self, message: str) -> None:
        """Put a sentence beside the field after its own checks have run."""
        self.errors = [*self.errors, message]

    @property
    def first_error_id(self) -> str:
        """The input that the error summary's link focuses."""
        return self.id

    def value(self) -> str:
        """The answer as it is shown again in the box."""
        return "" if self.data is None else str(self.data)

    def params(self, heading: bool) -> dict[str, Any]:
        """The component's parameters. With `heading` the label is the page's h1."""
        return self.named(heading) | {"type": "text", "value": self.value()}

    def named(self, heading: bool) -> dict[str, Any]:
        """The parameters of every component that has one label and one input."""
        return self.described() | {"id": self.id, "name": self.name, "label": self.heading_words("label", heading)}

    def described(self) -> dict[str, Any]:
        """The hint and the error, which every component takes in the same shape."""
        shown: dict[str, Any] = {}
        if self.description:
            shown["hint"] = {"text": self.description}
        if self.errors:
            shown["errorMessage"] = {"text": self.errors[0]}
        return shown

    def heading_words(self, part: str, heading: bool) -> dict[str, Any]:
        """A label, or a fieldset's legend; large and an h1 when it is the page's only question."""
        words: dict[str, Any] = {"text": self.label.text}
        if heading:
            return words | {"isPageHeading": True, "classes": f"govuk-{part}--l"}
        return words | {"classes": f"govuk-{part}--s"}
