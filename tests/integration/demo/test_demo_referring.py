"""The demo county refers friends: every stage, ending and state is there, and all of it is as the product would say."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.db import begin_writing, db
from outreach.demo.rules import PERSONAS
from outreach.demo.rules.friends import STORIES, UNANSWERED, WAITING
from outreach.privacy.actions import apply_retention
from outreach.referrals.actions.ledger import propose_rewards
from outreach.referrals.models import Candidate, Eligibility, PayrollFile, PendingFriend, Referral, Reward, StageEntry
from outreach.referrals.queries.candidates import list_stage_days
from outreach.referrals.queries.ledger import get_balance
from outreach.referrals.queries.scheme import get_version, get_version_in_force
from outreach.referrals.rules import stages
from outreach.referrals.rules.consent import ReferralState, Way
from outreach.referrals.rules.ledger import PROMISED, Act
from outreach.referrals.rules.payroll import digest_of
from outreach.referrals.rules.versions import VersionStatus
from outreach.web.door import Purpose
from tests.pages import PageClient


def be(county: Flask, key: str) -> PageClient:
    person = PageClient(county)
    person.get("/demo")
    person.submit("Be " + next(one.name for one in PERSONAS if one.key == key))
    return person


def test_everything_that_can_be_seen_is_there(county: Flask) -> None:
    with county.app_context():
        referrals = list(db.session.scalars(select(Referral)))
        came = [one for one in referrals if one.way is Way.EVENT]
        assert len(came) == 3
        assert all(one.event is not None and one.referrer is None for one in came)
        assert len(referrals) - len(came) == len(STORIES) + len(UNANSWERED) + len(WAITING) > 40
        assert {one.state for one in referrals} == set(ReferralState)
        assert {one.scheme_version.number for one in referrals} == {1, 2}
        assert get_version_in_force(clock.today()).number == 2
        assert get_version(3).status is VersionStatus.DRAFT
        terms = get_version(2).read()
        candidates = list(db.session.scalars(select(Candidate)))
        assert {one.stage for one in candidates} == {stage.code for stage in terms.stages}
        assert {one.stage for one in candidates if not one.closed_at} == {stage.code for stage in terms.stages}
        assert len({one.outcome_id for one in candidates}) > 7
        late = [one for one in candidates if one.late_after and one.late_after < clock.today()]
        assert 2 <= len(late) <= 8
        assert {one.state for one in db.session.scalars(select(Reward))} == set(Act)
        assert db.session.scalar(select(Reward.id).where(Reward.recall_since.is_not(None), Reward.state.in_(PROMISED)))
        assert db.session.scalar(select(Eligibility.referral_id).where(Eligibility.friend_left_on.is_not(None)))
        waiting = list(db.session.scalars(select(PendingFriend)))
        assert Counter(one.referral.way for one in waiting) == {Way.LINK: 2, Way.DETAILS: 1}


def test_stages_are_as_the_rules_would_have_taken_them(county: Flask) -> None:
    with county.app_context():
        candidates = list(db.session.scalars(select(Candidate)))
        found = list_stage_days([one.referral_id for one in candidates])
        for candidate in candidates:
            terms, taken = candidate.referral.scheme_version.read(), {}
            for code, day in found[candidate.referral_id].items():
                assert day < clock.today()
                stages.check_move(terms, taken, code, day, clock.today())
                taken[code] = day
            assert candidate.stage == stages.last_stage(terms, taken)
            open_until = stages.late_after(terms, taken) if candidate.closed_at is None else None
            assert candidate.late_after == open_until
        assert db.session.scalar(select(StageEntry.id).where(StageEntry.supersedes_id.is_not(None)))


def test_neither_the_verdict_nor_retention_finds_anything_to_change(county: Flask) -> None:
    """The ledger says what the verdict says today, and nothing is kept beyond its term."""
    with county.test_request_context():
        begin_writing(db.session())
        names = Counter(db.session.scalars(select(Candidate.name)))
        assert propose_rewards() == 0
        apply_retention()
        assert Counter(db.session.scalars(select(Candidate.name))) == names
        staff = select(Referral).where(Referral.way != Way.EVENT)
        assert len(list(db.session.scalars(staff))) == len(STORIES) + len(UNANSWERED) + len(WAITING)
        db.session.rollback()


def test_the_books_balance_and_two_people_kept_them(county: Flask) -> None:
    with county.app_context():
        owed = given = 0
        for reward in db.session.scalars(select(Reward)):
            assert [entry.step for entry in reward.entries] == list(range(1, len(reward.entries) + 1))
            assert [entry.at for entry in reward.entries] == sorted(entry.at for entry in reward.entries)
            assert reward.entries[-1].act is reward.state
            owed += reward.pence if reward.state is Act.APPROVED else 0
            given += reward.pence if reward.state in (Act.PAID, Act.HANDED_OVER) else 0
            by = {entry.act: entry.by_id for entry in reward.entries}
            assert by.get(Act.APPROVED) != by.get(Act.PAID, by.get(Act.HANDED_OVER, 0))
            assert reward.referrer_id not in by.values()
        assert (owed, given) == (get_balance().owed, get_balance().given)
        lines = [line for file in db.session.scalars(select(PayrollFile)) for line in file.lines]
        assert len({line.entry_id for line in lines}) == len(lines)
        assert any(line.pence < 0 for line in lines)


@pytest.mark.one_database
def test_payroll_files_are_the_bytes_that_were_built(county: Flask) -> None:
    remy = be(county, "second_recruitment")
    with county.app_context():
        files = [(f"{one.month:%Y-%m}", one.content, one.sha256) for one in db.session.scalars(select(PayrollFile))]
    kept = [one for one in files if one[1]]
    assert len(kept) > 8
    assert len(files) > len(kept), "what a file said is forgotten after a year"
    for month, content, sha256 in kept:
        assert digest_of(content) == sha256
        remy.get(f"/payroll/{month}")
        remy.submit("Download the file", status=200)
        answer = remy.http.post(remy.sent_to, data=remy.last_sent)
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert rows[-1][0].startswith("Total of ")
    assert any("Build the file" in name for name in remy.get("/payroll").buttons())


def test_the_what_if_of_two_versions_over_the_county(county: Flask) -> None:
    """Version 2 pays less at the start and more later, so some gain and some lose; the draft says what vouchers do."""
    robin = be(county, "recruitment")
    for number in (2, 3):
        page = robin.get(f"/scheme/{number}/what-if")
        assert page.has("Who gains")
        assert page.has("Who loses")
    first = robin.get("/scheme/1/what-if").text
    assert first != robin.get("/scheme/2/what-if").text


@pytest.mark.parametrize(
    ("key", "paths"),
    [
        (
            "recruitment",
            "/candidates /candidates/board /candidates?show=closed /rewards /rewards/coming /payroll /referral-figures",
        ),
        ("referrer", "/refer /refer/mine /refer/poster /scheme"),
        ("coordinator", "/referral-figures"),
        ("viewer", "/referral-figures"),
    ],
)
@pytest.mark.one_database
def test_the_pages_have_something_to_say(county: Flask, key: str, paths: str) -> None:
    person = be(county, key)
    for path in paths.split():
        page = person.get(path)
        for empty in ("No candidates", "Nothing falls due", "No rewards", "No referrals", "0 candidates"):
            assert not page.has(empty), path


def test_the_referrer_sees_what_each_friend_allows(county: Flask) -> None:
    frankie = be(county, "referrer")
    page = frankie.get("/refer/mine")
    for words in ("Waiting for your friend", "With recruitment", "Closed", "Interview", "6 months"):
        assert page.has(words), words
    rewards = [href for href in page.links().values() if href.endswith("/reward")]
    assert any(frankie.get(href).has("Thank you") for href in rewards)


def test_the_friend_is_the_newest_who_has_not_answered(county: Flask) -> None:
    friend = PageClient(county)
    friend.get("/demo")
    page = friend.submit("Answer as the friend", status=200)
    assert page.path.startswith(f"/{Purpose.FRIEND.value}/answer/")
    assert page.has("May we help you find work in care?")
    assert page.has("Frankie thinks you would be good at care work")
