"""Telling recruitment once a week what waits for a person, so that no reward depends on anybody's memory."""

from __future__ import annotations

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.queries import list_accounts_with
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.referrals.queries.coming import list_coming, list_unchecked
from outreach.referrals.queries.ledger import count_by_state, count_to_recall
from outreach.referrals.rules.ledger import Act
from outreach.web.door import Role

MONTHS_AHEAD = 1


def remind_officers() -> int:
    """The worker's job: one mail a week to each recruitment officer for whom something waits; returns how many."""
    year, week, _ = clock.today().isocalendar()
    sent = 0
    for officer in list_accounts_with(Role.RECRUITMENT_OFFICER):
        states = count_by_state(officer.id)
        waiting = {
            "approve": states.get(Act.PROPOSED, 0),
            "give": states.get(Act.APPROVED, 0),
            "recall": count_to_recall(officer.id),
            "check": len(list_unchecked(officer.id)),
        }
        if not any(waiting.values()):
            continue
        to = Recipient(RecipientKind.ACCOUNT, officer.id, officer.name, officer.email)
        mail = queue_mail(
            to,
            "referrals/rewards_waiting",
            once=f"rewards waiting {officer.id} {year}-{week}",
            coming=len(list_coming(officer.id, MONTHS_AHEAD)),
            link=address("/rewards"),
            waiting=waiting,
        )
        sent += mail is not None
    return sent
