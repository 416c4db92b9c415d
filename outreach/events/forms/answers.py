"""Saying that somebody cannot come and what they offer instead, and what a coordinator does about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from typing import Any, TypeVar

from outreach import clock
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.errors import NotFound
from outreach.events.forms.choosing import BarsSeen
from outreach.events.models import Event
from outreach.events.rules.answers import LATEST, MOST_DATES, Colleague, Instead, OtherDay, moved_to
from outreach.events.rules.leaving import HOW_SAFE, HowSafe
from outreach.web.fields import (
    Choice,
    DatePartsField,
    EmailField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choices_of,
)
from outreach.web.forms import Form

Button = TypeVar("Button", bound=Enum)


def _tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def _in_a_year() -> date:
    return clock.today() + LATEST


class _WhyNot(Form):
    reason = RadiosField("Why can you not come?", called="Reason", missing="Select why you cannot come")
    words = TextAreaField("Anything else we should know", optional=True, max_length=1000)


class _Said(Form):
    coming = RadiosField(
        "What did they say?",
        called="Answer",
        missing="Select what they said",
        choices=[Choice("yes", "They are coming"), Choice("no", "They cannot come")],
    )
    reason = RadiosField("Why can they not come?", called="Reason", optional=True)
    words = TextAreaField("In their words", optional=True, max_length=1000)


class _OtherDays(Form):
    """Up to three days, each with the part of it: day_1 and part_1, and so on."""


_NUMBERS = ("first", "second", "third")
for _number, _called in enumerate((f"{one.capitalize()} day" for one in _NUMBERS), start=1):
    _limits: dict[str, Any] = {"earliest": (_tomorrow, "in the future"), "latest": (_in_a_year, "within a year")}
    setattr(_OtherDays, f"day_{_number}", DatePartsField(_called, optional=True, **_limits))
    _part = SelectField(
        f"Part of the {_called.lower()}",
        optional=True,
        blank="Select a part of the day",
        choices=[Choice(one.value, one.value.capitalize()) for one in PartOfDay],
        coerce=PartOfDay,
    )
    setattr(_OtherDays, f"part_{_number}", _part)


class InsteadForm(_OtherDays):
    """What whoever cannot come offers instead: other days, and a colleague. All of it may be left out."""

    colleague_name = TextField("Their name", called="Your colleague’s name", optional=True, autocomplete="off")
    colleague_email = EmailField(
        "Their work email address", called="Your colleague’s email address", optional=True, autocomplete="off"
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        # They are folded away, and the words above them say that they may be left out.
        for field in (*(one for pair in self.days for one in pair), self.colleague_name, self.colleague_email):
            field.label.text = field.label.text.removesuffix(" (optional)")

    @property
    def days(self) -> list[tuple[DatePartsField, SelectField]]:
        fields: Mapping[str, Any] = self._fields
        return [(fields[f"day_{number}"], fields[f"part_{number}"]) for number in range(1, MOST_DATES + 1)]

    @property
    def gives_days(self) -> bool:
        """Whether something of another day was entered, so that the questions are not folded away."""
        return any(not one.is_blank() or one.errors for pair in self.days for one in pair)

    @property
    def gives_colleague(self) -> bool:
        return any(not one.is_blank() or one.errors for one in (self.colleague_name, self.colleague_email))

    @property
    def instead(self) -> Instead:
        dates: tuple[OtherDay, ...] = tuple((day.data, part.data) for day, part in self.days if day.data and part.data)
        name, email = self.colleague_name.data, self.colleague_email.data
        return Instead(dates, Colleague(name, email) if name and email else None)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        wrong = [*self._wrong_days(), *self._wrong_colleague()]
        for field, words in wrong:
            field.add_error(words)
        return good and not wrong

    def _wrong_days(self) -> list[tuple[Any, str]]:
        wrong: list[tuple[Any, str]] = []
        seen: set[tuple[Any, Any]] = set()
        for number, (day, part) in zip(_NUMBERS, self.days, strict=True):
            if day.errors or part.errors:
                continue
            if day.is_blank() is not part.is_blank():
                wrong.append(
                    (day, f"Enter the {number} day, or take its part of the day out")
                    if day.is_blank()
                    else (part, f"Select morning, afternoon or evening for the {number} day")
                )
            elif not day.is_blank():
                given = (day.data, part.data)
                wrong += [(day, f"The {number} day is the same as one above")] if given in seen else []
                seen.add(given)
        return wrong

    def _wrong_colleague(self) -> list[tuple[Any, str]]:
        name, email = self.colleague_name, self.colleague_email
        if name.errors or email.errors or name.is_blank() is email.is_blank():
            return []
        if name.is_blank():
            return [(name, "Enter your colleague’s name as well, or leave both empty")]
        return [(email, "Enter your colleague’s email address as well, or leave both empty")]


class CannotComeForm(InsteadForm, _WhyNot):
    """An ambassador says that they cannot come."""


class AnswerForm(InsteadForm, _Said):
    """A coordinator answers for an ambassador who telephoned or wrote."""

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if self.coming.data == "no" and self.reason.data is None and not self.reason.errors:
            self.reason.add_error("Select why they cannot come")
            good = False
        return good


class StandInAct(Enum):
    ASK = "ask"
    REFUSE = "refuse"


class StandInForm(BarsSeen):
    """Two buttons, `act`; whom a wish or a limit rules out is asked only with a reason, and only then is it shown."""

    override = TextAreaField(
        "Why do you ask them all the same?",
        called="Why you ask them all the same",
        hint="It is kept with the invitation, for colleagues to read. They do not see it",
        max_length=500,
        optional=True,
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self.override.label.text = self.override.label.text.removesuffix(" (optional)")


class SafeForm(Form):
    how = RadiosField(
        "How do you know?",
        called="How you know",
        missing="Select how you know",
        choices=choices_of(HowSafe, HOW_SAFE),
        coerce=HowSafe,
    )


class NowAct(Enum):
    NUMBERS = "numbers"
    YES = "yes"
    ASK = "ask"


def pressed(kind: type[Button], args: Mapping[str, str]) -> Button:
    """Which of a page's buttons was pressed. What is none of them comes from no page of ours: raises NotFound."""
    try:
        return kind(args.get("act", ""))
    except ValueError:
        raise NotFound from None


def person_of(args: Mapping[str, str]) -> int:
    """The number of the ambassador beside whose name the button stands. Raises NotFound where it is none."""
    who = args.get("who", "")
    if not re.fullmatch("[0-9]{1,9}", who):
        raise NotFound
    return int(who)


def wished(args: Mapping[str, str], event: Event) -> dict[str, object]:
    """The day and the times of another date that somebody offered, for the form that moves the event to it."""
    try:
        day, part = date.fromisoformat(args.get("day", "")), PartOfDay(args.get("part", ""))
    except ValueError:
        return {}
    if not clock.today() < day <= _in_a_year():
        return {}
    starts, ends = moved_to(day, part, clock.local(event.starts_at), clock.local(event.ends_at))
    last = ends.date() if ends.date() != starts.date() else None
    return {"day": starts.date(), "starts": starts.time(), "last_day": last, "ends": ends.time()}
