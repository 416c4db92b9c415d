"""The questions to a recruitment officer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from outreach import clock
from outreach.districts.models import District, Term
from outreach.referrals.rules.importing import LONGEST
from outreach.referrals.rules.terms import Terms
from outreach.web.fields import Choice, DatePartsField, RadiosField, SelectField, TextAreaField, TextField, YesField
from outreach.web.forms import Filters, Form

PAST = (clock.today, "today or in the past")


class CandidateFilters(Filters):
    words = TextField("Name or reference", called="Name or reference", optional=True)
    stage = SelectField("Stage", blank="All stages", optional=True)
    district = SelectField("District", blank="All districts", optional=True)
    show = SelectField(
        "Show",
        blank="Open applications",
        choices=[Choice("late", "Late ones only"), Choice("closed", "Closed applications")],
        optional=True,
    )


class MoveForm(Form):
    day = DatePartsField("When did they reach it?", called="The date", latest=PAST, missing="Enter the date")
    version = TextField("Version", optional=True, max_length=20)


class CorrectForm(Form):
    what = RadiosField(
        "What is wrong?",
        called="What is wrong",
        missing="Select what is wrong",
        choices=[
            Choice("day", "The date is wrong"),
            Choice("taken_back", "They have not reached this stage", "Only for the last stage recorded"),
        ],
    )
    day = DatePartsField("The right date", called="The right date", latest=PAST, optional=True)
    reason = TextField(
        "Reason for the correction",
        hint="Nothing about health, convictions or checks",
        max_length=300,
        autocomplete="off",
    )
    version = TextField("Version", optional=True, max_length=20)

    def validate(self, extra_validators: object = None) -> bool:
        fine = super().validate()
        if fine and self.what.data == "day" and self.day.data is None:
            self.day.add_error("Enter the right date")
            return False
        return fine


class CloseForm(Form):
    outcome = RadiosField("How did it end?", called="How it ended", missing="Select how it ended")
    day = DatePartsField("When did it end?", called="The day it ended", latest=PAST, missing="Enter the day it ended")
    version = TextField("Version", optional=True, max_length=20)


class NoteForm(Form):
    words = TextAreaField(
        "Note",
        hint="Nothing about health, convictions, checks or documents seen. The person may ask to read it.",
        missing="Enter a note",
        max_length=1000,
    )


class LinesField(TextAreaField):
    """Lines of a file, pasted. Nobody counts their characters down."""

    macro = "textarea"

    def params(self, heading: bool) -> dict[str, Any]:
        shown = super().params(heading)
        return {name: value for name, value in shown.items() if name not in ("maxlength", "threshold")}


class ImportForm(Form):
    text = LinesField(
        "Or paste the lines",
        called="The file",
        hint="The first line names the columns: reference,stage,date",
        max_length=LONGEST,
        rows=8,
        optional=True,
    )


class HouseholdForm(Form):
    sure = YesField(
        "Your declaration",
        answer="This person is family, a close friend or of my household",
        missing="Tick the box to declare it",
    )


def offer_filters(form: CandidateFilters, stages: Iterable[tuple[str, str]], districts: list[District]) -> None:
    by_slug = {one.slug: one for one in districts}
    form.stage.choices = [Choice(code, label) for code, label in stages]
    form.district.choices = [Choice(one.slug, one.name) for one in districts]
    form.district.coerce = by_slug.__getitem__


def offer_outcomes(form: CloseForm, outcomes: list[Term]) -> None:
    by_code = {one.code: one for one in outcomes}
    form.outcome.choices = [Choice(one.code, one.label) for one in outcomes]
    form.outcome.coerce = by_code.__getitem__


def stages_of(terms: Iterable[Terms]) -> list[tuple[str, str]]:
    """Every stage of these versions of the terms, by code, in the order of the first that has it."""
    found: dict[str, str] = {}
    for one in terms:
        for stage in one.stages:
            found.setdefault(stage.code, stage.label)
    return list(found.items())
