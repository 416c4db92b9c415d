"""Recruitment: the list, the board and the page of a candidate."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.db import db
from outreach.districts.queries import list_districts
from outreach.errors import NotFound
from outreach.referrals.forms.recruit import CandidateFilters, offer_filters, stages_of
from outreach.referrals.models import Candidate
from outreach.referrals.queries import candidates as queries
from outreach.referrals.queries.scheme import list_published
from outreach.referrals.rules import stages
from outreach.referrals.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

ON_BOARD = 300


@bp.get("/candidates")
@allow(Role.RECRUITMENT_OFFICER)
def candidates() -> Response:
    filters = CandidateFilters(request.args)
    offer_filters(filters, _stages(), list_districts())
    filters.read()
    found = queries.select_candidates(
        officer_id(),
        words=filters.words.data or "",
        stage=filters.stage.data or "",
        district_id=filters.district.data.id if filters.district.data else None,
        closed=filters.show.data == "closed",
        late_on=clock.today() if filters.show.data == "late" else None,
    )
    page = paginate(db.session(), found, number=page_number(request.args))
    return show("referrals/candidates.html", filters=filters, page=page, rows=[_card(one) for one in page.items])


@bp.get("/candidates/board")
@allow(Role.RECRUITMENT_OFFICER)
def board() -> Response:
    found = list(db.session.scalars(queries.select_candidates(officer_id()).limit(ON_BOARD)))
    cards = [_card(one) for one in found]
    columns = [
        {"label": label, "cards": [card for card in cards if card["stage_code"] == code]} for code, label in _stages()
    ]
    return show("referrals/board.html", columns=columns, total=len(cards), most=ON_BOARD)


@bp.get("/candidates/<reference>")
@allow(Role.RECRUITMENT_OFFICER)
def candidate(reference: str) -> Response:
    if queries.has_declared(officer_id(), reference):
        return show("referrals/locked.html", reference=reference)
    found = queries.get_candidate(officer_id(), reference)
    terms, entries = found.referral.scheme_version.read(), queries.list_entries(found.referral_id)
    days, notes = queries.get_stage_days(found.referral_id), queries.list_notes(found)
    writers = {one.recorded_by_id for one in entries} | {one.written_by_id for one in notes}
    due = stages.next_stage(terms, days) if found.closed_at is None else None
    return show(
        "referrals/candidate.html",
        candidate=found,
        card=_card(found),
        terms=terms,
        days=days,
        due=terms.stage(due) if due else None,
        last=stages.last_stage(terms, days),
        late=stages.list_late(terms, days, clock.today()) if found.closed_at is None else [],
        missed={one.stage: one for one in reversed(stages.missed_limits(terms, days))},
        entries=entries,
        notes=notes,
        names=list_account_names({one for one in writers if one is not None}),
        duplicates=queries.list_duplicates(officer_id(), found),
        failed=queries.has_failed_mail(found.referral_id),
    )


def officer_id() -> int:
    found = actor().id
    if found is None:
        raise NotFound
    return found


def _stages() -> list[tuple[str, str]]:
    return stages_of(version.read() for version in list_published())


def _card(found: Candidate) -> dict[str, object]:
    """A candidate as a line of the list or a card of the board."""
    terms, today = found.referral.scheme_version.read(), clock.today()
    stage, post = terms.stage(found.stage), terms.post(found.post)
    late = found.late_after is not None and found.closed_at is None and today > found.late_after
    return {
        "candidate": found,
        "reference": found.referral.reference,
        "name": found.name or "Details deleted",
        "stage_code": found.stage,
        "stage": stage.label if stage else found.stage,
        "post": post.label if post else found.post,
        "days": (today - found.stage_since).days,
        "late": late,
        "late_days": (today - found.late_after).days if late and found.late_after else 0,
    }
