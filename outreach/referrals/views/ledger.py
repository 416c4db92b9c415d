"""Rewards: recruitment's list, one reward, and what a referrer is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.db import db
from outreach.errors import Conflict, NotFound
from outreach.referrals.actions import eligibility, ledger
from outreach.referrals.forms.ledger import REASON_WORDS, RECALL, STATE_WORDS, ChecksForm, ReasonForm, RewardFilters
from outreach.referrals.forms.scheme import OnlyVersionForm
from outreach.referrals.models import Candidate, Eligibility, Referral, Reward
from outreach.referrals.queries import candidates as candidate_queries
from outreach.referrals.queries import ledger as queries
from outreach.referrals.queries.referring import find_candidate_of, get_own
from outreach.referrals.queries.scheme import find_version_in_force
from outreach.referrals.queries.verdicts import Case, get_case
from outreach.referrals.rules.consent import ReferralState, shown_state
from outreach.referrals.rules.ledger import GIVEN, OPEN_AGAIN, Act
from outreach.referrals.rules.verdict import say_to_referrer
from outreach.referrals.views import bp
from outreach.referrals.views.candidates import officer_id
from outreach.web.door import SIGNED_IN, Role, actor, allow
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

ONE = "/rewards/<string(maxlength=16):reference>"
CANDIDATE = "/candidates/<string(maxlength=16):reference>"
NEW_TO_CARE = {"yes": True, "no": False}
YEAR = timedelta(days=365)


@bp.get("/rewards")
@allow(Role.RECRUITMENT_OFFICER)
def rewards() -> Response:
    """Every reward this officer may decide on, by state, and the budget."""
    filters = RewardFilters(request.args)
    filters.read()
    asked = filters.state.data
    chosen = queries.select_rewards(
        officer_id(), state=Act(asked) if asked and asked != RECALL else None, recall=asked == RECALL
    )
    page = paginate(db.session(), chosen, number=page_number(request.args))
    version = find_version_in_force(clock.today())
    return show(
        "referrals/rewards.html",
        filters=filters,
        page=page,
        names=list_account_names({one.referrer_id for one in page.items}),
        milestone_of=milestone_of,
        words=STATE_WORDS,
        counts={act.value: number for act, number in queries.count_by_state(officer_id()).items()},
        recalls=queries.count_to_recall(officer_id()),
        balance=queries.get_balance(),
        spent=queries.get_balance(clock.now() - YEAR).spent,
        budget=version.read().budget_pence if version else 0,
    )


@bp.get(ONE)
@allow(Role.RECRUITMENT_OFFICER)
def reward(reference: str) -> Response:
    """One reward: what earned it, every entry, and what can be done next."""
    found = queries.get_reward(officer_id(), reference)
    people = {one.by_id for one in found.entries if one.by_id} | {found.referrer_id}
    terms = found.scheme_version.read()
    approved = next((one for one in reversed(found.entries) if one.act is Act.APPROVED), None)
    return show(
        "referrals/reward.html",
        reward=found,
        names=list_account_names(people),
        words=STATE_WORDS,
        reasons=REASON_WORDS,
        kind=ledger.kind_of(found),
        milestone=terms.milestone(found.milestone),
        referral=db.session.get(Referral, found.referral_id) if found.referral_id else None,
        given=found.state in GIVEN,
        approved_it=approved is not None and approved.by_id == officer_id(),
    )


def milestone_of(found: Reward) -> str:
    milestone = found.scheme_version.read().milestone(found.milestone)
    return milestone.label if milestone else found.milestone


def _about(found: Reward) -> dict[str, object]:
    """What a page that asks before an act says of the reward: for whom, for what, and where its verdict stands."""
    referral = db.session.get(Referral, found.referral_id) if found.referral_id else None
    candidate = find_candidate_of(found.referral_id) if found.referral_id else None
    return {
        "reward": found,
        "names": list_account_names({found.referrer_id}),
        "milestone": milestone_of(found),
        "referral": referral,
        "duplicates": candidate_queries.list_duplicates(officer_id(), candidate) if candidate else [],
    }


def _act(reference: str, act: Callable[..., Any], template: str, done: str) -> Response:
    """A page that asks before an act on a reward, and does it."""
    found = queries.get_reward(officer_id(), reference)
    form = OnlyVersionForm(request.form, data={"version": found.version})
    if form.sent():
        with form.refusing():
            act(actor(), found, version=form.version.data)
            return _done(found, done)
    return show(template, form, **_about(found))


def _act_with_reason(reference: str, act: Callable[..., Any], template: str, done: str) -> Response:
    found = queries.get_reward(officer_id(), reference)
    form = ReasonForm(request.form, data={"version": found.version})
    if form.sent():
        with form.refusing():
            act(actor(), found, reason=form.reason.data, version=form.version.data)
            return _done(found, done)
    return show(template, form, **_about(found))


def _done(found: Reward, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("referrals.reward", reference=found.reference), 303)


@bp.route(f"{ONE}/approve", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def approve_reward(reference: str) -> Response:
    words = "The reward is approved. Somebody else marks it as given."
    return _act(reference, ledger.approve_reward, "referrals/approve_reward.html", words)


@bp.route(f"{ONE}/hand-over", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def hand_over_reward(reference: str) -> Response:
    words = "The reward is marked as handed over."
    return _act(reference, ledger.hand_over_reward, "referrals/hand_over_reward.html", words)


@bp.route(f"{ONE}/propose-again", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def propose_again(reference: str) -> Response:
    words = "The reward is proposed again."
    return _act(reference, ledger.propose_again, "referrals/propose_again.html", words)


@bp.route(f"{ONE}/refuse", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def refuse_reward(reference: str) -> Response:
    return _act_with_reason(reference, ledger.refuse_reward, "referrals/refuse_reward.html", "The reward is refused.")


@bp.route(f"{ONE}/take-back", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def reverse_reward(reference: str) -> Response:
    words = "The reward is taken back."
    return _act_with_reason(reference, ledger.reverse_reward, "referrals/reverse_reward.html", words)


@bp.get(f"{CANDIDATE}/rewards")
@allow(Role.RECRUITMENT_OFFICER)
def verdict(reference: str) -> Response:
    """Every milestone of a candidate, clause by clause, with the fact and the term."""
    candidate = _rewarded(reference)
    case = get_case(candidate.referral)
    checks = db.session.get(Eligibility, candidate.referral_id)
    found = [case.verdict(milestone.code, clock.today()) for milestone in case.terms.milestones]
    return show(
        "referrals/verdict.html",
        candidate=candidate,
        case=case,
        checks=checks,
        rows=[
            (milestone, one, case.rewards.get(milestone.code))
            for milestone, one in zip(case.terms.milestones, found, strict=True)
        ],
        # Said once: what does not depend on the milestone.
        common=[clause for clause in found[0].clauses if all(clause in one.clauses for one in found)],
        words=STATE_WORDS,
        today=clock.today(),
    )


@bp.route(f"{CANDIDATE}/checks", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def check_terms(reference: str) -> Response:
    """What only staff records can tell of referrer and friend."""
    candidate = _rewarded(reference)
    held = db.session.get(Eligibility, candidate.referral_id)
    form = ChecksForm(request.form, data=_held(held))
    form.offer(candidate.referral.scheme_version.read())
    if form.sent():
        with form.refusing():
            checks = eligibility.Checks(
                employment=form.employment.data,
                role=form.role.data,
                notice_on=form.notice_on.data,
                referrer_left_on=form.referrer_left_on.data,
                friend_left_on=form.friend_left_on.data,
                in_process=form.in_process.data == "yes",
                appointed=form.appointed.data or None,
                appointed_hours=form.appointed_hours.data,
                new_to_care=NEW_TO_CARE.get(form.new_to_care.data),
            )
            eligibility.record_checks(actor(), candidate.referral, checks, version=form.version.data)
            flash("What you checked is kept, and the verdicts are up to date.", "success")
            return redirect(url_for("referrals.verdict", reference=reference), 303)
    said = candidate.referral.scheme_version.read().post(candidate.post)
    return show("referrals/check_terms.html", form, candidate=candidate, said=said)


@bp.route("/refer/mine/<string(maxlength=16):reference>/reward", methods=["GET", "POST"])
@allow(SIGNED_IN)
def reward_of(reference: str) -> Response:
    """What a referrer is told of the rewards for one referral; a POST claims one that must be claimed."""
    referral = get_own(officer_id(), reference)
    if referral.agreed_at is None:
        raise NotFound
    if request.method == "POST":
        try:
            eligibility.claim_reward(actor(), referral, request.form.get("milestone", ""))
        except Conflict as conflict:
            db.session.rollback()
            flash(conflict.message)
        else:
            flash("You have claimed this reward.", "success")
        return redirect(url_for("referrals.reward_of", reference=reference), 303)
    case = get_case(referral)
    return show("referrals/reward_of.html", referral=referral, version=referral.scheme_version, rows=_told(case))


def _told(case: Case) -> list[dict[str, object]]:
    """Each milestone in words that disclose nothing the friend has not permitted. What is given is told in any case."""
    referral, candidate = case.referral, case.candidate
    closed = shown_state(referral.state, referral.closed_shown_at, True, clock.now()) == "closed"
    hidden = referral.state is ReferralState.CLOSED and not closed
    if hidden:  # until the closing shows, the words stay as they were before it
        case = replace(case, facts=replace(case.facts, ended_on=None, withdrew_on=None))
    shown = candidate is not None and candidate.progress_shown
    rows = []
    for milestone in case.terms.milestones:
        given = case.rewards.get(milestone.code)
        own = given if given is not None and given.referral_id == referral.id else None
        if own is not None and own.state in GIVEN:
            words = f"{own.words}: {STATE_WORDS[own.state].lower()}. Thank you."
        elif shown and own is not None and own.state is Act.APPROVED:
            words = f"{own.words}: approved, and on its way to you."
        elif shown and not hidden and own is not None and own.state in OPEN_AGAIN:
            words = "Not due. The terms say when a reward is given."
        else:
            found = case.verdict(milestone.code, clock.today())
            words = say_to_referrer(case.terms, found, progress_shown=shown, closed=closed)
        claimed = case.claims.get(milestone.code)
        can_claim = milestone.claim_days > 0 and claimed is None and own is None and not closed
        rows.append({"milestone": milestone, "words": words, "claimed": claimed, "can_claim": can_claim})
    return rows


def _rewarded(reference: str) -> Candidate:
    """A candidate somebody may be rewarded for; whoever came by the code of an event was referred by nobody."""
    candidate = candidate_queries.get_candidate(officer_id(), reference)
    if candidate.referral.referrer_id is None:
        raise NotFound
    return candidate


def _held(checks: Eligibility | None) -> dict[str, object]:
    if checks is None:
        return {"version": ""}
    held = {name: getattr(checks, name) for name in vars(eligibility.Checks)["__dataclass_fields__"]}
    new = next((said for said, found in NEW_TO_CARE.items() if found is checks.new_to_care), "")
    in_process = "yes" if checks.in_process else "no"
    return held | {"in_process": in_process, "new_to_care": new, "version": checks.version}
