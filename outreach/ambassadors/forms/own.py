"""The questions of an ambassador's own page, and the words of thanks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from outreach.ambassadors.forms.register import offer_districts, offer_terms, offer_towns
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules.availability import WEEKDAYS, PartOfDay, Slot, Span
from outreach.ambassadors.rules.thanks import LONGEST_THANKS
from outreach.districts.models import District, Term
from outreach.districts.rules import Vocabulary
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    DatePartsField,
    EmailField,
    SelectField,
    TextAreaField,
    VersionField,
    WholeNumberField,
)
from outreach.web.forms import Form, PublicForm

LONGEST_STORY = 1000
MOST_NOTICE = 60
MOST_VISITS = 31


class OwnForm(Form):
    """One page of somebody's profile."""

    version = VersionField()


class StoryForm(OwnForm):
    story = TextAreaField(
        "Your story",
        called="Your story",
        max_length=LONGEST_STORY,
        rows=8,
        optional=True,
        hint="How you came to care, and what you would tell somebody who is thinking of it",
    )


class DistrictsForm(OwnForm):
    base_town = SelectField(
        "Town you work in",
        called="The town you work in",
        hint="So that we can work out how long you travel to a visit",
        blank="Choose a town",
        optional=True,
    )
    travels_to = CheckboxesField(
        "Districts you will travel to", called="Districts", missing="Select districts from the list", optional=True
    )

    def offer(self, ambassador: Ambassador, districts: Collection[District]) -> None:
        home = ambassador.home_district_id
        # Their own district first: that is where most will find their town.
        offer_towns(self.base_town, sorted(districts, key=lambda one: one.id != home), ambassador.base_town)
        offer_districts(self.travels_to, [one for one in districts if one.id != home])


class OffersForm(OwnForm):
    activities = CheckboxesField("What you offer", missing="Select activities from the list", optional=True)
    audiences = CheckboxesField("Who you like to talk to", missing="Select audiences from the list", optional=True)
    languages = CheckboxesField("Languages you speak", missing="Select languages from the list", optional=True)
    qualifications = CheckboxesField(
        "What you are qualified as", missing="Select qualifications from the list", optional=True
    )

    def offer(self, ambassador: Ambassador, terms: dict[Vocabulary, list[Term]]) -> None:
        for field, vocabulary in (
            (self.activities, Vocabulary.ACTIVITY),
            (self.audiences, Vocabulary.AUDIENCE),
            (self.languages, Vocabulary.LANGUAGE),
            (self.qualifications, Vocabulary.QUALIFICATION),
        ):
            offer_terms(field, terms[vocabulary], [one for one in ambassador.terms if one.vocabulary is vocabulary])
            # Every list may be left empty; to say so beside each would be noise.
            field.label.text = field.label.text.removesuffix(" (optional)")


class LimitsForm(OwnForm):
    notice_days = WholeNumberField(
        "How many days’ notice you need", called="Days of notice", most=MOST_NOTICE, optional=True
    )
    visits_a_month = WholeNumberField(
        "Most visits in a month", called="Most visits in a month", least=1, most=MOST_VISITS, optional=True
    )


PARTS = {"story": StoryForm, "districts": DistrictsForm, "offers": OffersForm, "limits": LimitsForm}


class PatternForm(Form):
    """Seven days of three parts each, drawn a day at a time."""

    free = CheckboxesField(
        "When you can usually come",
        called="When you can usually come",
        missing="Select times from the list",
        choices=[
            Choice(f"{number}-{part.value}", f"{weekday} {part.value}")
            for number, weekday in enumerate(WEEKDAYS)
            for part in PartOfDay
        ],
        coerce=lambda value: (int(value[0]), PartOfDay(value[2:])),
        optional=True,
    )

    @staticmethod
    def as_sent(slots: Iterable[Slot]) -> list[str]:
        """A pattern as the boxes hold it."""
        return [f"{number}-{part.value}" for number, part in slots]


class AwayForm(Form):
    first_day = DatePartsField("First day away", called="First day away", hint="For example, 27 3 2027")
    last_day = DatePartsField("Last day away", called="Last day away", hint="The same day again if it is only one")

    span: Span | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        if self.first_day.data is not None and self.last_day.data is not None:
            self.span = Span(self.first_day.data, self.last_day.data)
        return good


class ThankForm(Form):
    words = TextAreaField(
        "Your thanks",
        called="Your thanks",
        missing="Enter your thanks",
        max_length=LONGEST_THANKS,
        hint="They go to the ambassador as you write them. Do not name pupils or students",
    )


class MyLinkForm(PublicForm):
    email = EmailField("Work email address", hint="The address that our emails to you go to")
