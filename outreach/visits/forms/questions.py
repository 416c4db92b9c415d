"""The questions of a visit request, each a form of its own, so that the journey and the staff form ask the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Self, cast

from outreach import clock
from outreach.institutions.forms import PostcodeField
from outreach.visits.rules import LARGEST_AUDIENCE, LATEST, LONGEST_VISIT, MOST_DATES
from outreach.web.fields import (
    Choice,
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
from outreach.web.forms import Form

NO_PUPILS = "Do not give names or health details of pupils or students"


def latest_day() -> date:
    """The last day that can be asked for; one less than the rule's, which counts the hours too."""
    return clock.today() + LATEST - timedelta(days=1)


class Question(Form):
    """A form whose answers can be laid by as JSON and taken up again."""

    def answers(self) -> dict[str, Any]:
        """What was answered, days and clock times as text."""
        return {name: v.isoformat() if isinstance(v, date | time) else v for name, v in self.data.items()}

    @classmethod
    def again(cls, formdata: Any, kept: dict[str, Any] | None) -> Self:
        """The form as it was answered before, or with what has just been sent."""
        return cls(formdata, data=cls.read(kept or {}))

    @classmethod
    def read(cls, kept: dict[str, Any]) -> dict[str, Any]:
        """Answers that were laid by, with days and clock times as such."""
        return kept


class InstitutionForm(Question):
    institution = SelectField(
        "Which institution are you from?",
        called="Your institution",
        missing="Select your institution",
        blank="Choose your institution",
    )


class UnlistedForm(Question):
    name = TextField("Name of the institution", autocomplete="organization")
    kind = RadiosField("Kind of institution", missing="Select what kind of institution it is")
    address = TextField("Address", autocomplete="street-address")
    town = TextField("Town or village", autocomplete="address-level2", width="two-thirds")
    postcode = PostcodeField("Postcode", autocomplete="postal-code", width="10")
    district = RadiosField(
        "District", called="The district", missing="Select the district", hint="Where the visit would be"
    )


class CampusForm(Question):
    site = RadiosField("Which campus or building?", called="The campus or building", coerce=int)


class ContactForm(Question):
    name = TextField("Your name", autocomplete="name")
    job_title = TextField("Your job title", autocomplete="organization-title", hint="For example, careers leader")
    email = EmailField("Work email address", hint="We send what we decide to this address")
    phone = PhoneField("Work telephone number", hint="We may telephone your institution to check who is asking")


class ActivityForm(Question):
    activity = RadiosField(
        "What kind of visit would you like?", called="The kind of visit", missing="Select a kind of visit"
    )


class AudienceForm(Question):
    audience = RadiosField("Group", missing="Select who the visit is for")
    audience_size = WholeNumberField(
        "How many people, about?",
        called="The number of people",
        missing="Enter how many people you expect",
        least=1,
        most=LARGEST_AUDIENCE,
    )


class PlaceForm(Question):
    place = RadiosField(
        "In person or online?",
        called="Where the visit takes place",
        missing="Select whether the visit is in person or online",
        choices=[
            Choice("in_person", "In person", "The ambassador comes to you"),
            Choice("online", "Online", "By a video call that you set up"),
        ],
    )


SOON_ENOUGH = (latest_day, "in the next 18 months")


class DatesForm(Question):
    """Up to three days, each with a start and an end. Once it has been checked, `spans` holds the instants."""

    day_1 = DatePartsField("Date", called="First date", latest=SOON_ENOUGH, hint="For example, 27 3 2027")
    starts_1 = ClockTimeField("Starts at", called="First start time", hint="For example, 9:30am or 2pm")
    ends_1 = ClockTimeField("Ends at", called="First end time")
    day_2 = DatePartsField("Date", called="Second date", latest=SOON_ENOUGH)
    starts_2 = ClockTimeField("Starts at", called="Second start time")
    ends_2 = ClockTimeField("Ends at", called="Second end time")
    day_3 = DatePartsField("Date", called="Third date", latest=SOON_ENOUGH)
    starts_3 = ClockTimeField("Starts at", called="Third start time")
    ends_3 = ClockTimeField("Ends at", called="Third end time")

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self.spans: list[tuple[datetime, datetime]] = []
        for _, one in self.choices_of_time()[1:]:
            # A second or third choice is asked for as a whole, or not at all.
            alone = all(field.is_blank() for field in one)
            for field in one:
                field.optional = alone

    def choices_of_time(self) -> list[tuple[str, tuple[DatePartsField, ClockTimeField, ClockTimeField]]]:
        """First, second and third choice, each a day, a start and an end."""
        return [
            ("First choice", (self.day_1, self.starts_1, self.ends_1)),
            ("Second choice (optional)", (self.day_2, self.starts_2, self.ends_2)),
            ("Third choice (optional)", (self.day_3, self.starts_3, self.ends_3)),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        self.spans = []
        for _, (day, starts, ends) in self.choices_of_time()[:MOST_DATES]:
            span = check_period(day, starts, ends)
            if span is None:
                good = good and not (day.errors or starts.errors or ends.errors)
            elif span[1] - span[0] > LONGEST_VISIT:
                ends.add_error("The visit must last 12 hours or fewer")
                good = False
            elif span in self.spans:
                day.add_error(f"{day.called} and its times must differ from your other choices")
                good = False
            else:
                self.spans.append(span)
        return good

    @classmethod
    def read(cls, kept: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value if not value else (date if name.startswith("day") else time).fromisoformat(value)
            for name, value in kept.items()
        }


class NotesForm(Question):
    topic_notes = TextAreaField("Topics you would like covered", optional=True, hint=NO_PUPILS)
    access_notes = TextAreaField(
        "Access and arriving",
        optional=True,
        hint="Parking, signing in, step-free access, equipment in the room",
    )


class SupervisorForm(Question):
    supervisor = TextField(
        "Who will be with the group throughout the visit?",
        called="The name of the adult who will stay with the group",
        hint="Their name and job title",
        autocomplete="off",
    )

    def only_wanted(self) -> None:
        """Ask without insisting: for a group of adults nobody has to be there."""
        self.supervisor.optional = True
        self.supervisor.label.text += " (optional)"


JOURNEY: dict[str, type[Question]] = {
    "institution": InstitutionForm,
    "unlisted": UnlistedForm,
    "campus": CampusForm,
    "contact": ContactForm,
    "activity": ActivityForm,
    "audience": AudienceForm,
    "place": PlaceForm,
    "dates": DatesForm,
    "notes": NotesForm,
    "supervisor": SupervisorForm,
}


def offer(form: Form, **choices: list[Choice]) -> None:
    """Give the form's questions their answers, once the rows are known; those it does not ask are passed over."""
    for name, offered in choices.items():
        if name in form:
            cast(RadiosField, form[name]).choices = offered
