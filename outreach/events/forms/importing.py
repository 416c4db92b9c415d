"""The questions about a calendar to import."""

from __future__ import annotations

from typing import Any

from outreach.districts.models import County
from outreach.events.forms.events import offer_sites
from outreach.events.rules.importing import Take
from outreach.institutions.models import Institution
from outreach.web.fields import Choice, FileField, RadiosField, SelectField, TextField, WholeNumberField
from outreach.web.forms import Form

COUNTY = "county"


class ImportForm(Form):
    file = FileField(
        "Calendar file",
        accept=".ics,text/calendar",
        hint="An .ics file smaller than 2 MB, as a college’s calendar, Outlook, Google or Eventbrite exports it",
        missing="Choose a calendar file",
    )
    calendar = SelectField(
        "Whose calendar is it?",
        called="Whose calendar it is",
        hint="What the file has no place for takes place there",
        missing="Select whose calendar it is",
    )
    district = SelectField("District", hint="Only for the county’s own calendar", optional=True)
    activity = RadiosField("Kind of event", missing="Select the kind of event")
    needed = WholeNumberField("How many ambassadors each event needs", least=1, most=50)
    most = RadiosField(
        "What are most of the new entries?",
        called="What most of the new entries are",
        missing="Select what most of the new entries are",
        hint="You choose for each entry on the next page",
        choices=[
            Choice(Take.LEAVE.value, "Nothing for us", "A college’s term calendar: pick the few that matter"),
            Choice(Take.KEY.value, "Key events of the college", "Days on which we want to be there"),
            Choice(Take.COUNTY.value, "Other events", "Fairs and talks of the county or its partners"),
        ],
        coerce=Take,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if self.calendar.errors or self.district.errors:
            return False
        if self.calendar.data is None and self.district.data is None:
            self.district.add_error("Select a district for the county’s own calendar")
            good = False
        if self.calendar.data is None and self.most.data is Take.KEY:
            self.most.add_error("Key events are a college’s: select whose calendar it is, or another answer")
            good = False
        return good


class CheckImportForm(Form):
    """The choices themselves are one for each entry; see rules/importing.py."""

    mark = TextField("Mark", optional=True, max_length=64)


def offer_calendars(field: SelectField, institutions: list[Institution], county: County) -> None:
    """Whose calendar it can be: the county's own (`data` is None) or that of a site of an institution."""
    offer_sites(field, institutions)
    site_of = field.coerce
    field.choices = [Choice(COUNTY, f"{county.council}’s own"), *field.choices]
    field.coerce = lambda value: None if value == COUNTY else site_of(value)
