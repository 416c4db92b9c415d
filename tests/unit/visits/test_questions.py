"""What the questions take and what they refuse, without a page or a database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from outreach import clock
from outreach.visits.forms.journey import asked_in
from outreach.visits.forms.questions import (
    AudienceForm,
    ContactForm,
    DatesForm,
    SupervisorForm,
    UnlistedForm,
    offer,
)
from outreach.visits.forms.staff import OTHER_TIME, AcceptForm, TelephoneForm
from outreach.web.fields import Choice

CONTACT = {"name": "Ruth", "job_title": "Tutor", "email": "ruth@college.example", "phone": "01905 555 0123"}


def day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def clocks_change(month: int) -> date:
    """The next last Sunday of March or October."""
    for year in (clock.today().year, clock.today().year + 1):
        last = max(d for d in range(25, 32) if date(year, month, d).weekday() == 6)
        if date(year, month, last) > clock.today():
            return date(year, month, last)
    raise AssertionError


def sent(form: type[Any], **values: Any) -> Any:
    """A form as it comes in, checked; a date is sent in its three parts."""
    flat: MultiDict[str, str] = MultiDict()
    for name, value in values.items():
        if isinstance(value, date):
            for part in ("day", "month", "year"):
                flat.add(f"{name}-{part}", str(getattr(value, part)))
        else:
            flat.add(name.replace("__", "-"), value)
    return form(flat)


def dates(**values: Any) -> Any:
    given = {"day_1": day(30), "starts_1": "9:30am", "ends_1": "11am"} | values
    return sent(DatesForm, **{name: value for name, value in given.items() if value is not None})


def errors(form: Any) -> dict[str, str]:
    assert not form.validate()
    return {name: found[0] for name, found in form.errors.items() if name}


def test_one_date_is_enough() -> None:
    form = dates()
    assert form.validate()
    assert form.spans == [(clock.to_utc(day(30), form.starts_1.data), clock.to_utc(day(30), form.ends_1.data))]


def test_three_dates_keep_their_order_and_a_weekend_is_a_day_like_any_other() -> None:
    saturday = day(30 + (5 - day(30).weekday()) % 7)
    form = dates(day_2=saturday, starts_2="2pm", ends_2="3pm", day_3=day(8), starts_3="9", ends_3="17:00")
    assert form.validate()
    assert [start.astimezone(clock.LONDON).date() for start, _ in form.spans] == [day(30), saturday, day(8)]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"day_1": None}, "day_1", "Enter the first date"),
        ({"day_1": day(-1)}, "day_1", "First date must be today or in the future"),
        ({"day_1": day(551)}, "day_1", "First date must be in the next 18 months"),
        ({"day_3": day(700), "starts_3": "9am", "ends_3": "10am"}, "day_3", "Third date must be in the next 18 months"),
        ({"ends_1": "9am"}, "ends_1", "First end time must be after the first start time"),
        ({"ends_1": "9:30am"}, "ends_1", "First end time must be after the first start time"),
        ({"ends_1": "10:30pm"}, "ends_1", "The visit must last 12 hours or fewer"),
        ({"starts_1": "2"}, "starts_1", "First start time must say am or pm, like 2pm"),
        ({"starts_1": ""}, "starts_1", "Enter the first start time"),
        ({"ends_1": "25:00"}, "ends_1", "First end time must be a time, like 9:30am or 2pm"),
        ({"starts_2": "10am"}, "day_2", "Enter the second date"),
        ({"day_2": day(40)}, "starts_2", "Enter the second start time"),
        (
            {"day_2": day(30), "starts_2": "09:30", "ends_2": "11:00"},
            "day_2",
            "Second date and its times must differ from your other choices",
        ),
        (
            {"day_1": clocks_change(3), "starts_1": "01:30"},
            "starts_1",
            "The clocks go forward on that day: 1:30am does not exist",
        ),
        (
            {"day_1": clocks_change(10), "starts_1": "01:30"},
            "starts_1",
            "The clocks go back on that day: 1:30am happens twice",
        ),
    ],
)
def test_dates_that_will_not_do(given: dict[str, Any], field: str, words: str) -> None:
    assert errors(dates(**given))[field] == words


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("31", "2", "2027"), "First date must be a real date"),
        (("9" * 5000, "1", "2027"), "First date must be a real date"),
        (("1", "1", "9" * 5000), "Year must include 4 numbers"),
        (("1", "", "2027"), "First date must include a month"),
        (("<script>", "1", "2027"), "First date must be a real date"),
    ],
)
def test_days_that_do_not_exist(parts: tuple[str, str, str], words: str) -> None:
    typed = dict(zip(("day_1__day", "day_1__month", "day_1__year"), parts, strict=True))
    assert errors(sent(DatesForm, **typed, starts_1="9:30am", ends_1="11am"))["day_1"] == words


@pytest.mark.parametrize("size", ["0", "-1", "9" * 5000, "ten", "10001", "1.5", "", "½", "=1+1"])
def test_numbers_of_people_that_will_not_do(size: str) -> None:
    form = sent(AudienceForm, audience="adults", audience_size=size)
    offer(form, audience=[Choice("adults", "Adults")])
    assert list(errors(form)) == ["audience_size"]


@pytest.mark.parametrize("size", ["1", "10,000", "30 people", " 30 "])
def test_numbers_of_people_as_people_write_them(size: str) -> None:
    form = sent(AudienceForm, audience="adults", audience_size=size)
    offer(form, audience=[Choice("adults", "Adults")])
    assert form.validate() is (size != "30 people")


@pytest.mark.parametrize("email", ["ruth@college.example\r\nBcc: all@x.example", "ruth", "ruth@@x", "ruth@localhost"])
def test_addresses_that_will_not_do(email: str) -> None:
    found = errors(sent(ContactForm, **(CONTACT | {"email": email})))
    assert found == {"email": "Enter an email address in the correct format, like name@example.com"}


def test_names_lose_unseen_marks_and_keep_what_people_write() -> None:
    form = sent(ContactForm, **(CONTACT | {"name": "\u202eZoë 😀\u200b =cmd()"}))
    assert form.validate()
    assert form.name.data == "Zoë 😀 =cmd()"
    assert "characters or fewer" in errors(sent(ContactForm, **(CONTACT | {"name": "x" * 10_000})))["name"]


@pytest.mark.parametrize(("typed", "kept"), [("wr1 2ab", "WR1 2AB"), ("WR12AB", "WR1 2AB"), (" b 97 6 hq ", "B97 6HQ")])
def test_postcodes_in_any_case_and_spacing(typed: str, kept: str) -> None:
    form = sent(UnlistedForm, postcode=typed)
    form.validate()
    assert (form.postcode.data, list(form.postcode.errors)) == (kept, [])


@pytest.mark.parametrize("typed", ["Worcester", "WR1", "12345", "WR1 2AB WR1 2AB", "<b>"])
def test_postcodes_that_are_none(typed: str) -> None:
    assert errors(sent(UnlistedForm, postcode=typed))["postcode"] == "Enter a full UK postcode, like WR5 2NP"


def test_supervisor_is_asked_of_groups_under_18_only() -> None:
    assert errors(sent(SupervisorForm, supervisor=" ")) == {
        "supervisor": "Enter the name of the adult who will stay with the group"
    }
    form = sent(SupervisorForm, supervisor="")
    form.only_wanted()
    assert form.validate()
    assert form.supervisor.label.text.endswith("(optional)")


def test_answers_survive_being_laid_by() -> None:
    form = dates(day_3=day(40), starts_3="2pm", ends_3="15:15")
    assert form.validate()
    kept = form.answers()
    assert all(value is None or isinstance(value, str) for value in kept.values())
    again = DatesForm.again(None, kept)
    assert again.data == form.data
    assert again.starts_3.value() == "2pm"


def test_finished_answers_add_up_to_what_is_asked_for() -> None:
    form = dates()
    assert form.validate()
    asked = asked_in(
        {
            "institution": {"institution": "7", "several": False},
            "campus": {"site": 9},
            "contact": CONTACT,
            "activity": {"activity": "talk"},
            "audience": {"audience": "adult_learners", "audience_size": 12},
            "place": {"place": "online"},
            "dates": form.answers(),
            "notes": {"topic_notes": "", "access_notes": "Lift"},
            "supervisor": {"supervisor": ""},
        }
    )
    assert (asked.site_id, asked.unlisted, asked.online, asked.times) == (9, None, True, tuple(form.spans))


def accept(**values: Any) -> Any:
    form = sent(AcceptForm, **({"title": "A talk", "needed": "1"} | values))
    form.time.choices = [Choice("1", "One"), Choice(OTHER_TIME, "Another")]
    return form


def test_other_time_is_asked_for_only_when_it_is_chosen() -> None:
    assert accept(time="1", starts="9am").validate()
    assert set(errors(accept(time=OTHER_TIME))) == {"day", "starts", "ends"}
    form = accept(time=OTHER_TIME, day=day(3), starts="9am", ends="10am")
    assert form.validate()
    assert form.other is not None
    assert errors(accept(time=OTHER_TIME, day=day(-3), starts="9am", ends="10am")) == {
        "day": "The other date must be today or in the future"
    }
    assert errors(accept(time="2")) == {"time": "Select a date and time"}


def test_telephone_form_asks_for_an_institution_only_when_it_is_not_listed() -> None:
    form = sent(TelephoneForm, site="none")
    form.site.choices = [Choice("none", "Not on the list")]
    assert {"institution_name", "kind", "district", "town", "name"} <= set(errors(form))
    form = sent(TelephoneForm, site="1")
    form.site.choices = [Choice("1", "A college")]
    found = errors(form)
    assert "institution_name" not in found
    assert list(found)[:2] == ["name", "job_title"]
