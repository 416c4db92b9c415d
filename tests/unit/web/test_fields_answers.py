"""Choices, numbers, hours, days and clock times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach import clock
from outreach.web.fields import (
    CheckboxesField,
    Choice,
    ClockTimeField,
    DatePartsField,
    HoursField,
    RadiosField,
    SelectField,
    WholeNumberField,
    YesField,
    check_period,
    choices_of,
)
from outreach.web.fields.dates import read_clock, say_time
from outreach.web.forms import Form

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


class Kind(Enum):
    TALK = "talk"
    FAIR = "fair"


class Visit(Form):
    kind = RadiosField("Kind of visit", choices=choices_of(Kind, {Kind.TALK: "Talk"}), coerce=Kind)
    audiences = CheckboxesField("Audiences", choices=[Choice("1", "Students"), Choice("2", "Teachers")], coerce=int)
    site = SelectField("Site", choices=[Choice("7", "Worcester")], coerce=int, optional=True)
    agreed = YesField("Agreement", answer="My manager agrees", missing="Select that your manager agrees")
    people = WholeNumberField("Number of people", least=1, most=5000)
    hours = HoursField("Hours")
    day = DatePartsField("Event date")
    start = ClockTimeField("Start time")
    end = ClockTimeField("End time")

    period: tuple[datetime, datetime] | None = None

    def validate(self, extra_validators: object = None) -> bool:
        fields_will_do = super().validate()
        self.period = check_period(self.day, self.start, self.end)
        return fields_will_do and self.period is not None


GOOD = {
    "kind": "talk",
    "audiences": ["2", "1"],
    "agreed": "yes",
    "people": "30",
    "hours": "1.5",
    "day-day": "27",
    "day-month": "3",
    "day-year": "2090",
    "start": "9:30am",
    "end": "11am",
}


def filled(**answers: object) -> Visit:
    given_answers = {name.replace("__", "-"): value for name, value in answers.items()}
    form = Visit(MultiDict(GOOD | given_answers))
    form.validate()
    return form


def test_good_answers_are_kept_as_values() -> None:
    form = filled()
    assert form.errors == {}
    assert (form.kind.data, form.audiences.data, form.site.data, form.agreed.data) == (Kind.TALK, [1, 2], None, True)
    assert (form.people.data, form.hours.data) == (30, Decimal("1.5"))
    assert form.day.data == date(2090, 3, 27)
    assert form.period == (datetime(2090, 3, 27, 9, 30, tzinfo=UTC), datetime(2090, 3, 27, 11, tzinfo=UTC)) or (
        # By 2090 summer time may begin earlier than the zone file of today says.
        form.period is not None and form.period[1] - form.period[0] == timedelta(minutes=90)
    )


@pytest.mark.parametrize("sent", ["", "picnic", "TALK", "talk\x00"])
def test_choice_that_was_not_offered_is_no_choice(sent: str) -> None:
    form = filled(kind=sent, audiences=["1", "99"], agreed="no", site="8")
    assert form.kind.errors == ["Select the kind of visit"]
    assert form.audiences.errors == ["Select the audiences"]
    assert form.agreed.errors == ["Select that your manager agrees"]
    assert form.site.errors == ["Select the site"]
    assert (form.kind.data, form.site.data) == (None, None)


def test_choices_are_filled_from_values() -> None:
    form = Visit(None, kind=Kind.FAIR, audiences=[2], site=7, agreed=True)
    assert [item["checked"] for item in form.kind.items("checked")] == [False, True]
    assert [item["checked"] for item in form.audiences.items("checked")] == [False, True]
    assert form.site.items("selected")[0]["selected"]
    assert form.agreed.items("checked")[0]["checked"]


@pytest.mark.parametrize(("typed", "kept"), [("1", 1), (" 1,200 ", 1200), ("1 200", 1200), ("030", 30), ("25.0", 25)])
def test_whole_number_is_read_as_people_write_it(typed: str, kept: int) -> None:
    assert filled(people=typed).people.data == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the number of people"),
        ("0", "Number of people must be 1 or more"),
        ("-1", "Number of people must be 1 or more"),
        ("−1", "Number of people must be 1 or more"),
        ("-" + "9" * 5000, "Number of people must be 1 or more"),
        ("5001", "Number of people must be 5,000 or fewer"),
        ("9" * 5000, "Number of people must be 5,000 or fewer"),
        ("½", "Number of people must be a whole number, like 30"),
        ("1.5", "Number of people must be a whole number, like 30"),
        ("1e3", "Number of people must be a whole number, like 30"),
        ("٣", "Number of people must be a whole number, like 30"),
        ("5²", "Number of people must be a whole number, like 30"),
        ("about 30", "Number of people must be a whole number, like 30"),
    ],
)
def test_whole_number_that_will_not_do_says_why(typed: str, said: str) -> None:
    form = filled(people=typed)
    assert form.people.errors == [said]
    assert form.people.data is None
    assert len(form.people.value()) <= 100


@pytest.mark.parametrize(
    ("typed", "kept"), [("2", "2"), ("1½", "1.5"), (".25", "0.25"), ("1.50 hours", "1.5"), ("24", "24"), ("¾", "0.75")]
)
def test_hours_are_read_in_quarters(typed: str, kept: str) -> None:
    assert filled(hours=typed).hours.data == Decimal(kept)


@pytest.mark.parametrize("typed", ["0", "-1", "24.25", "1.1", "NaN", "Infinity", "1e5", "9" * 5000, "½½", "one", "."])
def test_hours_that_will_not_do_say_why(typed: str) -> None:
    form = filled(hours=typed)
    assert len(form.hours.errors) == 1
    assert form.hours.errors[0].startswith("Hours must be ")


@pytest.mark.parametrize(
    ("day", "month", "year", "said", "first_bad"),
    [
        ("", "", "", "Enter the event date", "day-day"),
        ("", "", "2027", "Event date must include a day and month", "day-day"),
        ("27", "3", "", "Event date must include a year", "day-year"),
        ("27", "3", "27", "Year must include 4 numbers", "day-year"),
        ("27", "3", "２０２７", "Year must include 4 numbers", "day-year"),
        ("31", "2", "2027", "Event date must be a real date", "day-day"),
        ("29", "feb", "2027", "Event date must be a real date", "day-day"),
        ("27", "13", "2027", "Event date must be a real date", "day-month"),
        ("27", "Smarch", "2027", "Event date must be a real date", "day-month"),
        ("1_0", "3", "2027", "Event date must be a real date", "day-day"),
        ("9" * 30, "3", "2027", "Event date must be a real date", "day-day"),
        ("1", "1", "0000", "Event date must be a real date", "day-day"),
        ("1", "1", "0001", "Year must be between 1900 and 2100", "day-year"),
        ("31", "12", "9999", "Year must be between 1900 and 2100", "day-year"),
    ],
)
def test_day_that_will_not_do_says_why(day: str, month: str, year: str, said: str, first_bad: str) -> None:
    form = filled(day__day=day, day__month=month, day__year=year)
    assert form.day.errors == [said]
    assert form.day.first_error_id == first_bad
    assert form.day.data is None


@pytest.mark.parametrize("month", ["3", "03", "mar", "March", "MAR."])
def test_month_may_be_a_word(month: str) -> None:
    assert filled(day__month=month, day__day="27th").day.data == date(2090, 3, 27)


def test_day_may_have_limits_of_its_own() -> None:
    class Past(Form):
        day = DatePartsField("Date of the visit", latest=(clock.today, "today or in the past"))

    form = Past(MultiDict({"day-day": "1", "day-month": "1", "day-year": "2099"}))
    assert not form.validate()
    assert form.day.errors == ["Date of the visit must be today or in the past"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9", time(9)),
        ("9am", time(9)),
        ("9 a.m.", time(9)),
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        ("0930", time(9, 30)),
        ("1730", time(17, 30)),
        ("5:30pm", time(17, 30)),
        ("5.30 P.M.", time(17, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("Midday", time(12)),
        ("02:00", time(2)),
    ],
)
def test_clock_time_is_read_as_people_say_it(typed: str, kept: time) -> None:
    form = filled(start=typed)
    assert form.start.data == kept


@pytest.mark.parametrize("typed", ["25:00", "9:60", "13pm", "0am", "noonish", "9" * 5000, "½", "١٠", "9:30:15", "-9"])
def test_clock_time_that_is_none_says_how_one_looks(typed: str) -> None:
    assert filled(start=typed).start.errors == ["Start time must be a time, like 9:30am or 2pm"]


@pytest.mark.parametrize("typed", ["2", "2:30", "6.15"])
def test_bare_hour_of_the_afternoon_is_asked_again(typed: str) -> None:
    assert filled(start=typed).start.errors == [f"Start time must say am or pm, like {typed}pm"]


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)))
def test_every_clock_time_that_is_said_is_read_back(at: time) -> None:
    assert read_clock(say_time(at)) == at


@pytest.mark.parametrize(("start", "end"), [("11am", "9am"), ("9am", "9am")])
def test_end_must_come_after_the_start(start: str, end: str) -> None:
    assert filled(start=start, end=end).errors == {"end": ["End time must be after the start time"]}


def test_past_day_is_refused_beside_the_day() -> None:
    assert filled(day__year="2020").errors == {"day": ["Event date must be today or in the future"]}


def test_hour_that_the_clocks_skip_does_not_exist() -> None:
    form = filled(day__day="28", day__month="3", day__year="2027", start="1:30am")
    assert form.errors == {"start": ["The clocks go forward on that day: 1:30am does not exist"]}


def test_hour_that_the_clocks_repeat_happens_twice() -> None:
    form = filled(day__day="31", day__month="10", day__year="2027", start="1:30am")
    assert form.errors == {"start": ["The clocks go back on that day: 1:30am happens twice"]}


@given(st.lists(ANY_TEXT, min_size=10, max_size=10))
def test_form_of_anything_answers_in_sentences(sent: list[str]) -> None:
    form = filled(**dict(zip([name.replace("-", "__") for name in GOOD], sent, strict=True)))
    for field in form:
        for message in field.errors:
            assert not any(word in message.lower() for word in ("please", "sorry", "valid", "choice"))
            assert message.startswith(("Enter ", "Select ", "Year must ", "The clocks ", field.called))
