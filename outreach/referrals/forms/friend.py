"""The questions to a friend."""

from __future__ import annotations

from typing import Any

from outreach.districts.models import District
from outreach.referrals.rules.consent import Answer
from outreach.referrals.rules.terms import Terms
from outreach.web.fields import (
    Choice,
    EmailField,
    PhoneField,
    RadiosField,
    TextField,
    WholeNumberField,
    YesField,
)
from outreach.web.forms import Form, PublicForm


class OwnDetailsForm(Form):
    """What a friend who said yes corrects. Not whether they are new to care: a reward may have rested on it."""

    name = TextField("Your full name", autocomplete="name")
    phone = PhoneField("Telephone number", optional=True)
    post = RadiosField("The work you are looking for", missing="Select the work you are looking for")
    district = RadiosField("Where you want to work", missing="Select where you want to work")
    hours = WholeNumberField(
        "Hours a week", hint="About how many hours you want to work", least=1, most=60, optional=True
    )


class _FriendQuestions(OwnDetailsForm):
    new_to_care = RadiosField(
        "Have you worked in care before?",
        called="Whether you have worked in care before",
        missing="Select whether you have worked in care before",
        choices=[
            Choice("no", "No, care would be new to me"),
            Choice("yes", "Yes, I have worked in care"),
        ],
    )
    progress = YesField(
        "What the person who referred you may see",
        answer="They may see when I have an interview, an offer and a start",
        optional=True,
    )
    of_age = YesField("Your age", answer="I am 16 or over", missing="You must be 16 or over to be referred")


class EnterForm(_FriendQuestions, PublicForm):
    """What a friend types who came by a personal link."""

    email = EmailField("Email address")

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        # In the order of the page, so that the summary of errors goes down it.
        self._fields = {"name": self.name, "email": self.email} | self._fields


class FinishForm(_FriendQuestions):
    """What a friend adds or corrects while saying yes."""

    agree = YesField(
        "Your agreement",
        answer="Yes, you may use these details to help me apply",
        missing="Tick the box if you agree. Otherwise go back and answer no",
    )


class AnswerForm(Form):
    answer = RadiosField(
        "Your answer",
        missing="Select your answer",
        choices=[
            Choice(Answer.YES.value, "Yes"),
            Choice(Answer.NO.value, "No", "We delete your details at once"),
            Choice(Answer.NEVER.value, "Never ask me", "We delete your details, and nobody can refer you for 2 years"),
        ],
        coerce=Answer,
    )
    agree = YesField(
        "Your agreement",
        answer="Yes, that is me, and you may use these details to help me apply",
        optional=True,
    )

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        # It is needed for a yes and for nothing else, which "(optional)" would not say.
        self.agree.label.text = "If your answer is yes"


class WithdrawForm(Form):
    sure = YesField("Withdraw", answer="Delete my name and contact details", missing="Tick the box to withdraw")


class ProgressForm(Form):
    progress = YesField(
        "What the person who referred you may see",
        answer="They may see when I have an interview, an offer and a start",
        optional=True,
    )


def offer(form: OwnDetailsForm, terms: Terms, districts: list[District]) -> None:
    """Set the answers that are data: the posts and the age of the terms, and the county's districts."""
    by_slug = {one.slug: one for one in districts}
    form.post.choices = [Choice(one.code, one.label) for one in terms.posts]
    form.district.choices = [Choice(one.slug, one.name) for one in districts]
    form.district.coerce = by_slug.__getitem__
    if isinstance(form, _FriendQuestions):
        age = terms.friends.least_age
        form.of_age.choices = [Choice("yes", f"I am {age} or over")]
        form.of_age.missing = f"You must be {age} or over to be referred"
