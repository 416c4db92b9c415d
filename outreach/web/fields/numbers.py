"""Numbers as people write them. Nothing that is typed raises, however long or odd."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from outreach.web.fields.base import WordedField
from outreach.web.fields.text import clean_text

_GROUPING = re.compile(r"[\s,'’_]")
_SIGNED = re.compile(r"([+\-−–]?)([0-9]+)(?:\.0*)?")
_FRACTIONS = {"¼": ".25", "½": ".5", "¾": ".75"}


class _TypedNumber(WordedField):
    """Keeps what was typed, so that a refused answer can be shown again and corrected."""

    width = "5"

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.typed = ""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.typed = "" if value is None else self.shown(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = clean_text(str(valuelist[0])) if valuelist else ""
        self.data = None

    def shown(self, value: Any) -> str:
        return str(value)

    def is_blank(self) -> bool:
        return not self.typed

    def value(self) -> str:
        # Thousands of digits are not shown back: the box is five wide and the page would only grow.
        return self.typed[:100]

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"classes": f"govuk-input--width-{self.width}", "spellcheck": False}


class WholeNumberField(_TypedNumber):
    """A count. `data` is an int between `least` and `most`, or None."""

    data: int | None

    def __init__(self, label: str, *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least = least
        self.most = most

    def problem(self) -> str | None:
        found = _SIGNED.fullmatch(_GROUPING.sub("", self.typed))
        if found is None:
            return f"{self.called} must be a whole number, like {max(self.least, min(30, self.most))}"
        sign, digits = found.groups()
        digits = digits.lstrip("0") or "0"
        # int() refuses more than 4,300 digits by raising; lengths are compared first.
        number = self.most + 1 if len(digits) > len(str(self.most)) else int(digits)
        if sign and sign != "+":
            number = -number
        if number < self.least:
            return f"{self.called} must be {self.least:,} or more"
        if number > self.most:
            return f"{self.called} must be {self.most:,} or fewer"
        self.data = number
        return None

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"inputmode": "numeric"}


class HoursField(_TypedNumber):
    """A length of time in hours, in steps of a quarter. `data` is a Decimal or None."""

    data: Decimal | None
    pattern = re.compile(r"([0-9]{0,6})(\.[0-9]{0,6})?")
    step = Decimal("0.25")
    width = "4"

    def __init__(
        self, label: str, *, least: Decimal = Decimal("0.25"), most: Decimal = Decimal(24), **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.least = least
        self.most = most

    def shown(self, value: Any) -> str:
        return f"{Decimal(value).normalize():f}"

    def problem(self) -> str | None:
        wrong = f"{self.called} must be a number of hours in quarters, like 1.5 or 2.25"
        text = re.sub(r" ?(?:hours?|hrs?|h)\.?$", "", self.typed.lower()).replace(" ", "")
        for sign, decimals in _FRACTIONS.items():
            text = text.replace(sign, decimals)
        if text.startswith(("-", "−", "–")):
            return f"{self.called} must be {self.shown(self.least)} or more"
        found = self.pattern.fullmatch(text)
        if found is None or not any(c.isdigit() for c in text):
            return wrong
        hours = Decimal((found[1] or "0") + (found[2] or "").rstrip("."))
        if hours < self.least:
            return f"{self.called} must be {self.shown(self.least)} or more"
        if hours > self.most:
            return f"{self.called} must be {self.shown(self.most)} or fewer"
        if hours % self.step:
            return wrong
        self.data = hours
        return None

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"inputmode": "decimal", "suffix": {"text": "hours"}}
