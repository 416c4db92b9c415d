"""Choosing from the shortlist, and what its order is made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from outreach import clock
from outreach.events.rules import ANSWER_WITHIN
from outreach.events.rules.bars import BarCode
from outreach.events.rules.choosing import MORE_THAN_PLACES
from outreach.events.rules.weights import MOST_POINTS, WEIGHINGS, Criterion
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    RadiosField,
    TextAreaField,
    TextField,
    VersionField,
    WholeNumberField,
    YesField,
)
from outreach.web.fields.base import lower_first
from outreach.web.forms import Filters, Form

_TIMES = {4: "4 hours", 24: "1 day", 48: "2 days", 72: "3 days", 120: "5 days"}
USUAL = int(ANSWER_WITHIN.total_seconds()) // 3600


def usual_hours(starts_at: datetime | None) -> int:
    """How long somebody is given unless the coordinator chooses: no more than half of the time that is left.

    So there is as long again to ask somebody else.
    """
    left = (starts_at - clock.now()) / timedelta(hours=2) if starts_at else USUAL
    return max((hours for hours in _TIMES if hours <= min(USUAL, left)), default=min(_TIMES))


class AssignFilters(Filters):
    find = TextField("Find by name", optional=True)


class AskingForm(Form):
    """How long somebody has to answer, and what is said to them."""

    within = RadiosField(
        "Time to answer",
        missing="Select how long they have to answer",
        choices=[Choice(str(hours), words) for hours, words in _TIMES.items()],
        coerce=int,
        inline=True,
        optional=True,
    )
    words = TextAreaField("Message to them", optional=True, max_length=1000)

    def __init__(
        self, formdata: Any = None, obj: object = None, *, starts_at: datetime | None = None, **kwargs: Any
    ) -> None:
        self.usual = usual_hours(starts_at)
        super().__init__(formdata, obj, **{"within": self.usual} | kwargs)
        self.within.label.text = "Time to answer"  # there is always one, so it need not say that it may be left out

    @property
    def usual_words(self) -> str:
        return _TIMES[self.usual]

    @property
    def is_usual(self) -> bool:
        """Whether nothing was chosen or written here that differs from what most are asked with."""
        return self.within.data == self.usual and not (self.words.data or self.within.errors or self.words.errors)

    @property
    def answer_hours(self) -> int:
        """How long they have: the usual time where nothing was chosen."""
        return cast(int, self.within.data or USUAL)

    @property
    def answer_within(self) -> timedelta:
        return timedelta(hours=self.answer_hours)


class AssignForm(AskingForm):
    """Whom to ask; `in_order` when the button was pressed that leads to asking them one after the other."""

    ambassadors = CheckboxesField("Ambassadors", missing="Select who to ask")
    more = YesField(
        "More people than places",
        called="Ask more people than there are places",
        answer=MORE_THAN_PLACES,
        hint_of_answer="Everybody who says yes is expected, also when the places are taken by then",
        optional=True,
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self.in_order = bool(formdata and formdata.get("act") == "order")
        self.more.label.text = "More people than places"  # it is asked where it must be ticked to go on


class BarsSeen(Form):
    """Carries what the page had shown to rule somebody out: a reason is for that, and for nothing that came since."""

    seen = VersionField()

    @property
    def bars_seen(self) -> frozenset[BarCode]:
        sent = self.seen.data.split()
        return frozenset(one for one in BarCode if one.value in sent)


class AskAllTheSameForm(AskingForm, BarsSeen):
    override = TextAreaField(
        "Why do you ask them all the same?",
        called="Why you ask them all the same",
        missing="Enter why you ask them all the same",
        hint="It is kept with the invitation, for colleagues to read. They do not see it",
        max_length=500,
    )


class WeightsForm(Form):
    """A whole number for each criterion, and the points that were shown when the page was opened."""

    seen = TextField("Seen", optional=True, max_length=100)

    def points(self) -> dict[Criterion, int]:
        return {one.criterion: self[one.criterion.value].data or 0 for one in WEIGHINGS}


for _one in WEIGHINGS:
    _points = f"The points for “{lower_first(_one.called)}”"
    _asked = WholeNumberField(_one.called, called=_points, hint=_one.words, most=MOST_POINTS)
    setattr(WeightsForm, _one.criterion.value, _asked)
