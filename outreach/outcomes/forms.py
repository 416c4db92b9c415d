"""The forms of outcomes and ratings. Those of outcomes are made for the audiences and people of one event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.thanks import LONGEST_THANKS
from outreach.districts.models import Term
from outreach.events.models import Assignment
from outreach.events.rules import AssignmentStatus
from outreach.outcomes.models import Outcome
from outreach.outcomes.rules import (
    HAPPENED_WORDS,
    MOST_HOURS,
    MOST_PEOPLE,
    SCORES,
    Attendance,
    Happened,
    Opinion,
    Report,
)
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    HoursField,
    RadiosField,
    TextAreaField,
    TextField,
    WholeNumberField,
    WordedField,
    choices_of,
)
from outreach.web.forms import Form

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
NOTE_HINT = "If it did not take place, say why. Do not name pupils or students"
HOURS_HINT = "If you were there. Include travel and preparation, in quarter hours, like 2.25"
WENT = {AssignmentStatus.ATTENDED: "yes", AssignmentStatus.DID_NOT_ATTEND: "no"}


class _OutcomeForm(Form):
    """What both outcome forms share: people by audience, in fields made for the audiences of the county."""

    version = TextField("Version", optional=True, max_length=400)
    note: TextAreaField
    audiences: list[WholeNumberField]

    def offer(self, audiences: Sequence[Term]) -> None:
        """Draw the boxes in this order."""
        self.audiences = [cast(WholeNumberField, self[_people(one)]) for one in audiences]
        # Every box may be left empty; to say so beside each would be noise.
        for one in self.audiences:
            one.label.text = one.label.text.removesuffix(" (optional)")

    def arrange(self, *last: WordedField) -> None:
        """Put the fields in the order of the page, in which the summary of errors lists them."""
        asked = [self["happened"], *self.audiences, *last]
        names = dict.fromkeys([*(one.name for one in asked), *self._fields])
        self._fields = {name: self._fields[name] for name in names}

    @property
    def took_place(self) -> bool | None:
        raise NotImplementedError

    @property
    def tells(self) -> bool:
        """Whether the answers say how the event went."""
        return self.took_place is not None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        self.check()
        return not self.errors

    def check(self) -> None:
        if not self.tells or any(one.errors for one in self.audiences):
            return
        reached = sum(self.reached.values())
        if self.took_place and reached < 1 and self.audiences:
            self.audiences[0].add_error("Enter how many people were reached, at least one")
        if self.took_place is False and reached:
            first = next(one for one in self.audiences if one.data)
            first.add_error("Leave the numbers of people empty if the event did not take place")
        if self.took_place is False and not self.note.data and not self.note.errors:
            self.note.add_error("Enter why the event did not take place")

    @property
    def reached(self) -> dict[int, int]:
        """People by audience, without the empty boxes."""
        return {int(one.name.removeprefix("people_")): one.data for one in self.audiences if one.data}

    def report(self) -> Report:
        return Report(bool(self.took_place), self.reached, self.note.data or "")


class AmbassadorForm(_OutcomeForm):
    """What an ambassador records, on a phone."""

    happened = RadiosField(
        "Did it take place?",
        called="Whether it took place",
        missing="Select whether it took place and you were there",
        choices=choices_of(Happened, HAPPENED_WORDS),
        coerce=Happened,
    )
    hours = HoursField(
        "Your hours",
        called="Your hours",
        optional=True,
        hint=HOURS_HINT,
        most=MOST_HOURS,
    )
    note = TextAreaField("Anything else?", called="Note", optional=True, hint=NOTE_HINT, rows=4)

    def offer(self, audiences: Sequence[Term]) -> None:
        super().offer(audiences)
        self.hours.label.text = "Your hours"  # whether they may be left out depends on the first answer
        self.arrange(self.hours, self.note)

    @property
    def took_place(self) -> bool | None:
        if self.happened.data is None:
            return None
        return self.happened.data is not Happened.OFF

    @property
    def tells(self) -> bool:
        return self.happened.data in (Happened.ATTENDED, Happened.OFF)

    def check(self) -> None:
        super().check()
        if self.happened.data is Happened.ATTENDED and self.hours.data is None and not self.hours.errors:
            self.hours.add_error("Enter your hours")


class CoordinatorForm(_OutcomeForm):
    """What a coordinator records, for everybody who was expected."""

    happened = RadiosField(
        "Did it take place?",
        called="Whether it took place",
        missing="Select whether it took place",
        choices=YES_NO,
        inline=True,
    )
    note = TextAreaField("Note", optional=True, hint=NOTE_HINT, rows=4)

    def expect(self, people: Sequence[Assignment]) -> None:
        self.people = [
            (one, cast(RadiosField, self[_went(one)]), cast(HoursField, self[_hours(one)])) for one in people
        ]
        for _, went, hours in self.people:
            went.label.text = "Was there"
            hours.label.text = "Hours"
        self.arrange(*(one for _, went, hours in self.people for one in (went, hours)), self.note)

    @property
    def took_place(self) -> bool | None:
        return None if self.happened.data is None else self.happened.data == "yes"

    def check(self) -> None:
        super().check()
        for person, went, hours in self.people:
            if self.took_place and went.data is None and not went.errors:
                went.add_error(f"Select whether {person.ambassador.name} was there")
            if hours.errors:
                hours.errors = [f"{person.ambassador.name}: {words}" for words in hours.errors]

    def attendances(self) -> list[Attendance]:
        return [
            Attendance(person.id, None if went.data is None else went.data == "yes", hours.data)
            for person, went, hours in self.people
        ]


def ambassador_form(
    answers: Any, audiences: Sequence[Term], outcome: Outcome | None, own: Assignment
) -> AmbassadorForm:
    """The form for one ambassador, with what is recorded already."""
    happened = None
    if outcome is not None and not outcome.took_place:
        happened = Happened.OFF
    elif own.status is AssignmentStatus.ATTENDED:
        happened = Happened.ATTENDED
    elif own.status is AssignmentStatus.DID_NOT_ATTEND:
        happened = Happened.MISSED
    kind = type("AmbassadorForm", (AmbassadorForm,), _people_fields(audiences))
    form: AmbassadorForm = kind(answers, data=_recorded(outcome) | {"happened": happened, "hours": own.hours})
    form.offer(audiences)
    return form


def coordinator_form(
    answers: Any, audiences: Sequence[Term], outcome: Outcome | None, people: Sequence[Assignment]
) -> CoordinatorForm:
    """The form for an event with the people who were expected, with what is recorded already."""
    fields: dict[str, WordedField] = _people_fields(audiences)
    data = _recorded(outcome)
    if outcome is not None:
        data["happened"] = "yes" if outcome.took_place else "no"
    for one in people:
        fields[_went(one)] = RadiosField("Was there", choices=YES_NO, optional=True, inline=True)
        fields[_hours(one)] = HoursField("Hours", optional=True, most=MOST_HOURS)
        data |= {_went(one): WENT.get(one.status), _hours(one): one.hours}
    kind = type("CoordinatorForm", (CoordinatorForm,), fields)
    form: CoordinatorForm = kind(answers, data=data)
    form.offer(audiences)
    form.expect(people)
    return form


def _people_fields(audiences: Sequence[Term]) -> dict[str, WordedField]:
    return {_people(one): WholeNumberField(one.label, optional=True, most=MOST_PEOPLE) for one in audiences}


def _recorded(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    return {f"people_{one.audience_id}": one.people for one in outcome.reached} | {"note": outcome.note}


def _people(audience: Term) -> str:
    return f"people_{audience.id}"


def _went(assignment: Assignment) -> str:
    return f"went_{assignment.id}"


def _hours(assignment: Assignment) -> str:
    return f"hours_{assignment.id}"


class RatingForm(Form):
    """How the requester found a visit."""

    score = RadiosField(
        "How was the visit?",
        called="How the visit was",
        missing="Select how the visit was",
        choices=[Choice(str(score), words) for score, words in SCORES.items()],
        coerce=int,
    )
    ask_again = RadiosField(
        "Would you ask for a visit again?",
        called="Whether you would ask again",
        missing="Select whether you would ask for a visit again",
        choices=YES_NO,
        inline=True,
    )
    words = TextAreaField(
        "What went well, or could be better?",
        called="Your comment",
        optional=True,
        hint="Do not name pupils or students",
        rows=4,
    )

    def opinion(self) -> Opinion:
        return Opinion(self.score.data, self.ask_again.data == "yes", self.words.data)


class ThanksForm(Form):
    """Thanks to those who were there. Where it was only one, there is nobody to choose."""

    people = CheckboxesField("Who do you want to thank?", called="Who to thank", missing="Select who to thank")
    words = TextAreaField(
        "Your thanks",
        called="Your thanks",
        missing="Enter your thanks",
        max_length=LONGEST_THANKS,
        hint="They go to the ambassador as you write them. Do not name pupils or students",
    )

    def offer(self, people: Sequence[Ambassador], say: Callable[[Ambassador], str]) -> None:
        """Set who can be thanked, in the words that the reader may know them by."""
        self.people.choices = [Choice(str(one.id), say(one)) for one in people]
        self.people.coerce = int
        if len(people) == 1:
            self.people.sent = [str(people[0].id)]
