"""The questions to a referrer."""

from __future__ import annotations

from outreach.web.fields import EmailField, TextField, YesField
from outreach.web.forms import Filters, Form


class DetailsForm(Form):
    name = TextField("Your friend’s first name", called="Your friend’s first name", max_length=60, autocomplete="off")
    email = EmailField("Your friend’s email address", called="Your friend’s email address", autocomplete="off")
    agreed = YesField(
        "Your friend’s agreement",
        answer="My friend knows that I am passing this on, is happy with it, and is 16 or over",
        missing="Tick the box once your friend knows and is happy for you to pass this on. They must be 16 or over",
    )


class TakeBackForm(Form):
    sure = YesField(
        "Take this referral back",
        answer="Delete my friend’s details",
        missing="Tick the box to delete your friend’s details",
    )


class RenewForm(Form):
    sure = YesField(
        "Get another link",
        answer="Stop my present link and every poster with it",
        missing="Tick the box to stop your present link",
    )


class PosterFilters(Filters):
    team = TextField("Team", called="Team", max_length=60, optional=True, autocomplete="off")
