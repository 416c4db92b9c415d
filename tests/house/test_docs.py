"""The state tables in docs/domain.md are the code's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import pytest

from outreach.ambassadors.rules import STEPS as AMBASSADOR
from outreach.events.rules import ASSIGNMENT_STEPS as ASSIGNMENT
from outreach.events.rules import EVENT_STEPS as EVENT
from outreach.events.rules.plans import PLAN_STEPS as PLAN
from outreach.outbox.rules import STEPS as MAIL
from outreach.referrals.rules.consent import STEPS as REFERRAL
from outreach.referrals.rules.first import read_first_version
from outreach.referrals.rules.ledger import STEPS as REWARD
from outreach.replies.rules import STEPS as REPLY
from outreach.visits.rules import STEPS as REQUEST
from tests.conftest import SETTINGS

ROOT = Path(__file__).parents[2]
DOMAIN, MAILS = ROOT / "docs" / "domain.md", ROOT / "templates" / "email"
MACHINES: dict[str, Mapping[tuple[Enum, Enum | str], Enum]] = {
    "Visit request": REQUEST,  # type: ignore[dict-item]
    "Event": EVENT,  # type: ignore[dict-item]
    "Assignment": ASSIGNMENT,  # type: ignore[dict-item]
    "Plan": PLAN,  # type: ignore[dict-item]
    "Ambassador": AMBASSADOR,  # type: ignore[dict-item]
    "Mail": MAIL,  # type: ignore[dict-item]
    "Answer by mail": REPLY,  # type: ignore[dict-item]
    "Referral": REFERRAL,  # type: ignore[dict-item]
    "Reward": REWARD,  # type: ignore[dict-item]
}


def _words(one: Enum | str | None) -> str:
    return "nothing" if one is None else str(one.value if isinstance(one, Enum) else one).replace("_", " ")


def _table(heading: str) -> set[tuple[str, ...]]:
    section = re.split(r"^###? ", DOMAIN.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = next(part for part in section if part.startswith(f"{heading}\n")).splitlines()
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if line.startswith("|")]
    return set(rows[2:])


@pytest.mark.parametrize("heading", MACHINES)
def test_state_table_in_the_docs_is_the_codes(heading: str) -> None:
    machine = MACHINES[heading]
    assert _table(heading) == {(_words(a), _words(step), _words(b)) for (a, step), b in machine.items()}


@pytest.mark.parametrize("heading", MACHINES)
def test_every_state_of_a_machine_can_be_reached_or_begun(heading: str) -> None:
    """A state that nothing leads to must be one that a row can begin in."""
    begins = {
        "new",
        "planned",
        "queued",
        "invited",
        "interested",
        "awaiting manager",
        "in training",
        "active",
        "waiting",
    }
    machine = MACHINES[heading]
    kind = type(next(iter(machine.values())))
    reached = {_words(after) for after in machine.values()}
    ends_at_once = {"acted", "noted", "dropped"} if heading == "Answer by mail" else set()
    assert {_words(state) for state in kind} <= reached | begins | ends_at_once


def test_the_stages_in_the_docs_are_those_of_the_first_terms() -> None:
    terms = read_first_version(SETTINGS.scheme_file.read_text(encoding="utf-8")).terms
    labels = {stage.code: stage.label for stage in terms.stages}
    told = {
        (stage.label, ", ".join(f"{limit.days} days from {labels[limit.since]}" for limit in stage.limits))
        for stage in terms.stages
    }
    assert _table("Stages of a candidate") == told


def test_the_subject_of_every_mail_says_whether_an_act_or_an_answer_is_needed() -> None:
    subjects = {
        path.parent.relative_to(MAILS).as_posix(): path.read_text(encoding="utf-8")
        for path in MAILS.rglob("subject.txt")
    }
    needed = dict(_table("What the subject of a mail says"))
    assert {mail for mail, words in subjects.items() if "ction needed" in words} == needed.keys()
    for mail, when in needed.items():
        some, none = re.search("(?<!No )[Aa]ction needed", subjects[mail]), "No action needed" in subjects[mail]
        assert (some is not None, none) == (when != "never", not when.startswith(("always", "now"))), mail
    others = {mail for mail, words in subjects.items() if mail not in needed and "nswer" not in words}
    assert others == {"accounts/sign_in"}  # it is what they have just asked for
