"""Taking ambassadors in from a file: a verdict on every row first, then all that fits in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from outreach import clock
from outreach.ambassadors.actions.mailing import own_link, recipient
from outreach.ambassadors.actions.register import drop_unconfirmed, guard
from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, AmbassadorTerm, Employer
from outreach.ambassadors.queries import list_employers
from outreach.ambassadors.queries.importing import (
    VOCABULARIES,
    find_ids,
    find_register,
    get_current_words,
    list_all_terms,
)
from outreach.ambassadors.rules import AmbassadorChanged, AmbassadorStatus
from outreach.ambassadors.rules.importing import (
    LISTS,
    MOST_MAILED,
    Entry,
    Fate,
    Field,
    Held,
    Row,
    Verdict,
    judge,
    stamp_of,
)
from outreach.audit.actions import record_many
from outreach.db import db, refusing
from outreach.districts.queries import list_districts
from outreach.errors import Conflict
from outreach.outbox.actions import queue_mail
from outreach.web.door import Actor
from outreach.web.facts import emit

# The words by which others are told of somebody.
TOLD_OF = {Field.NAME, Field.JOB_TITLE, Field.EMPLOYER}
MOVED_ON = "The register has changed since you opened this page. Look at the rows again, then take them in"


@dataclass(frozen=True)
class Imported:
    """How many were taken in, and how many were changed."""

    new: int
    changed: int


def check_rows(actor: Actor, rows: Sequence[Row]) -> list[Verdict]:
    """A verdict on every row; nothing is changed."""
    guard(actor)
    return judge(rows, find_register(_emails(rows)), get_current_words())


def list_new_employers(verdicts: Iterable[Verdict]) -> list[str]:
    """The employers that would be added, by name."""
    known = {one.name.casefold() for one in list_employers()}
    named = {
        one.entry.employer.casefold(): one.entry.employer for one in verdicts if one.fate in (Fate.NEW, Fate.CHANGED)
    }
    return sorted(name for key, name in named.items() if key not in known)


def import_ambassadors(actor: Actor, rows: Sequence[Row], stamp: str, *, mail: bool) -> Imported:
    """Take in every row that fits, and leave the others. New people are in training: the checklist comes first.

    Judged again under lock; raises Conflict when that gives another answer than the one looked at, whose `stamp` it
    was. Mails the new ones only if `mail`. Emits AmbassadorChanged for those whom others are told of by other words.
    """
    guard(actor)
    register = find_register(_emails(rows), lock=True)
    verdicts = judge(rows, register, get_current_words())
    if stamp_of(verdicts) != stamp:
        raise Conflict(MOVED_ON)
    new = [one for one in verdicts if one.fate is Fate.NEW]
    changed = [one for one in verdicts if one.fate is Fate.CHANGED]
    if mail and len(new) > MOST_MAILED:
        raise Conflict(f"At most {MOST_MAILED} new people can be emailed in one go", "mail")
    _drop_unconfirmed(actor, new, register)
    employers = _add_employers([*new, *changed])
    with refusing({"uq_ambassador_email_not_left": Conflict(MOVED_ON), "ambassador.email": Conflict(MOVED_ON)}):
        _add(new, employers)
        _change(changed, employers)
    ids = find_ids([one.email for one in new])
    _set_lists({ids[one.email]: one.entry for one in new} | {_id(one): one.entry for one in changed})
    record_many(actor, "ambassador.import", Ambassador, [(ids[one.email], {"row": one.row.number}) for one in new])
    record_many(actor, "ambassador.import_change", Ambassador, [(_id(one), _told(one)) for one in changed])
    db.session.expire_all()
    told_of = tuple(_id(one) for one in changed if TOLD_OF & {change.field for change in one.changes})
    if told_of:
        emit(AmbassadorChanged(told_of))
    if mail:
        _mail(ids.values())
    return Imported(len(new), len(changed))


def _emails(rows: Iterable[Row]) -> set[str]:
    return {row.given[Field.EMAIL] for row in rows if Field.EMAIL in row.given}


def _id(verdict: Verdict) -> int:
    return verdict.held.id if verdict.held else 0


def _told(verdict: Verdict) -> dict[str, str | int | bool]:
    return {"row": verdict.row.number, "fields": " ".join(one.field.value for one in verdict.changes)}


def _drop_unconfirmed(actor: Actor, new: Iterable[Verdict], register: dict[str, Held]) -> None:
    for one in new:
        applicant = register.get(one.email)
        row = db.session.get(Ambassador, applicant.id) if applicant else None
        if row is not None:
            drop_unconfirmed(actor, row)


def _add_employers(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """The numbers of the employers, by name in small letters; those that are new are added, as not the council."""
    for name in list_new_employers(verdicts):
        with refusing({"uq_employer_name": Conflict(MOVED_ON), "employer.name": Conflict(MOVED_ON)}):
            db.session.add(Employer(name=name, is_council=False))
    return {one.name.casefold(): one.id for one in list_employers()}


def _columns(entries: Iterable[Verdict], employers: dict[str, int]) -> list[dict[str, object]]:
    districts = {one.slug: one.id for one in list_districts()}
    roles = {one.code: one.id for one in list_all_terms() if one.vocabulary is VOCABULARIES[Field.ROLE_FAMILY]}
    return [
        {
            "name": one.entry.name,
            "phone": one.entry.phone or None,
            "employer_id": employers[one.entry.employer.casefold()],
            "job_title": one.entry.job_title,
            "role_family_id": roles[one.entry.role_family],
            "home_district_id": districts[one.entry.home_district],
            "base_town": one.entry.base_town or None,
        }
        for one in entries
    ]


def _add(new: Sequence[Verdict], employers: dict[str, int]) -> None:
    begun = {
        "status": AmbassadorStatus.IN_TRAINING,
        "notes": "",
        "registered_at": clock.now(),
        "status_since": clock.now(),
        "version": 1,
    }
    columns = _columns(new, employers)
    if new:
        rows = [begun | {"email": one.email} | own for one, own in zip(new, columns, strict=True)]
        db.session.execute(insert(Ambassador), rows)


def _change(changed: Sequence[Verdict], employers: dict[str, int]) -> None:
    columns = _columns(changed, employers)
    if not changed:
        return
    # Straight to the table, many at a time: the version, by which pages know a change, moves too.
    table = cast(Table, Ambassador.__table__)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns[0]} | {"version": table.c.version + 1}
    db.session.connection().execute(
        update(table).where(table.c.id == bindparam("one")).values(values),
        [
            {"one": _id(one)} | {f"new_{name}": value for name, value in own.items()}
            for one, own in zip(changed, columns, strict=True)
        ],
    )


def _set_lists(entries: dict[int, Entry]) -> None:
    """Replace the districts and terms of these people."""
    if not entries:
        return
    districts = {one.slug: one.id for one in list_districts()}
    terms = {(one.vocabulary, one.code): one.id for one in list_all_terms()}
    travels, offers = [], []
    for id, entry in entries.items():
        travels += [{"ambassador_id": id, "district_id": districts[slug]} for slug in sorted(entry.travels_to)]
        for field in LISTS:
            codes: Collection[str] = getattr(entry, field.value)
            offers += [{"ambassador_id": id, "term_id": terms[VOCABULARIES[field], code]} for code in sorted(codes)]
    for table, rows in ((AmbassadorDistrict, travels), (AmbassadorTerm, offers)):
        db.session.execute(delete(table).where(table.ambassador_id.in_(entries)))
        if rows:
            db.session.execute(insert(table), rows)


def _mail(ids: Collection[int]) -> None:
    for ambassador in db.session.scalars(select(Ambassador).where(Ambassador.id.in_(ids)).order_by(Ambassador.id)):
        queue_mail(
            recipient(ambassador),
            "ambassadors/registered",
            about=ambassador,
            ambassador=ambassador,
            own=own_link(ambassador),
        )
