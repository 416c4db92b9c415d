"""What people fill in to sign in, and administrators to manage accounts."""

from __future__ import annotations

from typing import Any

from outreach.accounts.rules import CODE_DIGITS, LONGEST_NAME, clean_code
from outreach.web.door import Role
from outreach.web.fields import CheckboxesField, Choice, EmailField, TextField
from outreach.web.forms import Form

ROLES: dict[Role, tuple[str, str]] = {
    Role.COORDINATOR: (
        "Coordinator",
        "Registers ambassadors, answers requests for visits, plans events and records outcomes",
    ),
    Role.RECRUITMENT_OFFICER: ("Recruitment officer", "Handles the friends who were referred"),
    Role.VIEWER: ("Viewer", "Sees figures and reports, without names"),
    Role.ADMINISTRATOR: ("Administrator", "Manages accounts, roles and the audit"),
}


def role_choices() -> list[Choice]:
    return [Choice(role.value, *words) for role, words in ROLES.items()]


class CodeField(TextField):
    """A short code that is typed from a mail or a telephone, with or without a space in the middle."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, autocomplete="one-time-code", width="10", **kwargs)

    def problem(self) -> str | None:
        digits = clean_code(self.data[:LONGEST_NAME])
        if len(digits) != CODE_DIGITS or any(char.isalpha() for char in self.data):
            return f"{self.called} must be {CODE_DIGITS} digits, like 014 285"
        self.data = digits
        return None

    def value(self) -> str:
        return ""  # a code that was refused is of no more use

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"inputmode": "numeric", "spellcheck": False}


class SignInForm(Form):
    email = EmailField("Email address", hint="Use your work email address")


class CodeForm(Form):
    code = CodeField("Code", hint=f"The {CODE_DIGITS} digits in the email")


class AppCodeForm(Form):
    code = CodeField("Code from the app", called="Code", hint=f"The {CODE_DIGITS} digits that the app shows now")


class NameForm(Form):
    name = TextField("Your name", max_length=LONGEST_NAME, autocomplete="name")


class RolesForm(Form):
    roles = CheckboxesField(
        "Roles", optional=True, coerce=Role, choices=role_choices(), hint="Every account may also refer a friend"
    )


class AccountForm(RolesForm):
    name = TextField("Name", missing="Enter a name", max_length=LONGEST_NAME, autocomplete="off")
    email = EmailField("Email address", hint="They sign in with it", autocomplete="off")


class SearchForm(Form):
    words = TextField("Name or email address", optional=True, called="Search")
