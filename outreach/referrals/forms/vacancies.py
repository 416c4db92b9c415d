"""The questions about an open role."""

from __future__ import annotations

from outreach.districts.models import District
from outreach.web.fields import Choice, DatePartsField, SelectField, TextField, VersionField, WebAddressField
from outreach.web.forms import Form


class VacancyForm(Form):
    role = TextField("Role", called="The role", hint="For example, night care worker", max_length=120)
    district = SelectField("District", blank="Anywhere in the county", optional=True)
    hours = TextField("Hours", called="The hours", hint="For example, 30 hours a week, weekends", max_length=60)
    link = WebAddressField(
        "Link to the vacancy",
        called="The link",
        hint="Where people can read more and apply",
        max_length=500,
        missing="Enter the link to the vacancy",
        optional=True,
    )
    closes_on = DatePartsField(
        "Last day it is shown",
        called="The last day",
        hint="It leaves the list by itself after that. Leave it empty to show it until you remove it.",
        optional=True,
    )
    version = VersionField()


def offer_districts(form: VacancyForm, districts: list[District]) -> None:
    by_slug = {one.slug: one for one in districts}
    form.district.choices = [Choice(one.slug, one.name) for one in districts]
    form.district.coerce = by_slug.__getitem__
