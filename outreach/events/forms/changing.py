"""The questions about the openings of an event, and about who hosts it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outreach import clock
from outreach.districts.models import Term
from outreach.events.models import Event, Opening
from outreach.events.rules import Times
from outreach.events.rules.changing import MOST_NEEDED, OpeningDetails
from outreach.institutions.models import Contact
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
from outreach.web.forms import Form

NOBODY = "nobody"


class OpeningForm(Form):
    """A part of an event that people are needed for. Call `fit` before anything else.

    `seen` is the time for which the page has shown who must be asked again.
    """

    needed = WholeNumberField("How many ambassadors are needed", least=1, most=MOST_NEEDED)
    day = DatePartsField("Day", called="Day", hint="For example, 27 3 2027")
    starts = ClockTimeField("From", called="Start", hint="For example, 9:30am")
    ends = ClockTimeField("To", called="End")
    last_day = DatePartsField("Last day", hint="Only if it ends on a later day", optional=True)
    qualified = WholeNumberField(
        "How many of them must have it", called="How many of them", least=1,
        most=MOST_NEEDED, hint="Leave this empty if anybody may come", optional=True,
    )  # fmt: skip
    qualification = SelectField(
        "Role, qualification or language that some must have",
        called="Role, qualification or language",
        blank="None: anybody may come",
        optional=True,
    )
    offers = YesField("Volunteers", answer="Ambassadors who qualify may take a place by themselves", optional=True)
    words = TextAreaField("Message to the ambassadors", optional=True, max_length=1000)
    seen = TextField("Seen", optional=True, max_length=80)
    version = TextField("Version", optional=True, max_length=20)
    one_day = False
    times: Times | None = None

    def fit(
        self, event: Event, vocabularies: Sequence[tuple[str, Sequence[Term]]], opening: Opening | None = None
    ) -> None:
        """Ask no day where the event has only one, and offer the words of these vocabularies.

        A word that the opening has stays one, whatever it is of.
        """
        first, last = clock.local(event.starts_at).date(), clock.local(event.ends_at).date()
        self.one_day = first == last
        if self.one_day:
            self.day.process(None, first)
            self.last_day.process(None, None)
        by_id = {str(term.id): term for _, terms in vocabularies for term in terms}
        choices = [Choice(str(term.id), f"{term.label} ({kind})") for kind, terms in vocabularies for term in terms]
        held = opening.qualification if opening else None
        if held is not None and str(held.id) not in by_id:
            by_id[str(held.id)] = held
            choices.append(Choice(str(held.id), held.label))
        self.qualification.choices = choices
        self.qualification.coerce = by_id.__getitem__

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        last = None if self.one_day else self.last_day
        self.times = check_period(self.day, self.starts, self.ends, past=True, last=last)
        if not self.qualification.errors and not self.qualified.errors:
            if self.qualified.data and self.qualification.data is None:
                self.qualification.add_error("Select what they must be")
                good = False
            elif self.qualification.data is not None and not self.qualified.data:
                self.qualified.add_error("Enter how many of them must be that")
                good = False
        return good and self.times is not None

    def was_seen(self) -> bool:
        """Whether the page has shown whom this time concerns. From now on it has."""
        asked = " ".join(one.isoformat() for one in self.times or ())
        known, self.seen.data = self.seen.data == asked, asked
        return known

    def details(self) -> OpeningDetails:
        """What was asked for, once the form is valid."""
        starts_at, ends_at = self.times or (clock.now(), clock.now())
        term = self.qualification.data
        return OpeningDetails(
            starts_at=starts_at,
            ends_at=ends_at,
            needed=self.needed.data or 1,
            qualification_id=term.id if term is not None else None,
            qualified_needed=self.qualified.data or 0,
            open_to_offers=self.offers.data,
        )


class HostForm(Form):
    site = SelectField("Host", missing="Select the host")
    version = TextField("Version", optional=True, max_length=20)


class ConfirmHostForm(Form):
    title = TextField("Title", max_length=120, hint="What people see in calendars and mails", autocomplete="off")
    contact = RadiosField("Who is the contact?", called="Contact", missing="Select who the contact is")
    supervisor = TextField(
        "Who of the new host is with the ambassadors on the day",
        called="Who is with the ambassadors",
        max_length=200,
        hint="Name, role and telephone number. You must name them if somebody has been asked, unless the audience is "
        "18 or over",
        autocomplete="off",
        sometimes=True,
    )
    words = TextAreaField("Message to the ambassadors", optional=True, max_length=1000)
    version = TextField("Version", optional=True, max_length=20)

    def offer_contacts(self, contacts: Sequence[Contact]) -> None:
        """Whoever speaks for the new host, or nobody so far; `data` becomes the Contact or None."""
        by_id = {str(one.id): one for one in contacts}
        self.contact.choices = [
            *(Choice(key, one.name, _about(one)) for key, one in by_id.items()),
            Choice(NOBODY, "Nobody so far"),
        ]
        self.contact.coerce = lambda value: None if value == NOBODY else by_id[value]


def _about(contact: Contact) -> str:
    verified = "" if contact.verified_at is not None else "not verified yet"
    return ", ".join(filter(None, (contact.job_title, contact.email, verified)))
