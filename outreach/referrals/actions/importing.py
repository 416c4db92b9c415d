"""Recording many stages at once from a CSV."""

from __future__ import annotations

from dataclasses import dataclass

from outreach import clock
from outreach.errors import NotFound
from outreach.referrals.actions.stages import move_candidate
from outreach.referrals.queries.candidates import list_by_reference, list_stage_days
from outreach.referrals.rules.importing import Known, Verdict, judge, read_lines
from outreach.web.door import Actor


@dataclass(frozen=True)
class Imported:
    """What became of a file."""

    verdicts: list[Verdict]
    recorded: int


def check_file(actor: Actor, text: str) -> list[Verdict]:
    """A verdict on every line; nothing is recorded. Raises Conflict for a file that cannot be read."""
    if actor.id is None:
        raise NotFound
    lines = read_lines(text)
    found = list_by_reference(actor.id, {line.reference for line in lines})
    days = list_stage_days([one.referral_id for one in found])
    known = {
        one.referral.reference: Known(
            one.referral.scheme_version.read(), days[one.referral_id], closed=one.closed_at is not None
        )
        for one in found
    }
    return judge(lines, known, clock.today())


def import_stages(actor: Actor, text: str) -> Imported:
    """Record every line that fits, and leave the others. What fits is judged again, under lock."""
    if actor.id is None:
        raise NotFound
    references = {line.reference for line in read_lines(text)}
    found = {one.referral.reference: one for one in list_by_reference(actor.id, references, lock=True)}
    verdicts = check_file(actor, text)
    fitting = [one for one in verdicts if one.fits]
    terms = {reference: one.referral.scheme_version.read() for reference, one in found.items()}
    for one in sorted(fitting, key=lambda one: (one.line.reference, terms[one.line.reference].position(one.stage))):
        candidate = found[one.line.reference]
        if one.day is not None:
            move_candidate(actor, candidate, stage=one.stage, day=one.day, version=str(candidate.version))
    return Imported(verdicts, len(fitting))
