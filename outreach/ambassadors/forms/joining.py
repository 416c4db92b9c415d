"""The questions of joining: the public journey, one form a page; the line manager's answer; the coordinator's part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from outreach import clock
from outreach.ambassadors.actions import ManagerAnswer
from outreach.ambassadors.forms.register import NO_EMPLOYER, check_employer
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    DatePartsField,
    EmailField,
    HoursField,
    PhoneField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
    YesField,
)
from outreach.web.forms import Form, PublicForm

LEAST_HOURS, MOST_HOURS = Decimal("0.5"), Decimal(100)
AGREE, NOT_NOW = "agree", "not_now"


class ContactForm(Form):
    name = TextField("Your full name", autocomplete="name")
    email = EmailField("Work email address", called="Your work email address", hint="We send a link to it to confirm")
    phone = PhoneField("Telephone number", optional=True)


class EmployerForm(Form):
    employer = SelectField(
        "Your employer", hint="If it is not in the list, enter its name below", missing=NO_EMPLOYER, optional=True
    )
    new_employer = TextField(
        "Name of an employer that is not in the list", max_length=150, autocomplete="organization", optional=True
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        # Optional by itself, but one of the two must be given.
        self.employer.label.text = "Your employer"
        self.new_employer.label.text = "Name of an employer that is not in the list"

    def validate(self, extra_validators: Any = None) -> bool:
        whole: bool = super().validate(extra_validators)
        return check_employer(self.employer, self.new_employer) and whole


class JobForm(Form):
    job_title = TextField("Your job role", hint="For example, senior care worker", autocomplete="organization-title")
    role_family = RadiosField("Kind of work", missing="Select the kind of work that you do")


class DistrictForm(Form):
    home_district = RadiosField(
        "Which district do you work in?", called="The district", missing="Select the district that you work in"
    )


class TravelsForm(Form):
    travels_to = CheckboxesField(
        "Which other districts would you travel to?",
        called="Districts",
        missing="Select districts from the list",
        hint="Select all that suit you, or none",
        optional=True,
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self.travels_to.label.text = self.travels_to.label.text.removesuffix(" (optional)")


class ActivitiesForm(Form):
    activities = CheckboxesField(
        "What would you like to do?",
        called="Activities",
        missing="Select at least one thing that you would like to do",
        hint="Select all that you would be happy to be asked for",
    )


class AudiencesForm(Form):
    audiences = CheckboxesField(
        "Who would you like to speak to?",
        called="Audiences",
        missing="Select at least one group that you would like to speak to",
        hint="Select all that apply",
    )


class LanguagesForm(Form):
    languages = CheckboxesField(
        "Which languages could you speak with a group?",
        called="Languages",
        missing="Select at least one language",
        hint="Select all that apply",
    )


class LineManagerForm(Form):
    """Who is to be asked for the time; the coordinator and the applicant fill in the same."""

    manager_name = TextField("Line manager’s full name", called="Your line manager’s name", autocomplete="off")
    manager_email = EmailField(
        "Line manager’s work email address", called="Your line manager’s email address", autocomplete="off"
    )


class StoryForm(Form):
    story = TextAreaField(
        "Why would you like to become an ambassador?",
        called="Why you would like to become an ambassador",
        hint="A few sentences about your work in care. Do not name people you care for",
        max_length=1500,
        optional=True,
    )


JOIN_FORMS: dict[str, type[Form]] = {
    "contact": ContactForm,
    "employer": EmployerForm,
    "job": JobForm,
    "district": DistrictForm,
    "travels": TravelsForm,
    "activities": ActivitiesForm,
    "audiences": AudiencesForm,
    "languages": LanguagesForm,
    "manager": LineManagerForm,
    "story": StoryForm,
}


class SendForm(PublicForm):
    """Sends what was answered; asks nothing itself."""


class ConfirmForm(Form):
    version = VersionField()


class ManagerForm(Form):
    """The line manager's answer. Hours and cover are asked of whoever agrees, and of nobody else."""

    answer = RadiosField(
        "Do you agree that they take on the role?",
        called="Your answer",
        missing="Select whether you agree",
        choices=[
            Choice(AGREE, "Yes, I agree", "Answer the two questions below, too"),
            Choice(NOT_NOW, "Not now", "We tell them, and you can say why below"),
        ],
    )
    hours = HoursField(
        "How many hours a month may the role take?",
        called="Hours a month",
        missing="Enter how many hours a month the role may take",
        hint="In working time, with travel. For example, 4 or 7.5",
        least=LEAST_HOURS,
        most=MOST_HOURS,
    )
    backfill = RadiosField(
        "Will somebody cover their work meanwhile?",
        called="Whether somebody covers their work",
        missing="Select whether somebody covers their work",
        choices=[Choice("yes", "Yes"), Choice("no", "No")],
        inline=True,
    )
    words = TextAreaField(
        "Anything they and the coordinator should know",
        hint="For example, days that do not suit, or when to ask again",
        max_length=1000,
        rows=3,
        optional=True,
    )
    version = VersionField()

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        if formdata and self.answer.sent != [AGREE]:
            for field in (self.hours, self.backfill):
                field.optional = True
                field.process(None)

    def said(self) -> ManagerAnswer:
        agrees = self.answer.data == AGREE
        return ManagerAnswer(
            hours=self.hours.data if agrees else None,
            backfill=agrees and self.backfill.data == "yes",
            words=self.words.data,
        )


def _today() -> date:
    return clock.today()


class ItemForm(Form):
    done_on = DatePartsField(
        "When was it done?", called="The day it was done", latest=(_today, "today or in the past"), hint="27 3 2026"
    )


class SeenForm(ItemForm):
    """A certificate that was seen. Whether and when is all that is asked: nothing of what it says is kept."""

    seen = YesField(
        "Have you seen the certificate?",
        called="That you have seen the certificate",
        missing="Confirm that you have seen the certificate yourself",
        answer="I have seen it myself",
        hint_of_answer="Do not copy it or write anything of it down here",
    )
    done_on = DatePartsField(
        "When did you see it?",
        called="The day you saw it",
        latest=(_today, "today or in the past"),
        hint="For example, 27 3 2026",
    )


class PaperForm(LineManagerForm):
    """An agreement that was made on paper or by telephone."""

    manager_email = EmailField("Line manager’s work email address", autocomplete="off", optional=True)
    hours = HoursField(
        "Hours a month", missing="Enter how many hours a month were agreed", least=LEAST_HOURS, most=MOST_HOURS
    )
    backfill = YesField("Cover", answer="Somebody covers their work meanwhile", optional=True)
    done_on = DatePartsField(
        "When was it agreed?", called="The day it was agreed", latest=(_today, "today or in the past"), hint="27 3 2026"
    )
    words = TextAreaField("What else was agreed", max_length=1000, rows=3, optional=True)

    def said(self) -> ManagerAnswer:
        return ManagerAnswer(hours=self.hours.data, backfill=self.backfill.data, words=self.words.data)


class ActForm(Form):
    """A button that acts, and nothing to fill in."""
