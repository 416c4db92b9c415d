"""The questions about events and assignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from outreach import clock
from outreach.districts.models import District, Term
from outreach.events.rules import EVENT_WORDS, LONGEST_EVENT, EventStatus
from outreach.events.rules.children import UNSUPERVISED
from outreach.institutions.models import Institution, Site
from outreach.web.fields import (
    Choice,
    ClockTimeField,
    DatePartsField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
    YesField,
    check_period,
)
from outreach.web.forms import Filters, Form

LATEST = timedelta(days=730)


def _a_year_ago() -> date:
    return clock.today() - timedelta(days=365)


def _in_two_years() -> date:
    return clock.today() + LATEST


def offer_terms(field: RadiosField | SelectField, terms: list[Term], held: list[Term | None] | None = None) -> None:
    """Set a question's answers to words of a vocabulary; `data` becomes the Term. A word the row holds stays one."""
    offered = [*terms, *(term for term in held or [] if term is not None and term not in terms)]
    by_code = {term.code: term for term in offered}
    field.choices = [Choice(term.code, term.label) for term in offered]
    field.coerce = by_code.__getitem__


def offer_districts(field: RadiosField | SelectField, districts: list[District]) -> None:
    """Set a question's answers to districts; `data` becomes the District."""
    by_slug = {district.slug: district for district in districts}
    field.choices = [Choice(district.slug, district.name) for district in districts]
    field.coerce = by_slug.__getitem__


def offer_sites(field: SelectField, institutions: list[Institution]) -> None:
    """Set a question's answers to the sites of institutions; `data` becomes the Site."""
    sites: Mapping[str, Site] = {str(site.id): site for one in institutions for site in one.sites}
    field.choices = [Choice(key, say_site(site)) for key, site in sites.items()]
    field.coerce = sites.__getitem__


def say_site(site: Site) -> str:
    """'Hill College, North campus, Upton': a site's own name only when there are several, and no town twice."""
    name = site.institution.name
    town = "" if name.endswith(f", {site.town}") else site.town
    parts = [name, site.name if len(site.institution.sites) > 1 else "", town]
    return ", ".join(part for part in dict.fromkeys(parts) if part)


class EventFilters(Filters):
    words = TextField("Words or reference", optional=True)
    district = SelectField("District", blank="All districts", optional=True)
    status = SelectField(
        "State",
        blank="All states",
        optional=True,
        choices=[Choice(one.value, words.capitalize()) for one, words in EVENT_WORDS.items()],
        coerce=EventStatus,
    )
    ambassador = TextField("Ambassador’s name", optional=True)
    start = DatePartsField("From", optional=True)
    end = DatePartsField("To", optional=True)
    short = YesField("Ambassadors", answer="Needs somebody", optional=True)
    key = YesField("Importance", answer="Key events of institutions", optional=True)


class _Details(Form):
    title = TextField("Title", max_length=120, hint="What people see in calendars and mails", autocomplete="off")
    activity = RadiosField("Kind of event", missing="Select the kind of event")
    audience = SelectField("Audience", blank="No particular audience", optional=True)
    audience_size = WholeNumberField("How many people are expected", least=1, most=10_000, optional=True)
    needed = WholeNumberField("How many ambassadors are needed", least=1, most=50)
    supervisor = TextField(
        "Who is with the ambassadors on the day",
        max_length=200,
        hint="Name, role and telephone number. You must name them if the audience is under 18. Without an audience, "
        "nobody can be asked before you have",
        autocomplete="off",
        sometimes=True,
    )
    notes = TextAreaField("Notes for the ambassadors", optional=True)
    public_words = TextAreaField(
        "Description for the public",
        called="Description for the public",
        hint="Shown when the event is published. Do not name ambassadors or contacts",
        optional=True,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if self.audience.data and self.audience.data.under_18 and not (self.supervisor.data or self.supervisor.errors):
            self.supervisor.add_error(UNSUPERVISED)
            good = False
        return good


class EditEventForm(_Details):
    version = TextField("Version", optional=True, max_length=20)


@dataclass(frozen=True)
class Times:
    """When and where, checked."""

    starts_at: datetime
    ends_at: datetime


class _When(Form):
    """When it is: one day, or up to a fortnight. `past` is set by the view where what has been may be given."""

    past = False
    day = DatePartsField(
        "Day",
        called="Day",
        hint="For example, 27 3 2027",
        earliest=(_a_year_ago, "in the last year or in the future"),
        latest=(_in_two_years, "in the next two years"),
    )
    starts = ClockTimeField("Start", hint="For example, 9:30am")
    ends = ClockTimeField("End")
    last_day = DatePartsField(
        "Last day", hint="Only if it ends on a later day", latest=(_in_two_years, "in the next two years"),
        optional=True,
    )  # fmt: skip
    times: Times | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        found = check_period(self.day, self.starts, self.ends, past=self.past, last=self.last_day)
        if found is None:
            return False
        if found[1] - found[0] > LONGEST_EVENT:
            self.last_day.add_error("The event must last 14 days or fewer")
            return False
        self.times = Times(*found)
        return good


class NewEventForm(_Details, _When):
    """Something that nobody requested: put straight into the calendar."""

    past = True
    site = SelectField("Host", blank="None of these", optional=True)
    district = SelectField("District", optional=True)
    place = TextField(
        "Place in words", max_length=300, autocomplete="off", optional=True,
        hint="For example, Guildhall, 1 High Street. For an online event, how to join",
    )  # fmt: skip
    online = YesField("Online", called="Online", answer="It takes place online", optional=True)
    public = YesField("Public calendar", answer="Publish it in the public calendar", optional=True)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if self.site.errors or self.district.errors:
            return False
        site, district = self.site.data, self.district.data
        if site is None and district is None:
            self.district.add_error("Select a district, or a host above")
            good = False
        elif site is not None and district is not None and site.district_id != district.id:
            self.district.add_error(f"That host is in {site.district.name}: select it, or leave the district empty")
            good = False
        if site is None and not self.place.data and not self.online.data:
            self.place.add_error("Enter a place, or select a host above")
            good = False
        if self.public.data and self.times and self.times.ends_at <= clock.now():
            self.public.add_error("The public calendar shows only what is still to come")
            good = False
        return good


class MoveForm(_When):
    place = TextField("Place", max_length=300, autocomplete="off", optional=True)
    online = YesField("Online", called="Online", answer="It takes place online", optional=True)
    version = TextField("Version", optional=True, max_length=20)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not self.place.data and not self.online.data and not self.place.errors:
            self.place.add_error("Enter a place")
            good = False
        return good


class ConfirmMoveForm(Form):
    words = TextAreaField("Message to the ambassadors", optional=True, max_length=1000)
    version = TextField("Version", optional=True, max_length=20)


class CancelForm(Form):
    reason = RadiosField("Why is it cancelled?", called="Reason", missing="Select why it is cancelled")
    words = TextAreaField("Message to those who are told", optional=True, max_length=1000)


class WithdrawForm(Form):
    words = TextAreaField("Message to them", optional=True, max_length=1000)
