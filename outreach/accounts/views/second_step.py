"""The second step of signing in: an authenticator app."""

from __future__ import annotations

import io
from urllib.parse import quote

import segno
import structlog
from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from outreach.accounts.actions import enrol_second_step, new_secret, pass_second_step
from outreach.accounts.forms import AppCodeForm
from outreach.accounts.queries import get_account
from outreach.accounts.rules import ENROLMENT_LASTS
from outreach.accounts.session import finish_second_step
from outreach.accounts.views import bp
from outreach.accounts.views.sign_in import onward
from outreach.districts.queries import find_county
from outreach.web.door import HALF_SIGNED_IN, ActorKind, actor, allow
from outreach.web.forms import show
from outreach.web.keys import seal, unseal
from outreach.web.limits import limited

log = structlog.get_logger(__name__)

TOO_MANY = "Too many codes were tried for your account. Wait a quarter of an hour, then try again."


def _whose() -> str | None:
    who = actor()
    return str(who.id) if who.kind is ActorKind.ACCOUNT and request.form.get("code") else None


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@allow(HALF_SIGNED_IN)
@limited("second-step", 5, 15, by=_whose, words=TOO_MANY)
def second_step() -> ResponseReturnValue:
    who = actor()
    target = onward(request.args.get("next"))
    if not who.half_way or who.id is None:
        return redirect(target, 303)
    if get_account(who.id).totp_secret is None:
        return _enrol(target)
    form = AppCodeForm(request.form)
    if form.sent():
        with form.refusing():
            pass_second_step(who, code=form.code.data)
            finish_second_step()
            return redirect(target, 303)
        log.warning("a second step was refused", account=who.id)
    return show("accounts/second_step.html", form)


def _enrol(target: str) -> ResponseReturnValue:
    who = actor()
    sealed = request.form.get("sealed", "")
    secret = _of_own_form(sealed)
    form = AppCodeForm(request.form)
    if secret is not None and form.sent():
        with form.refusing():
            enrol_second_step(who, secret=secret, code=form.code.data)
            finish_second_step()
            return redirect(target, 303)
    too_late = bool(sealed) and secret is None
    if secret is None:
        # The first time, or a page that lay open too long: another key, which the app must be shown.
        form, secret = AppCodeForm(), new_secret()
        sealed = seal(f"{who.id}:{secret}")
    return show(
        "accounts/enrol.html",
        form,
        sealed=sealed,
        qr=_qr(secret),
        key=_in_fours(secret),
        too_late=too_late,
    )


def _of_own_form(sealed: str) -> str | None:
    """The key that this person's page carried. It is not kept until a code proves that their app has it."""
    opened = unseal(sealed, seconds=int(ENROLMENT_LASTS.total_seconds())) if sealed else None
    owner, _, secret = (opened or "").partition(":")
    return secret if secret and int(owner) == actor().id else None


def _qr(secret: str) -> Markup:
    """The key as a picture for the app's camera: SVG with attributes only, as the CSP allows no inline style."""
    county = find_county()
    issuer = county.service if county else current_app.config["HOST"]
    account = get_account(actor().id or 0)
    uri = f"otpauth://totp/{_quoted(issuer)}:{_quoted(account.email)}?secret={secret}&issuer={_quoted(issuer)}"
    out = io.BytesIO()
    segno.make(uri, error="m").save(
        out,
        kind="svg",
        scale=5,
        border=4,
        xmldecl=False,
        svgns=True,
        svgclass="app-qr",
        lineclass=None,
        light="#fff",
        omitsize=False,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 segno wrote it: paths, and no text of anybody's


def _quoted(text: str) -> str:
    return quote(text, safe="@")


def _in_fours(secret: str) -> str:
    """The key for typing, in groups of four letters."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
