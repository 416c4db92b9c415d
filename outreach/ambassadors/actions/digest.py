"""The weekly digest: what changed on the promise board, told to coordinators once."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.queries import list_accounts_with
from outreach.ambassadors.models import BoardNote, UnmetDemand
from outreach.ambassadors.queries.board import list_members, list_open_demand
from outreach.ambassadors.rules.board import board_of, dark_day
from outreach.ambassadors.rules.digest import changes_of, codes_of, say_weeks, week_due
from outreach.ambassadors.rules.wording import LIGHT_WORDS, say_terms
from outreach.db import add_or_refuse, db
from outreach.districts.queries import list_districts
from outreach.errors import Conflict
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Role


def send_digest() -> int:
    """The worker's job: once a week, on Monday morning, mail coordinators what changed; returns how many mails.

    Where nothing changed the board is noted and nobody is mailed.
    """
    last = db.session.scalar(select(BoardNote).order_by(BoardNote.week.desc()).limit(1))
    week = week_due(clock.local(clock.now()), last.week if last else None)
    districts = list_districts()
    if week is None or not districts:
        return 0
    today, members = clock.today(), list_members(clock.today())
    board = board_of([one.id for one in districts], members, today)
    codes = {one.slug: codes_of(board[one.id]) for one in districts}
    note = BoardNote(week=week, cells=json.dumps(codes), made_at=clock.now())
    try:
        taken = Conflict("")
        add_or_refuse(note, {"uq_board_note_week": taken, "board_note.week": taken})
    except Conflict:
        return 0  # another worker has told it
    turned = changes_of(json.loads(last.cells) if last else None, last.week if last else None, codes, week)
    demand = [one for one in list_open_demand() if last is None or one.last_told_at > last.made_at]
    if not turned and not demand:
        return 0
    names = {one.slug: one.name for one in districts}
    dark = [(one.name, found.day) for one in districts if (found := dark_day(board[one.id], members, today))]
    context: dict[str, Any] = {
        "week": week,
        "first": last is None,
        "turned": [(names[one.district], LIGHT_WORDS[one.light].lower(), say_weeks(one.weeks)) for one in turned],
        "districts": len({one.district for one in turned}),
        "dark": dark,
        "demand": [_say(one) for one in demand],
        "link": address("/board"),
    }
    sent = 0
    for coordinator in list_accounts_with(Role.COORDINATOR):
        to = Recipient(RecipientKind.ACCOUNT, coordinator.id, coordinator.name, coordinator.email)
        once = f"board digest {coordinator.id} {week.isoformat()}"
        sent += queue_mail(to, "ambassadors/digest", about=note, once=once, **context) is not None
    return sent


def _say(demand: UnmetDemand) -> tuple[str, str, int]:
    chosen = (demand.activity, demand.audience, demand.role_family, demand.language)
    return demand.district.name, say_terms(*chosen), demand.times
