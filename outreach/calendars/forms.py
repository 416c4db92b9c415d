"""The filters of the public list of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outreach.calendars.rules import month_after, read_month, write_month
from outreach.districts.models import District, Term
from outreach.web.fields import Choice, SelectField
from outreach.web.forms import Filters

MONTHS_AHEAD = 12


@dataclass(frozen=True)
class Wanted:
    """What somebody would like to see; empty where they said nothing."""

    district: str
    activity: str
    month: date | None


class EventFilter(Filters):
    """Filters come by the address bar: a word that is not offered counts as none."""

    district = SelectField("District", blank="All districts", optional=True)
    kind = SelectField("Kind of event", blank="All kinds", optional=True)
    month = SelectField("Month", blank="All months to come", optional=True)

    def offer(self, districts: Iterable[District], kinds: Iterable[Term], today: date) -> None:
        """Set what can be chosen; an earlier or later month that an address names is offered too."""
        self.district.choices = [Choice(one.slug, one.name) for one in districts]
        self.kind.choices = [Choice(one.code, one.label) for one in kinds]
        months = {month_after(today.replace(day=1), n) for n in range(MONTHS_AHEAD)}
        months |= {named for sent in self.month.sent if (named := read_month(sent))}
        self.month.choices = [Choice(write_month(one), f"{one:%B %Y}") for one in sorted(months)]

    def wanted(self) -> Wanted:
        self.read()
        return Wanted(
            district=self.district.data or "",
            activity=self.kind.data or "",
            month=read_month(self.month.data or ""),
        )
