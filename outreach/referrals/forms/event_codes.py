"""The questions about codes of careers events."""

from __future__ import annotations

from outreach.referrals.rules.consent import MOST_DAYS_AFTER_EVENT, plain_code
from outreach.web.fields import TextField, WholeNumberField, YesField
from outreach.web.forms import Form


class EventCodeForm(Form):
    days_after = WholeNumberField(
        "How many days after the event should it still work?",
        called="Days after the event",
        hint="People often look at home. 0 stops it when the event ends.",
        missing="Enter how many days after the event it should still work",
        least=0,
        most=MOST_DAYS_AFTER_EVENT,
    )


class StopForm(Form):
    sure = YesField("Stop this code", answer="Stop it and every poster with it", missing="Tick the box to stop it")


class CodeForm(Form):
    """The code from a poster, typed by somebody who cannot scan it."""

    code = TextField(
        "Code",
        called="The code",
        hint="It stands on the poster below the picture, like K7MR4XF. Capital letters do not matter.",
        missing="Enter the code from the poster",
        max_length=40,
        autocomplete="off",
        width="10",
    )

    def plain(self) -> str:
        return plain_code(self.code.data)
