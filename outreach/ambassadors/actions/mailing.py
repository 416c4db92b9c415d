"""The mails of joining and readiness: to the ambassador, to a line manager and to the coordinators."""

from __future__ import annotations

from typing import Any

from outreach import clock
from outreach.accounts.links import address, mint_link
from outreach.accounts.queries import list_accounts_with
from outreach.ambassadors.models import Ambassador, ManagerAgreement
from outreach.ambassadors.rules import MANAGER_LINK_LASTS, OWN_LINK_LASTS
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, ActorKind, Purpose, Role


def recipient(ambassador: Ambassador) -> Recipient:
    """Where mails to an ambassador go."""
    return Recipient(RecipientKind.AMBASSADOR, ambassador.id, ambassador.name, ambassador.email)


def own_link(ambassador: Ambassador) -> str:
    """A fresh private address of an ambassador's own page. Stops when they are paused, suspended or leave."""
    lasts = clock.now() + OWN_LINK_LASTS
    return mint_link(Purpose.OWN, ambassador.id, ActorKind.AMBASSADOR, ambassador.id, lasts)


def mail_manager(ambassador: Ambassador, agreement: ManagerAgreement) -> None:
    """Ask a line manager, with a fresh link that lasts three weeks. Mints the link; earlier ones go on until theirs."""
    ends = clock.now() + MANAGER_LINK_LASTS
    queue_mail(
        Recipient(RecipientKind.MANAGER, agreement.id, agreement.manager_name, agreement.manager_email),
        "ambassadors/manager_asked",
        about=ambassador,
        ambassador=ambassador,
        link=mint_link(Purpose.MANAGER, agreement.id, ActorKind.MANAGER, agreement.id, ends),
        ends=clock.local(ends).date(),
    )


def mail_coordinators(actor: Actor, ambassador: Ambassador, message: str, **context: Any) -> None:
    """Queue a mail about an ambassador to every coordinator but the one who acts."""
    for account in list_accounts_with(Role.COORDINATOR):
        if actor.kind is ActorKind.ACCOUNT and actor.id == account.id:
            continue
        queue_mail(
            Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email),
            f"ambassadors/{message}",
            about=ambassador,
            ambassador=ambassador,
            page=address(f"/ambassadors/{ambassador.id}"),
            **context,
        )
