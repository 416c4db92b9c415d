"""Telling recruitment once a week what waits for a person, so that no reward depends on anybody's memory."""

from __future__ import annotations

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.queries import list_accounts_with
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.referrals.queries.coming import count_waiting, list_coming
from outreach.web.door import Role

MONTHS_AHEAD = 1


def remind_officers() -> int:
    """The worker's job: one mail a week to each recruitment officer for whom something waits; returns how many."""
    year, week, _ = clock.today().isocalendar()
    sent = 0
    for officer in list_accounts_with(Role.RECRUITMENT_OFFICER):
        waiting = count_waiting(officer.id)
        if not any(number for what, number in waiting.items() if what != "late"):
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
