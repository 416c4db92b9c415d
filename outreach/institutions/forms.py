"""The questions about institutions, their sites and contacts."""

from __future__ import annotations

import re

from outreach.districts.models import District, Term
from outreach.web.fields import (
    Choice,
    EmailField,
    PhoneField,
    RadiosField,
    SelectField,
    TextField,
    VersionField,
    YesField,
)
from outreach.web.forms import Filters, Form

WHOLE_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")


class PostcodeField(TextField):
    """A postcode in any case and spacing, kept as it is written on an envelope."""

    def problem(self) -> str | None:
        found = WHOLE_POSTCODE.fullmatch(re.sub(r"[^0-9A-Za-z]", "", self.data).upper())
        if found is None:
            return "Enter a full UK postcode, like WR5 2NP"
        self.data = f"{found[1]} {found[2]}"
        return None


def offer_terms(field: RadiosField | SelectField, terms: list[Term], held: list[Term] | None = None) -> None:
    """Set a question's answers to words of a vocabulary; `data` becomes the Term.

    A word the row holds stays an answer, even when it is no longer offered to others.
    """
    terms = [*terms, *(term for term in held or [] if term not in terms)]
    by_code = {term.code: term for term in terms}
    field.choices = [Choice(term.code, term.label) for term in terms]
    field.coerce = by_code.__getitem__


def offer_districts(field: RadiosField | SelectField, districts: list[District]) -> None:
    """Set a question's answers to districts; `data` becomes the District."""
    by_slug = {district.slug: district for district in districts}
    field.choices = [Choice(district.slug, district.name) for district in districts]
    field.coerce = by_slug.__getitem__


class InstitutionFilters(Filters):
    words = TextField("Name, site or town", optional=True)
    district = SelectField("District", blank="All districts", optional=True)
    kind = SelectField("Kind", blank="All kinds", optional=True)
    unverified = YesField("Contacts", answer="With a contact to verify", optional=True)
    unlisted = YesField("List", answer="Not on the list yet", optional=True)


class _SiteQuestions(Form):
    address = TextField("Address", hint="Building and street", max_length=200, autocomplete="off", optional=True)
    town = TextField("Town", max_length=100, autocomplete="off")
    postcode = PostcodeField("Postcode", width="10", autocomplete="off", optional=True)
    district = RadiosField("District", missing="Select the district that this site is in")


class SiteForm(_SiteQuestions):
    name = TextField("Name of the site", hint="For example, Main site or North campus", autocomplete="off")
    version = VersionField()


class InstitutionForm(Form):
    name = TextField("Name of the institution", max_length=150, autocomplete="off")
    kind = RadiosField("Kind of institution")
    version = VersionField()


class NewInstitutionForm(InstitutionForm, SiteForm):
    """The institution and its first site in one go."""

    name = TextField("Name of the institution", max_length=150, autocomplete="off")
    site_name = TextField("Name of its first site", hint="For example, Main site or North campus", autocomplete="off")


class ContactForm(Form):
    name = TextField("Full name", called="Contact’s name", autocomplete="off")
    email = EmailField("Email address", autocomplete="off")
    phone = PhoneField("Telephone number", autocomplete="off")
    job_title = TextField("Job title", autocomplete="off")


class VerifyForm(Form):
    how = RadiosField(
        "How did you check?",
        called="How you checked",
        missing="Select how you checked that this person speaks for the institution",
    )
