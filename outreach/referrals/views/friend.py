"""What a friend opens: the referrer's link, and the link in their own mails."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.exceptions import Gone
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.rules import first_name
from outreach.districts.queries import list_districts
from outreach.errors import Conflict, NotFound
from outreach.referrals.actions import agreed
from outreach.referrals.actions import friend as actions
from outreach.referrals.actions.friend import FriendDetails
from outreach.referrals.forms.event_codes import CodeForm
from outreach.referrals.forms.friend import (
    AnswerForm,
    EnterForm,
    FinishForm,
    ProgressForm,
    WithdrawForm,
    offer,
)
from outreach.referrals.models import Candidate, EventCode, PendingFriend, ReferLink, Referral
from outreach.referrals.queries import referring
from outreach.referrals.queries.candidates import get_stage_days
from outreach.referrals.queries.event_codes import get_source, may_name
from outreach.referrals.queries.scheme import find_version_in_force
from outreach.referrals.queries.vacancies import list_open_vacancies
from outreach.referrals.rules.consent import EVENT_CODE_LETTERS, TYPED, Answer, ReferralState, plain_code
from outreach.referrals.views import bp
from outreach.web.door import EVERYONE, Purpose, actor, allow, link
from outreach.web.forms import show
from outreach.web.limits import limited

DONE = {"no", "never", "withdrawn"}


def _typed_code() -> str:
    return plain_code(str((request.view_args or {}).get("code", "")))


def _personal_code() -> str | None:
    """A referrer's code, which one friend after another opens."""
    return None if len(_typed_code()) == EVENT_CODE_LETTERS else _typed_code()


def _event_code() -> str | None:
    """An event's code, which a hall full of people opens within the hour."""
    return _typed_code() if len(_typed_code()) == EVENT_CODE_LETTERS else None


@bp.route("/friend", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("friend-code", 60, 60)
def by_code() -> Response:
    """Somebody who cannot scan a poster types its code."""
    form = CodeForm(request.form)
    if form.sent():
        with form.refusing():
            try:
                get_source(form.plain())
            except NotFound:
                raise Conflict("No poster has this code now. Check it, letter by letter", "code") from None
            return redirect(url_for("referrals.friend", code=form.plain()), 303)
    return show("referrals/by_code.html", form)


# At a fair everybody is behind one address: what holds spam down there is the code, and the mails that
# one address can be sent (rules.consent.may_write).
@bp.route("/friend/<code>", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("friend-enter", 60, 60)
@limited("friend-enter-day", 200, 1440)
@limited("friend-enter-link", 20, 60, by=_personal_code)
@limited("friend-enter-event", 120, 60, by=_event_code)
def friend(code: str) -> Response:
    found = get_source(code)
    version = find_version_in_force(clock.today())
    if version is None:
        raise NotFound
    form = EnterForm(request.form)
    terms = version.read()
    offer(form, terms, list_districts())
    by_event = isinstance(found, EventCode)
    if by_event:
        del form.progress
    if form.sent():
        with form.refusing():
            if not form.robot:
                actions.enter_details(actor(), found, _details(form, form.email.data))
            return redirect(url_for("referrals.friend_sent"), 303)
    return show(
        "referrals/friend.html",
        form,
        referrer=first_name(found.account.name) if isinstance(found, ReferLink) else "",
        by_event=by_event,
        event=found.event if isinstance(found, EventCode) and may_name(found.event) else None,
        terms=terms,
        vacancies=list_open_vacancies(),
        own=isinstance(found, ReferLink) and actor().id == found.account_id,
    )


@bp.get("/friend/sent")
@allow(EVERYONE)
def friend_sent() -> Response:
    return show("referrals/friend_sent.html")


@bp.get("/friend/done/<what>")
@allow(EVERYONE)
def friend_done(what: str) -> Response:
    if what not in DONE:
        raise NotFound
    return show("referrals/friend_done.html", what=what)


@bp.route("/friend/answer/<token>", methods=["GET", "POST"])
@allow(Purpose.FRIEND)
@limited("friend-answer", 30, 60)
def answer(token: str) -> Response:
    referral = referring.get_referral(link().subject_id)
    if _is_answered(referral):
        return _candidate_page(referral, token)
    pending = _pending(referral)
    typed = referral.way in TYPED
    form = AnswerForm(request.form)
    if form.sent():
        with form.refusing():
            return _answered(form, referral, token, typed=typed)
        # It may have been answered elsewhere at this moment.
        if _is_answered(referral):
            return _candidate_page(referral, token)
        pending = _pending(referral)
    return show(
        "referrals/answer.html",
        form,
        pending=pending,
        typed=typed,
        token=token,
        district=next((one for one in list_districts() if one.id == pending.district_id), None),
        **about(referral),
    )


def _answered(form: AnswerForm, referral: Referral, token: str, *, typed: bool) -> Response:
    """Do what the friend answered. Raises Conflict where a yes is not meant as one."""
    chosen = form.answer.data
    if chosen is not Answer.YES:
        never = chosen is Answer.NEVER
        actions.say_no(actor(), referral.id, never=never)
        return redirect(url_for("referrals.friend_done", what=chosen.value), 303)
    if not typed:
        return redirect(url_for("referrals.finish", token=token), 303)
    if not form.agree.data:
        raise Conflict("Tick the box if you agree", "agree")
    actions.say_yes(actor(), referral.id)
    flash("Thank you. We will be in touch.", "success")
    return redirect(url_for("referrals.answer", token=token), 303)


@bp.route("/friend/answer/<token>/details", methods=["GET", "POST"])
@allow(Purpose.FRIEND)
@limited("friend-finish", 30, 60)
def finish(token: str) -> Response:
    referral = referring.get_referral(link().subject_id)
    if _is_answered(referral):
        return redirect(url_for("referrals.answer", token=token), 303)
    pending = _pending(referral)
    form = FinishForm(request.form, data=_held(pending))
    offer(form, referral.scheme_version.read(), list_districts())
    if referral.referrer is None:
        del form.progress
    if form.sent():
        with form.refusing():
            actions.say_yes(actor(), referral.id, _details(form, pending.email))
            flash("Thank you. We will be in touch.", "success")
            return redirect(url_for("referrals.answer", token=token), 303)
        if _is_answered(referral):
            return _candidate_page(referral, token)
        pending = _pending(referral)
    return show("referrals/finish.html", form, pending=pending, token=token, **about(referral))


@bp.route("/friend/answer/<token>/progress", methods=["GET", "POST"])
@allow(Purpose.FRIEND)
@limited("friend-progress", 30, 60)
def progress(token: str) -> Response:
    referral = referring.get_referral(link().subject_id)
    candidate = open_candidate(referral)
    if referral.referrer is None:
        raise NotFound
    form = ProgressForm(request.form, data={"progress": candidate.progress_shown})
    if form.sent():
        with form.refusing():
            agreed.show_progress(actor(), referral.id, shown=bool(form.progress.data))
            flash("Your choice has been saved.", "success")
            return redirect(url_for("referrals.answer", token=token), 303)
    return show("referrals/progress.html", form, token=token, **about(referral))


@bp.route("/friend/answer/<token>/withdraw", methods=["GET", "POST"])
@allow(Purpose.FRIEND)
@limited("friend-withdraw", 30, 60)
def withdraw(token: str) -> Response:
    referral = referring.get_referral(link().subject_id)
    open_candidate(referral)
    form = WithdrawForm(request.form)
    if form.sent():
        with form.refusing():
            agreed.withdraw(actor(), referral.id)
            return redirect(url_for("referrals.friend_done", what="withdrawn"), 303)
    said = about(referral)
    started = said["terms"].start_stage in get_stage_days(referral.id)
    return show("referrals/withdraw.html", form, token=token, started=started, **said)


def _candidate_page(referral: Referral, token: str) -> Response:
    candidate = open_candidate(referral)
    terms, days = referral.scheme_version.read(), get_stage_days(referral.id)
    reached = [(stage.label, days[stage.code]) for stage in terms.stages if stage.code in days]
    post = terms.post(candidate.post)
    return show(
        "referrals/candidate_own.html",
        candidate=candidate,
        post=post.label if post else candidate.post,
        reached=reached,
        token=token,
        **about(referral),
    )


def _is_answered(referral: Referral) -> bool:
    return referral.state is not ReferralState.WAITING


def about(referral: Referral) -> dict[str, Any]:
    """What every page of the friend's link says of the referral. `event` without a referrer: its code was used."""
    terms = referral.scheme_version.read()
    referrer = first_name(referral.referrer.name) if referral.referrer else ""
    event = referral.event if referral.event and may_name(referral.event) else None
    return {"referral": referral, "referrer": referrer, "event": event, "terms": terms}


def _pending(referral: Referral) -> PendingFriend:
    pending = referring.find_pending(referral.id)
    if pending is None or clock.now() >= referral.ends_at:
        raise Gone
    return pending


def open_candidate(referral: Referral) -> Candidate:
    candidate = referring.find_candidate_of(referral.id)
    if candidate is None or candidate.email == "":
        raise Gone
    return candidate


def _held(pending: PendingFriend) -> dict[str, object]:
    district = next((one for one in list_districts() if one.id == pending.district_id), None)
    new = {None: None, True: "no", False: "yes"}[pending.new_to_care]
    return {
        "name": pending.name,
        "phone": pending.phone,
        "post": pending.post,
        "district": district.slug if district else None,
        "hours": pending.hours,
        "new_to_care": new,
        "progress": pending.progress_shown,
    }


def _details(form: EnterForm | FinishForm, email: str) -> FriendDetails:
    return FriendDetails(
        name=form.name.data,
        email=email,
        phone=form.phone.data or None,
        post=form.post.data,
        district=form.district.data,
        hours=form.hours.data,
        new_to_care=form.new_to_care.data == "no",
        # Somebody who came by an event's code has no referrer, and is not asked.
        progress_shown="progress" in form and bool(form.progress.data),
    )
