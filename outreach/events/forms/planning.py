"""Which period to plan, and what of a plan to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from outreach import clock
from outreach.districts.models import SchoolTerm
from outreach.events.forms.choosing import AskingForm
from outreach.events.rules.plans import PlaceStatus
from outreach.web.fields import Choice, DatePartsField, RadiosField, SelectField, TextField
from outreach.web.filters import say_date
from outreach.web.forms import Filters, Form

OTHER = "other"
PLACE_WORDS = {
    PlaceStatus.PROPOSED: "Proposed",
    PlaceStatus.UNFILLED: "Not filled",
    PlaceStatus.LEFT_OUT: "Left out",
    PlaceStatus.ASKED: "Asked",
    PlaceStatus.SKIPPED: "Passed over",
}


class PlanForm(Form):
    """A school term or two days, everywhere or in one district. Call `offer` before anything else."""

    period = RadiosField("Which period do you want to plan?", called="Period", missing="Select a period")
    first_day = DatePartsField("First day", called="First day", hint="For example, 27 3 2027", optional=True)
    last_day = DatePartsField("Last day", called="Last day", optional=True)
    district = SelectField("District", blank="All districts", optional=True)

    def offer(self, terms: Sequence[SchoolTerm]) -> None:
        """The terms of the next year that are not over, and other dates."""
        today = clock.today()
        soon = (one for one in terms if one.last_day >= today and one.first_day <= today + timedelta(days=365))
        self._terms = {str(one.id): one for one in soon}
        self.period.choices = [
            *(
                Choice(id, one.name, f"{say_date(one.first_day)} to {say_date(one.last_day)}")
                for id, one in self._terms.items()
            ),
            Choice(OTHER, "Other dates"),
        ]
        for field in (self.first_day, self.last_day):
            field.label.text = (
                field.called
            )  # they are asked for where other dates were chosen, and then they must be there
        if not self._terms and not self.period.sent:
            self.period.process_data(OTHER)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day, once the form will do."""
        term = self._terms.get(self.period.data or "")
        if term:
            return term.first_day, term.last_day
        return cast(date, self.first_day.data), cast(date, self.last_day.data)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if self.period.data == OTHER:
            for field in (self.first_day, self.last_day):
                if field.is_blank():
                    field.add_error(f"Enter the {field.called.lower()}")
        return good and not self.errors


class PlanFilters(Filters):
    state = SelectField("State", blank="All places", optional=True, coerce=PlaceStatus)
    district = SelectField("District", blank="All districts", optional=True)
    week = SelectField("Week", blank="All weeks", optional=True, coerce=date.fromisoformat)


class ApplyPlanForm(AskingForm):
    """How long everybody has to answer, what is said to them, and the plan that was looked at."""

    version = TextField("Version", optional=True, max_length=20)
