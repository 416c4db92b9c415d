"""The public journey's own forms, and what its answers add up to."""

from __future__ import annotations

from typing import Any

from outreach import clock
from outreach.visits.forms.questions import DatesForm
from outreach.visits.rules import NOT_LISTED, Answers, Asked, Caller, Unlisted
from outreach.web.fields import EmailField, TextAreaField, TextField
from outreach.web.forms import Form, PublicForm


class CheckForm(PublicForm):
    """Sends what was answered; asks nothing itself."""


class MyLinkForm(PublicForm):
    reference = TextField("Reference", hint="For example, VR-7K3M-9QTX", max_length=40, width="20", autocomplete="off")
    email = EmailField("Work email address", called="Email address", hint="The address that you gave when you asked")


class ChangeForm(Form):
    words = TextAreaField(
        "What would you like to change?",
        called="What you would like to change",
        missing="Enter what you would like to change",
        hint="Do not give names or health details of pupils or students",
        rows=6,
    )


class ActForm(Form):
    """A button that acts, and nothing to fill in."""


def asked_in(answers: Answers) -> Asked:
    """What a finished journey asks for."""
    unlisted = answers["institution"]["institution"] == NOT_LISTED
    return Asked(
        site_id=None if unlisted else int(answers["campus"]["site"]),
        unlisted=Unlisted(**answers["unlisted"]) if unlisted else None,
        caller=Caller(**answers["contact"]),
        activity=answers["activity"]["activity"],
        audience=answers["audience"]["audience"],
        audience_size=answers["audience"]["audience_size"],
        online=answers["place"]["place"] == "online",
        times=times_in(answers),
        topic_notes=answers["notes"]["topic_notes"],
        access_notes=answers["notes"]["access_notes"],
        supervisor=answers["supervisor"]["supervisor"],
    )


def times_in(answers: Answers) -> tuple[Any, ...]:
    """The preferred times as instants, in order."""
    kept = DatesForm.read(dict(answers["dates"]))
    days = [(kept[f"day_{n}"], kept[f"starts_{n}"], kept[f"ends_{n}"]) for n in (1, 2, 3)]
    return tuple((clock.to_utc(day, start), clock.to_utc(day, end)) for day, start, end in days if day)
