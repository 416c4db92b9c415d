"""The questions about an employer."""

from __future__ import annotations

from typing import Any

from outreach.districts.rules import LONGEST_ASSURANCE
from outreach.web.fields import PhoneField, TextAreaField, TextField, VersionField, YesField
from outreach.web.forms import Filters, Form


class EmployerForm(Form):
    assurance = TextAreaField(
        "What hosts are told about its checks of staff",
        called="What hosts are told",
        hint="In the employer’s own words. It stands on the page that a host gets before a visit. Name nobody",
        max_length=LONGEST_ASSURANCE,
        optional=True,
    )
    contact_name = TextField(
        "Name",
        called="The contact’s name",
        hint="A person, or an office like the duty desk",
        autocomplete="off",
        optional=True,
    )
    contact_phone = PhoneField(
        "Telephone number", called="The contact’s telephone number", autocomplete="off", optional=True
    )
    version = VersionField()

    def validate(self, extra_validators: Any = None) -> bool:
        whole: bool = super().validate(extra_validators)
        if not self.contact_name.is_blank() and self.contact_phone.is_blank():
            self.contact_phone.add_error("Enter the telephone number of the contact")
            return False
        return whole


class EmployerFilters(Filters):
    words = TextField("Name", optional=True)
    unassured = YesField("Assurance", answer="Hosts are told nothing", optional=True)
