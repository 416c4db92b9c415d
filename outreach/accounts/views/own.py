"""A person's own account."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import end_other_sessions, end_session, rename_account
from outreach.accounts.forms import ROLES, NameForm
from outreach.accounts.models import Account
from outreach.accounts.queries import get_account, get_session_of, list_sessions_of
from outreach.accounts.rules import SESSION_LASTS, idle_after
from outreach.accounts.views import bp
from outreach.web.door import SIGNED_IN, actor, allow
from outreach.web.forms import show


def _own() -> Account:
    return get_account(actor().id or 0)


@bp.route("/account")
@allow(SIGNED_IN)
def own() -> ResponseReturnValue:
    account = _own()
    return show(
        "accounts/own.html",
        account=account,
        roles=ROLES,
        sessions=list_sessions_of(account),
        here_id=actor().session_id,
        idle=idle_after([one.role.value for one in account.roles]),
        lasts=SESSION_LASTS,
    )


@bp.route("/account/name", methods=["GET", "POST"])
@allow(SIGNED_IN)
def name() -> ResponseReturnValue:
    account = _own()
    form = NameForm(request.form, account)
    if form.sent():
        rename_account(actor(), account, name=form.name.data)
        flash("Your name was changed.", "success")
        return redirect(url_for("accounts.own"), 303)
    return show("accounts/name.html", form, back=url_for("accounts.own"))


@bp.route("/account/sessions/end-others", methods=["POST"])
@allow(SIGNED_IN)
def end_others() -> ResponseReturnValue:
    end_other_sessions(actor())
    flash("You were signed out everywhere else.", "success")
    return redirect(url_for("accounts.own"), 303)


@bp.route("/account/sessions/<int(max=2147483647):session_id>/end", methods=["POST"])
@allow(SIGNED_IN)
def end_own(session_id: int) -> ResponseReturnValue:
    end_session(actor(), get_session_of(_own(), session_id))
    flash("You were signed out there.", "success")
    return redirect(url_for("accounts.own"), 303)
