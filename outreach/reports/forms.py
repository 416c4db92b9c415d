"""The questions on the coordinator's and the administrator's own pages."""

from __future__ import annotations

from outreach.reports.queries import AuditFilter
from outreach.web.door import ActorKind
from outreach.web.fields import Choice, DatePartsField, EmailField, SelectField, TextField, WholeNumberField
from outreach.web.forms import Filters, Form

ACTOR_WORDS = {
    ActorKind.ACCOUNT: "Somebody with an account",
    ActorKind.AMBASSADOR: "An ambassador",
    ActorKind.CONTACT: "A contact",
    ActorKind.MANAGER: "A line manager",
    ActorKind.SYSTEM: "The system",
    ActorKind.PUBLIC: "Anybody",
}
LARGEST_ID = 2**31 - 1


class AddressForm(Form):
    email = EmailField("Email address", hint="Correct it if it is wrong, then send the mail again", autocomplete="off")


class FindForm(Filters):
    q = TextField("Reference, name or words", optional=True, max_length=100)


class AuditFilters(Filters):
    action = SelectField("What was done", blank="Everything", optional=True)
    by = SelectField("By whom", blank="Anybody", optional=True)
    kind = SelectField("Kind of record", blank="All kinds", optional=True)
    number = WholeNumberField("Number of the record", least=1, most=LARGEST_ID, optional=True)
    first = DatePartsField("From", optional=True)
    last = DatePartsField("To", optional=True)

    def offer(self, actions: list[str], kinds: list[str]) -> None:
        """Set the choices to what occurs in the audit."""
        self.action.choices = [Choice(one, say_code(one)) for one in actions]
        self.kind.choices = [Choice(one, say_code(one)) for one in kinds]
        self.by.choices = [Choice(kind.value, words) for kind, words in ACTOR_WORDS.items()]

    def wanted(self) -> AuditFilter:
        return AuditFilter(
            action=self.action.data or "",
            actor_kind=ActorKind(self.by.data) if self.by.data else None,
            subject_kind=self.kind.data or "",
            subject_id=self.number.data,
            first=self.first.data,
            last=self.last.data,
        )


def say_code(code: str) -> str:
    """'visit_request.accept' as 'Visit request: accept'."""
    words = code.replace("_", " ").replace(".", ": ", 1)
    return words[:1].upper() + words[1:]
