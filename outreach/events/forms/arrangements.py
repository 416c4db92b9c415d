"""The questions about the day: the host's, on a phone, and the coordinator's, who writes down what they are told."""

from __future__ import annotations

from typing import Any

from outreach.events.rules.arranging import HOST_SAYS, HostPoint, agrees, points_of
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    PhoneField,
    TextAreaField,
    TextField,
    VersionField,
    WebAddressField,
    YesField,
)
from outreach.web.forms import Form


class _DayForm(Form):
    contact_name = TextField("Contact on the day", called="The name of the contact on the day", autocomplete="off")
    contact_phone = PhoneField("Their telephone number", called="Their telephone number", autocomplete="off")
    room = TextField(
        "Where to report, and the room", called="Where to report", max_length=200, autocomplete="off", optional=True,
        hint="For example, main reception, then room B12",
    )  # fmt: skip
    access = TextAreaField(
        "Getting in and access", rows=3, max_length=500, optional=True,
        hint="For example, which entrance, step-free ways, when the gates close",
    )  # fmt: skip
    parking = TextAreaField("Parking", rows=2, max_length=300, optional=True)
    safeguarding_name = TextField("Safeguarding lead", called="The name of the safeguarding lead", autocomplete="off")
    safeguarding_phone = PhoneField(
        "The safeguarding lead’s telephone number", called="The safeguarding lead’s telephone number",
        autocomplete="off", hint="A number that is answered during the visit",
    )  # fmt: skip
    version = VersionField()

    def ask_online(self) -> None:
        """Online there is nothing to park and no room: the way in is how one joins."""
        del self.room, self.parking
        self.access.label.text = "How to join, and what to do if it does not work (optional)"
        self.access.called = "How to join"
        self.access.description = ""

    def said(self, held: object) -> dict[str, str]:
        """What the host's questions are answered with; one that is not asked stays as `held` has it."""
        return {name: self[name].data if name in self else getattr(held, name, "") for name in HOST_SAYS}


class HostDayForm(_DayForm):
    """What the host says. With under-18s the lead and every point are needed; otherwise they are not asked."""

    points = CheckboxesField(
        "How the group is kept safe",
        missing="Tick every point, so that the visit can be confirmed. If one cannot be, telephone us",
    )
    online = False

    def ask_safety(self, asked: bool, online: bool) -> None:
        if not asked:
            del self.points, self.safeguarding_name, self.safeguarding_phone
            return
        self.online = online
        self.points.choices = [Choice(one.value, words) for one, words in points_of(online).items()]
        self.points.coerce = HostPoint

    @property
    def agreed(self) -> bool:
        return "points" in self and agrees(self.points.data, self.online)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if "points" in self and not self.points.errors and not self.agreed:
            self.points.add_error(self.points.missing)
            return False
        return good


class CoordinatorDayForm(_DayForm):
    """The same as a coordinator knows it so far: nothing is needed."""

    confirmed = YesField(
        "How the group is kept safe", called="Confirmed", answer="The host has confirmed all of this", optional=True
    )
    needs = TextAreaField("What the ambassadors would like in the room", rows=2, max_length=300, optional=True)
    slides = WebAddressField(
        "Slides", secure=True, max_length=500, optional=True,
        hint="A web address that begins with https://. Ambassadors see it on their page for the day",
    )  # fmt: skip

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        for field in (self.contact_name, self.contact_phone, self.safeguarding_name, self.safeguarding_phone):
            field.optional = True
            field.label.text += " (optional)"

    def ask_safety(self, lead: bool, confirmed: bool) -> None:
        """The lead where under-18s may come; whether it is confirmed where there is a host to confirm it."""
        if not lead:
            del self.safeguarding_name, self.safeguarding_phone
        if not confirmed:
            del self.confirmed

    @property
    def agreed(self) -> bool:
        return "confirmed" in self and bool(self.confirmed.data)
