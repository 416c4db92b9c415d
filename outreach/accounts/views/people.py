"""The administrator's pages of accounts, roles and sessions."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import (
    add_account,
    disable_account,
    enable_account,
    end_session,
    reset_second_step,
    set_roles,
)
from outreach.accounts.forms import ROLES, AccountForm, RolesForm, SearchForm
from outreach.accounts.models import Account
from outreach.accounts.queries import find_account, get_account, get_session_of, list_sessions_of, select_accounts
from outreach.accounts.views import bp
from outreach.db import db
from outreach.web.door import Role, actor, allow
from outreach.web.forms import Form, show
from outreach.web.paging import page_number, paginate

ID = "<int(max=2147483647):account_id>"


def _back_to(account: Account) -> ResponseReturnValue:
    return redirect(url_for("accounts.show", account_id=account.id), 303)


@bp.route("/accounts")
@allow(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    form = SearchForm(request.args)
    words = form.words.data[:100]
    page = paginate(db.session(), select_accounts(words), number=page_number(request.args))
    return show("accounts/index.html", search=form, words=words, page=page, roles=ROLES)


@bp.route("/accounts/new", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    form = AccountForm(request.form)
    if form.sent():
        with form.refusing():
            known = find_account(form.email.data) is not None
            account = add_account(actor(), email=form.email.data, name=form.name.data, roles=form.roles.data)
            flash(
                f"{account.name} already had an account, which has these roles too now."
                if known
                else f"{account.name} was added, and an email is on its way to them.",
                "success",
            )
            return _back_to(account)
    return show("accounts/new.html", form, back=url_for("accounts.index"))


@bp.route(f"/accounts/{ID}", methods=["GET", "POST"], endpoint="show")
@allow(Role.ADMINISTRATOR)
def show_account(account_id: int) -> ResponseReturnValue:
    account = get_account(account_id)
    form = RolesForm(request.form, roles=[one.role for one in account.roles])
    if form.sent():
        with form.refusing():
            set_roles(actor(), account, form.roles.data)
            flash("The roles were saved.", "success")
            return _back_to(account)
    return _shown(account, form)


def _shown(account: Account, form: Form) -> ResponseReturnValue:
    return show(
        "accounts/show.html",
        form,
        account=account,
        roles=ROLES,
        own=account.id == actor().id,
        sessions=list_sessions_of(account),
        back=url_for("accounts.index"),
    )


@bp.route(f"/accounts/{ID}/disable", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def disable(account_id: int) -> ResponseReturnValue:
    account, form = get_account(account_id), Form(request.form)
    if request.method == "POST":
        with form.refusing():
            disable_account(actor(), account)
            flash(f"{account.name} can no longer sign in.", "success")
            return _back_to(account)
    return show("accounts/disable.html", form, account=account, back=url_for("accounts.show", account_id=account_id))


@bp.route(f"/accounts/{ID}/enable", methods=["POST"])
@allow(Role.ADMINISTRATOR)
def enable(account_id: int) -> ResponseReturnValue:
    account = get_account(account_id)
    enable_account(actor(), account)
    flash(f"{account.name} can sign in again.", "success")
    return _back_to(account)


@bp.route(f"/accounts/{ID}/reset-second-step", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def reset(account_id: int) -> ResponseReturnValue:
    account, form = get_account(account_id), Form(request.form)
    if request.method == "POST":
        with form.refusing():
            reset_second_step(actor(), account)
            flash(f"{account.name} sets up an authenticator app at the next sign-in.", "success")
            return _back_to(account)
    return show("accounts/reset.html", form, account=account, back=url_for("accounts.show", account_id=account_id))


@bp.route(f"/accounts/{ID}/sessions/<int(max=2147483647):session_id>/end", methods=["POST"])
@allow(Role.ADMINISTRATOR)
def end_theirs(account_id: int, session_id: int) -> ResponseReturnValue:
    account = get_account(account_id)
    end_session(actor(), get_session_of(account, session_id))
    flash(f"{account.name} was signed out there.", "success")
    return _back_to(account)
