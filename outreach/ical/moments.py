"""The times of somebody else's calendar: dates, UTC, zones by the names that Outlook gives them, and neither."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from outreach.ical.events import LONDON, comes_twice

FIRST, LAST = 1970, 2199
FLOATING = "Its time has no time zone: taken as UK time"


class NoMoment(ValueError):
    """A time that cannot be taken, with a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a clock time in a zone. `floating` when the file named no zone, and London's was taken."""

    at: date | datetime  # a datetime here has no zone: it is what the clock shows
    zone: tzinfo = LONDON
    floating: bool = False

    @property
    def whole_day(self) -> bool:
        return not isinstance(self.at, datetime)

    def moved(self, at: date | datetime) -> "Moment":
        return Moment(at, self.zone, self.floating)

    def utc(self) -> datetime:
        """The instant of a clock time. Raises NoMoment for one that the clocks skip, or that comes twice."""
        if not isinstance(self.at, datetime):
            raise NoMoment("It has a date where a time was expected")
        aware = self.at.replace(tzinfo=self.zone)
        instant = aware.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None, fold=0) != self.at:
            raise NoMoment("The clocks go forward over its time, so there is no such time")
        if comes_twice(instant):
            raise NoMoment("Its time comes twice as the clocks go back, so that nobody can tell which is meant")
        return instant

    def until(self, end: "Moment") -> timedelta:
        """How long it is until another moment of the same kind: by the clock where both are in one zone."""
        if isinstance(self.at, datetime) and isinstance(end.at, datetime):
            return end.at - self.at if end.zone is self.zone else end.utc() - self.utc()
        return timedelta(days=end.at.toordinal() - self.at.toordinal())

    def key(self) -> str:
        """The moment as it names one of several repeats, the same in whatever zone the file gives it."""
        if not isinstance(self.at, datetime):
            return f"{self.at:%Y%m%d}"
        return f"{self.at.replace(tzinfo=self.zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def read_moment(value: str, params: str) -> Moment:
    """A DATE or DATE-TIME with its parameters as they stand in the line. Raises NoMoment."""
    found = re.fullmatch(
        r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z?))?", value.strip(), re.ASCII
    )
    if found is None:
        raise NoMoment("It has no date and time that can be read")
    year, month, day, hour, minute, second, utc = found.groups()
    if not FIRST <= int(year) <= LAST:
        raise NoMoment(f"Its year is {int(year)}")
    try:
        if hour is None:
            return Moment(date(int(year), int(month), int(day)))
        # A leap second is the second before, as on every clock that people read.
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59))  # noqa: DTZ001 the zone is put on by who asks
    except ValueError:
        raise NoMoment("It has no date and time that can be read") from None
    if utc:
        return Moment(at, UTC)
    name = re.search(r';TZID=(?:"([^"]{0,200})"|([^";:]{0,200}))', params, re.IGNORECASE)
    if name is None:
        return Moment(at, LONDON, floating=True)
    return Moment(at, zone_of((name[1] or name[2] or "").strip()))


def zone_of(name: str) -> tzinfo:
    """The zone of a name: Olson's, Windows', or Olson's at the end of a program's own. Raises NoMoment."""
    olson = WINDOWS_TO_OLSON.get(name, name).strip("/")
    parts = olson.split("/")
    for tried in dict.fromkeys((olson, "/".join(parts[-2:]), "/".join(parts[-3:]))):
        # No path, no dots: what is looked up is a file.
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]{0,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}", tried):
            try:
                return ZoneInfo(tried)
            except (KeyError, ValueError, OSError):
                continue
    raise NoMoment(f"Its time zone is not known here: {name[:60]}")


def read_duration(value: str) -> timedelta:
    """A DURATION. Raises NoMoment."""
    pattern = r"\+?P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,9})S)?)?"
    found = re.fullmatch(pattern, value.strip(), re.ASCII)
    if found is None or not any(found.groups()):
        raise NoMoment("It has no length that can be read")
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
