"""Days and clock times, asked as people say them."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from outreach import clock
from outreach.web.fields.base import WordedField, lower_first
from outreach.web.fields.text import clean_text

# Wide enough for any record of ours; narrow enough that no sum of days leaves the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2100

_MONTHS = {name.lower(): n for names in (month_name, month_abbr) for n, name in enumerate(names) if name} | {"sept": 9}
_PARTS = ("day", "month", "year")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?(am|pm)?")
_WORDS = {"midday": time(12), "noon": time(12), "12noon": time(12), "midnight": time(0), "12midnight": time(0)}


class DatePartsField(WordedField):
    """A day in three boxes, read from NAME-day, NAME-month and NAME-year. `data` is a date or None.

    `earliest` and `latest` are asked when the form is checked: 'today' must not be the day the program
    started. Each comes with the words that end the sentence '{called} must be …'.
    """

    macro = "date-input"
    data: date | None

    def __init__(
        self,
        label: str,
        *,
        earliest: tuple[Callable[[], date], str] | None = None,
        latest: tuple[Callable[[], date], str] | None = None,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.earliest = earliest
        self.latest = latest
        self.autocomplete = autocomplete
        self.typed = dict.fromkeys(_PARTS, "")
        self.bad: set[str] = set()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.object_data = self.data = data if isinstance(data, date) else None
        if formdata is not None:
            self.data = None
            self.raw_data = [formdata.get(f"{self.name}-{part}", "") for part in _PARTS]
            self.typed = {part: clean_text(str(v)) for part, v in zip(_PARTS, self.raw_data, strict=True)}
        elif self.data is not None:
            day = self.data
            self.typed = {"day": str(day.day), "month": str(day.month), "year": str(day.year)}

    def is_blank(self) -> bool:
        return not any(self.typed.values())

    def problem(self) -> str | None:
        empty = [part for part in _PARTS if not self.typed[part]]
        if empty:
            self.bad = set(empty)
            return f"{self.called} must include a {' and '.join(empty)}"
        day, month, year = (self.typed[part] for part in _PARTS)
        # isdigit() and int() take more than ASCII digits, and int() raises on thousands of them.
        if not re.fullmatch("[0-9]{4}", year):
            self.bad = {"year"}
            return "Year must include 4 numbers"
        number = int(month) if re.fullmatch("[0-9]{1,2}", month) else _MONTHS.get(month.lower().rstrip("."), 0)
        plain_day = re.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)?", day.lower())
        try:
            found = date(int(year), number, int(plain_day[1]) if plain_day else 0)
        except ValueError:
            self.bad = {"month"} if not 1 <= number <= 12 else {"day"}
            return f"{self.called} must be a real date"
        return self.out_of_range(found)

    def out_of_range(self, found: date) -> str | None:
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.bad = {"year"}
            return f"Year must be between {FIRST_YEAR} and {LAST_YEAR}"
        for limit, outside in ((self.earliest, date.__lt__), (self.latest, date.__gt__)):
            if limit is not None and outside(found, limit[0]()):
                return f"{self.called} must be {limit[1]}"
        self.data = found
        return None

    @property
    def first_error_id(self) -> str:
        return f"{self.id}-{next((part for part in _PARTS if part in self.bad), 'day')}"

    def items(self) -> list[dict[str, Any]]:
        """The three boxes; only the bad ones are outlined, or all of them when the whole day is wrong."""
        bad = (self.bad or set(_PARTS)) if self.errors else set()
        shown = []
        for part in _PARTS:
            classes = "govuk-input--width-4" if part == "year" else "govuk-input--width-2"
            classes += " govuk-input--error" if part in bad else ""
            # Each box has its own autocomplete token for a birthday; no other date is worth filling in.
            token = {"autocomplete": f"{self.autocomplete}-{part}"} if self.autocomplete else {}
            item = {"id": f"{self.id}-{part}", "name": part, "classes": classes, "value": self.typed[part][:20]}
            shown.append(item | token)
        return shown

    def params(self, heading: bool) -> dict[str, Any]:
        legend = {"legend": self.heading_words("fieldset__legend", heading), "role": "group"}
        return self.described() | {"id": self.id, "namePrefix": self.name, "fieldset": legend, "items": self.items()}


def read_clock(text: str) -> time | None:
    """'9', '9am', '9:30', '09.30', '1730', '5:30pm' and 'midday' as clock times; None when it is no time."""
    plain = re.sub(r"(?<=[ap])\.?m\.?$", "m", text.lower().strip()).replace(" ", "")
    if plain in _WORDS:
        return _WORDS[plain]
    found = _CLOCK.fullmatch(plain)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class ClockTimeField(WordedField):
    """A clock time. `data` is a time or None.

    A bare 1 to 6 is asked again: '2' from a school is two in the afternoon, and a clock of 24 hours
    would have made it the night. '02:00' says what it means.
    """

    data: time | None

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.typed = ""

    def process_data(self, value: Any) -> None:
        self.data = value if isinstance(value, time) else None
        self.typed = say_time(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = clean_text(str(valuelist[0])) if valuelist else ""
        self.data = None

    def is_blank(self) -> bool:
        return not self.typed

    def problem(self) -> str | None:
        if re.fullmatch("[1-6](?:[:. ]?[0-9]{2})?", self.typed):
            return f"{self.called} must say am or pm, like {self.typed}pm"
        found = read_clock(self.typed)
        if found is None:
            return f"{self.called} must be a time, like 9:30am or 2pm"
        self.data = found
        return None

    def value(self) -> str:
        return self.typed[:40]

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"classes": "govuk-input--width-5", "spellcheck": False}


def say_time(at: time) -> str:
    """'5:30pm', '9am', 'midday', 'midnight': the words of the GOV.UK style."""
    if at == time(12):
        return "midday"
    if at == time(0):
        return "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def check_period(
    day: DatePartsField,
    start: ClockTimeField,
    end: ClockTimeField,
    *,
    past: bool = False,
    last: DatePartsField | None = None,
) -> tuple[datetime, datetime] | None:
    """The two UTC instants of a day with a start and an end, or None with a sentence beside the field to mend.

    Call it in the form's validate, after the fields' own checks. `past` lets what has happened be recorded;
    `last` is the day on which a longer thing ends, when it is filled in.
    """
    if any(one is not None and one.errors for one in (day, start, end, last)):
        return None
    if day.data is None or start.data is None or end.data is None:
        return None
    if not past and day.data < clock.today():
        day.add_error(f"{day.called} must be today or in the future")
        return None
    until = day.data
    if last is not None and last.data is not None:
        until = last.data
        if until < day.data:
            last.add_error(f"{last.called} must be the same as or after the {lower_first(day.called)}")
            return None
    if until == day.data and end.data <= start.data:
        later = "" if last is None else f". If it ends on a later day, enter the {lower_first(last.called)}"
        end.add_error(f"{end.called} must be after the {lower_first(start.called)}{later}")
        return None
    begins, finishes = _instant(day.data, start), _instant(until, end)
    if begins is None or finishes is None:
        return None
    if not past and begins <= clock.now():
        start.add_error(f"{start.called} must be later than now")
        return None
    return begins, finishes


def _instant(day: date, field: ClockTimeField) -> datetime | None:
    if field.data is None:
        return None
    try:
        return clock.to_utc(day, field.data)
    except clock.NoSuchTime:
        field.add_error(f"The clocks go forward on that day: {say_time(field.data)} does not exist")
    except clock.TwiceThatDay:
        field.add_error(f"The clocks go back on that day: {say_time(field.data)} happens twice")
    return None
