"""Signing in by a mailed link, and signing out."""

from __future__ import annotations

import structlog
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import begin_sign_in, use_sign_in
from outreach.accounts.forms import CodeForm, SignInForm
from outreach.accounts.models import SignIn
from outreach.accounts.queries import find_sign_in
from outreach.accounts.rules import CODE_TRIES
from outreach.accounts.session import (
    actor_of,
    asking_browser,
    end_own_session,
    forget_asking,
    forget_cookie,
    remember_asking,
    start_session,
)
from outreach.accounts.views import bp
from outreach.errors import NotFound
from outreach.web.components import STANDING
from outreach.web.door import EVERYONE, Actor, ActorKind, actor, allow, safe_next
from outreach.web.forms import show
from outreach.web.limits import View, limited

log = structlog.get_logger(__name__)

DAY = 24 * 60
TOO_MANY_CODES = "This code was tried too often, so it no longer counts. Ask for a new email to sign in with."


def onward(target: str | None) -> str:
    """Where somebody goes once signed in: the page they wanted, or the start."""
    return safe_next(target) or STANDING["home"]


def _lead_on(who: Actor, target: str | None) -> ResponseReturnValue:
    """On to the page that was wanted, by way of the second step if that is still to come."""
    if who.half_way:
        return redirect(url_for("accounts.second_step", next=safe_next(target)), 303)
    return redirect(onward(target), 303)


def _address() -> str | None:
    """The address asked for, as a key to count under: one spelling, whoever asks."""
    return request.form.get("email", "").strip().lower()[:320] or None


def _sign_in() -> SignIn | None:
    """The sign-in that this request is about: by the link in the address, else by the asking browser's cookie."""
    token = (request.view_args or {}).get("token", "")
    return find_sign_in(token=token) if token else find_sign_in(browser=asking_browser())


def _code_of_sign_in() -> str | None:
    found = _sign_in() if request.form.get("code") else None
    return str(found.id) if found else None


def _code_of_address() -> str | None:
    found = _sign_in() if request.form.get("code") else None
    return found.email if found else None


def _code_limited(view: View) -> View:
    """Five tries of a code in its life, and twenty a day for an address, whoever tries."""
    for mark in (
        limited("code-of-sign-in", CODE_TRIES, DAY, by=_code_of_sign_in, for_life=True, words=TOO_MANY_CODES),
        limited("code-of-address", 4 * CODE_TRIES, DAY, by=_code_of_address, words=TOO_MANY_CODES),
    ):
        view = mark(view)
    return view


@bp.route("/sign-in", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("sign-in", 30, 10)
@limited("sign-in-address", 5, 15, by=_address)
def sign_in() -> ResponseReturnValue:
    target = safe_next(request.args.get("next"))
    if actor().kind is ActorKind.ACCOUNT:
        return _lead_on(actor(), target)
    if current_app.config["OIDC"]:
        if request.method == "POST":
            raise NotFound
        return render_template("accounts/sign_in_council.html", next=target)
    form = SignInForm(request.form)
    if form.sent():
        # The same answer for every address: only its owner's mailbox tells whether it may sign in.
        remember_asking(begin_sign_in(form.email.data, next_path=target))
        return redirect(url_for("accounts.check"), 303)
    return show("accounts/sign_in.html", form)


@bp.route("/sign-in/check", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("sign-in-code", 60, 10)
@_code_limited
def check() -> ResponseReturnValue:
    """Check your email: the code may be typed here, in the browser that asked."""
    if actor().kind is ActorKind.ACCOUNT:
        return _lead_on(actor(), None)
    found = find_sign_in(browser=asking_browser())
    if found is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm(request.form)
    if form.sent():
        with form.refusing():
            return _let_in(found, code=form.code.data, how="code")
        log.warning("a sign-in code was wrong", sign_in=found.id)
    return show("accounts/check.html", form, email=found.email, demo=current_app.config["DEMO"])


@bp.route("/sign-in/link/<token>", methods=["GET", "POST"])
@allow(EVERYONE)
@limited("sign-in-code", 60, 10)
@_code_limited
def link(token: str) -> ResponseReturnValue:
    """Opened from the mail. It signs nobody in by itself: mail scanners open links too."""
    if actor().kind is ActorKind.ACCOUNT and request.method == "GET":
        return _lead_on(actor(), None)
    found = find_sign_in(token=token)
    if found is None:
        return render_template("accounts/link_ended.html"), 410
    browser = asking_browser()
    asked_here = find_sign_in(browser=browser)
    if asked_here is not None and asked_here.id == found.id:
        if request.method == "POST":
            return _let_in(found, browser=browser, how="mail")
        return render_template("accounts/link.html", email=found.email)
    form = CodeForm(request.form)
    if form.sent():
        with form.refusing():
            return _let_in(found, code=form.code.data, how="code")
        log.warning("a sign-in code was wrong", sign_in=found.id)
    return show("accounts/link_elsewhere.html", form)


def _let_in(found: SignIn, *, how: str, browser: str = "", code: str = "") -> ResponseReturnValue:
    account = use_sign_in(found, browser=browser, code=code)
    session = start_session(account, how=how)
    forget_asking()
    return _lead_on(actor_of(account, session), found.next_path)


@bp.route("/sign-out", methods=["POST"])
@allow(EVERYONE)
def sign_out() -> ResponseReturnValue:
    end_own_session()
    forget_cookie()
    flash("You have signed out.", "success")
    return redirect(url_for("accounts.sign_in"), 303)
