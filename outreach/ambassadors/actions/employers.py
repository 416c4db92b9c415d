"""What the coordinator keeps of employers: what hosts are told of their checks, and whom to ring there."""

from __future__ import annotations

from outreach import clock
from outreach.ambassadors.actions.register import guard
from outreach.ambassadors.models import Employer
from outreach.audit.actions import record
from outreach.db import lock_row
from outreach.web.door import Actor


def edit_employer(
    actor: Actor, employer: Employer, *, assurance: str, contact_name: str, contact_phone: str, version: str
) -> None:
    """Change what is kept of an employer. Saving it says that the contact has been looked over today.

    Raises Conflict when somebody else changed it since the form was opened.
    """
    guard(actor)
    lock_row(employer, version)
    employer.assurance = assurance
    employer.contact_name, employer.contact_phone = contact_name, contact_phone
    employer.contact_checked_at = clock.now() if contact_name or contact_phone else None
    record(actor, "employer.edit", employer, assurance=bool(assurance), contact=bool(contact_name or contact_phone))
