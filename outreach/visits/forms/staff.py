"""What the coordinator fills in: a decision, and a request that came by telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from outreach.institutions.forms import PostcodeField
from outreach.visits.forms.questions import (
    ActivityForm,
    AudienceForm,
    DatesForm,
    NotesForm,
    PlaceForm,
    SupervisorForm,
    latest_day,
)
from outreach.visits.rules import NOT_LISTED, Asked, Caller, Unlisted
from outreach.web.fields import (
    ClockTimeField,
    DatePartsField,
    EmailField,
    PhoneField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
    check_period,
)
from outreach.web.forms import Filters, Form

# The questions of a telephone request as they stand on its page; the error summary follows.
ORDER = """
site institution_name kind district address town postcode name job_title email phone activity audience
audience_size place day_1 starts_1 ends_1 day_2 starts_2 ends_2 day_3 starts_3 ends_3 topic_notes access_notes
supervisor
"""
OTHER_TIME = "other"
MOST_NEEDED = 50


class RequestFilters(Filters):
    words = TextField("Reference, institution or contact", optional=True)
    status = SelectField("State", optional=True, blank="Any")
    district = SelectField("District", optional=True, blank="Any")


class AcceptForm(Form):
    """Which time is agreed, and how many ambassadors go."""

    time = RadiosField("Date and time", called="A date and time")
    day = DatePartsField("Date", called="The other date", latest=(latest_day, "in the next 18 months"))
    starts = ClockTimeField("Starts at", called="The start time", hint="For example, 9:30am or 2pm")
    ends = ClockTimeField("Ends at", called="The end time")
    title = TextField("Title of the event", max_length=200, hint="Ambassadors see it in their invitation and calendar")
    needed = WholeNumberField(
        "How many ambassadors are needed?",
        called="The number of ambassadors",
        least=1,
        most=MOST_NEEDED,
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self.other: tuple[datetime, datetime] | None = None
        for field in (self.day, self.starts, self.ends):
            field.optional = self.time.sent != [OTHER_TIME]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.time.data == OTHER_TIME:
            self.other = check_period(self.day, self.starts, self.ends)
            return good and self.other is not None
        return good


class DeclineForm(Form):
    reason = RadiosField("Why is it declined?", called="Why it is declined", missing="Select why it is declined")
    words = TextAreaField(
        "What to tell the institution",
        missing="Enter what to tell the institution",
        hint="These words stand in the email to them, below the reason",
    )


class TelephoneForm(ActivityForm, AudienceForm, PlaceForm, DatesForm, NotesForm, SupervisorForm):
    """A request taken by telephone: the questions of the journey on one page, under the same rules."""

    site = SelectField("Institution", missing="Select the institution", blank="Choose the institution")
    institution_name = TextField("Name of the institution")
    kind = SelectField("Kind of institution", missing="Select what kind of institution it is")
    district = SelectField("District", missing="Select the district")
    address = TextField("Address", optional=True)
    town = TextField("Town or village")
    postcode = PostcodeField("Postcode", optional=True, width="10")
    name = TextField("Contact’s name", called="The contact’s name", autocomplete="off")
    job_title = TextField("Their job title", autocomplete="off")
    email = EmailField("Their work email address", called="Their email address", autocomplete="off")
    phone = PhoneField("Their work telephone number", autocomplete="off")

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self._fields = {name: self._fields[name] for name in ORDER.split()}
        # On one page with the audience, it must be said whom the question is for; the view insists for those.
        self.supervisor.description += ". You must name them if the group is under 18"
        if not self.is_unlisted:
            for field in (self.institution_name, self.kind, self.district, self.town):
                field.optional = True

    @property
    def is_unlisted(self) -> bool:
        return self.site.sent == [NOT_LISTED]

    def asked(self) -> Asked:
        unlisted = Unlisted(
            name=self.institution_name.data,
            kind=self.kind.data or "",
            district=self.district.data or "",
            town=self.town.data,
            address=self.address.data,
            postcode=self.postcode.data,
        )
        return Asked(
            site_id=None if self.is_unlisted else int(self.site.data),
            unlisted=unlisted if self.is_unlisted else None,
            caller=Caller(
                name=self.name.data, job_title=self.job_title.data, email=self.email.data, phone=self.phone.data
            ),
            activity=self.activity.data,
            audience=self.audience.data,
            audience_size=self.audience_size.data or 0,
            online=self.place.data == "online",
            times=tuple(self.spans),
            topic_notes=self.topic_notes.data,
            access_notes=self.access_notes.data,
            supervisor=self.supervisor.data,
        )
