"""The questions about ambassadors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from outreach.ambassadors.models import Ambassador, Employer
from outreach.ambassadors.rules import REGISTER_AS, STATUS_WORDS, AmbassadorStatus
from outreach.districts.models import District, Term
from outreach.districts.rules import Vocabulary
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    EmailField,
    PhoneField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
    choices_of,
)
from outreach.web.forms import Filters, Form

NO_EMPLOYER = "Select an employer, or enter the name of a new one"
TWO_EMPLOYERS = "Select an employer or enter the name of a new one, not both"

ChoosingField = RadiosField | SelectField | CheckboxesField


def offer_terms(field: ChoosingField, terms: Iterable[Term], held: Iterable[Term] = ()) -> None:
    """Set a question's answers to words of a vocabulary. A word somebody holds stays, even when no longer offered."""
    offered = {term.code: term for term in [*terms, *held]}
    field.choices = [Choice(term.code, term.label) for term in offered.values()]
    field.coerce = offered.__getitem__


def offer_districts(field: ChoosingField, districts: Iterable[District]) -> None:
    offered = {district.slug: district for district in districts}
    field.choices = [Choice(district.slug, district.name) for district in offered.values()]
    field.coerce = offered.__getitem__


def offer_towns(field: SelectField, districts: Iterable[District], held: str | None = None) -> None:
    """Set a question's answers to the county's towns, district by district. The town somebody has stays."""
    towns: dict[str, str] = {}
    for district in districts:
        for town in district.towns:
            towns.setdefault(town, district.name)
    if held:
        towns.setdefault(held, held)
    field.choices = [Choice(town, town if name == town else f"{town}, {name}") for town, name in towns.items()]


def check_employer(known: SelectField, other: TextField) -> bool:
    """Whether one of the two is given and not both; else the sentence stands beside the first."""
    if known.is_blank() is not other.is_blank():
        return True
    known.add_error(NO_EMPLOYER if known.is_blank() else TWO_EMPLOYERS)
    return False


class AmbassadorForm(Form):
    """Everything about an ambassador but their state, which moves by steps."""

    name = TextField("Full name", autocomplete="off")
    email = EmailField("Work email address", hint="Invitations to visits go here", autocomplete="off")
    phone = PhoneField("Telephone number", autocomplete="off", optional=True)
    employer = SelectField("Employer", blank="Choose one, or enter a new one below", missing=NO_EMPLOYER, optional=True)
    new_employer = TextField("Employer that is not in the list", max_length=150, autocomplete="off", optional=True)
    job_title = TextField("Job role", hint="Their job title, like Senior care worker", autocomplete="off")
    role_family = RadiosField("Role family")
    home_district = RadiosField("Home district", hint="Where they work from")
    base_town = SelectField(
        "Town they work in",
        hint="Travel to visits is counted from here. Without one, from the first town of the home district",
        blank="Not given",
        optional=True,
    )
    travels_to = CheckboxesField("Other districts they travel to", optional=True)
    activities = CheckboxesField("Activities they offer", missing="Select activities from the list", optional=True)
    audiences = CheckboxesField("Audiences they speak to", missing="Select audiences from the list", optional=True)
    languages = CheckboxesField(
        "Languages they speak with groups", missing="Select languages from the list", optional=True
    )
    qualifications = CheckboxesField(
        "What they are qualified as", missing="Select qualifications from the list", optional=True
    )
    notes = TextAreaField("Notes", hint="For coordinators only", optional=True)
    version = VersionField()

    def offer(
        self,
        employers: Iterable[Employer],
        terms: dict[Vocabulary, list[Term]],
        districts: list[District],
        held: Ambassador | None = None,
    ) -> None:
        """Set the answers of every question that has a list of them."""
        # Optional by itself, but one of the two employers must be given.
        self.employer.label.text = "Employer"
        by_id = {str(employer.id): employer for employer in employers}
        self.employer.choices = [Choice(id, employer.name) for id, employer in by_id.items()]
        self.employer.coerce = by_id.__getitem__
        kept = [*held.terms, held.role_family] if held else []
        for field, vocabulary in (
            (self.role_family, Vocabulary.ROLE_FAMILY),
            (self.activities, Vocabulary.ACTIVITY),
            (self.audiences, Vocabulary.AUDIENCE),
            (self.languages, Vocabulary.LANGUAGE),
            (self.qualifications, Vocabulary.QUALIFICATION),
        ):
            offer_terms(field, terms[vocabulary], [term for term in kept if term.vocabulary is vocabulary])
        offer_districts(self.home_district, districts)
        offer_towns(self.base_town, districts, held.base_town if held else None)
        offer_districts(self.travels_to, districts)

    def validate(self, extra_validators: Any = None) -> bool:
        whole: bool = super().validate(extra_validators)
        return check_employer(self.employer, self.new_employer) and whole


class RegisterForm(AmbassadorForm):
    status = RadiosField(
        "Can they be invited to visits now?",
        called="Whether they can be invited",
        missing="Select whether they can be invited to visits now",
        choices=[Choice(status.value, words) for status, words in REGISTER_AS.items()],
        coerce=AmbassadorStatus,
    )


class StepForm(Form):
    """A step that only needs to be confirmed."""


class AmbassadorFilters(Filters):
    words = TextField("Name, email, job role or employer", optional=True)
    district = SelectField("Home district", blank="All districts", optional=True)
    status = SelectField(
        "Status",
        blank="All who have not left",
        choices=choices_of(AmbassadorStatus, STATUS_WORDS),
        coerce=AmbassadorStatus,
        optional=True,
    )
    role_family = SelectField("Role family", blank="All role families", optional=True)
    activity = SelectField("Activity", blank="All activities", optional=True)
    audience = SelectField("Audience", blank="All audiences", optional=True)
    language = SelectField("Language", blank="All languages", optional=True)
    qualification = SelectField("Qualified as", blank="All qualifications", optional=True)
    employed_by = SelectField(
        "Employed by",
        blank="Anybody",
        choices=[Choice("council", "The council"), Choice("others", "Other employers")],
        optional=True,
    )
