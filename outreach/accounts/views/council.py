"""Signing in with the council's own account, by OpenID Connect."""

from __future__ import annotations

from typing import Any

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from config import Config
from outreach.accounts.actions import account_of_provider
from outreach.accounts.links import address
from outreach.accounts.session import start_session
from outreach.accounts.views import bp
from outreach.accounts.views.sign_in import onward
from outreach.errors import Conflict, NotFound
from outreach.web.door import EVERYONE, allow, safe_next
from outreach.web.transaction import writing_at_last

log = structlog.get_logger(__name__)

CLIENT = "council"
TIMEOUT = 10
STATE = f"_state_{CLIENT}"
NEXT = "council_next"
# Whatever the provider answers, or does not: each is a refusal, and none a fault of ours.
REFUSALS = (OAuthError, JoseError, RequestException, ValueError, KeyError, TypeError, RuntimeError)


def init_council_sign_in(app: Flask, config: Config) -> None:
    """Register the provider, if one is set. It is asked for its metadata when somebody first signs in."""
    if not config.oidc:
        return
    OAuth(app).register(  # type: ignore[no-untyped-call]
        CLIENT,
        server_metadata_url=config.oidc_metadata_url,
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def _client() -> Any:
    if not current_app.config["OIDC"]:
        raise NotFound
    return current_app.extensions["authlib.integrations.flask_client"].create_client(CLIENT)


@bp.route("/sign-in/council")
@allow(EVERYONE)
def council() -> ResponseReturnValue:
    """Off to the provider; the state, nonce and PKCE verifier stay in this browser's signed cookie."""
    client = _client()
    for name in [name for name in session if name.startswith(STATE)]:
        del session[name]
    session[NEXT] = safe_next(request.args.get("next"))
    try:
        response: ResponseReturnValue = client.authorize_redirect(address(url_for("accounts.council_return")))
    except REFUSALS as error:
        log.exception("the council's sign-in cannot be reached", exc_info=error)
        return render_template("accounts/council_refused.html", unreachable=True), 503
    return response


@bp.route("/sign-in/council/return")
@allow(EVERYONE)
def council_return() -> ResponseReturnValue:
    """Back from the provider. The one GET that writes: the protocol comes back by GET.

    The state in this browser's cookie is what a form's token is elsewhere, and is good once.
    """
    client = _client()
    target = session.get(NEXT)
    try:
        issuer = client.load_server_metadata()["issuer"]
        if request.args.get("iss", issuer) != issuer:
            raise OAuthError("another issuer answered")  # RFC 9207: a mix-up of providers
        claims = client.authorize_access_token(claims_options={"iss": {"essential": True, "value": issuer}})["userinfo"]
    except REFUSALS as error:
        log.warning("the council's sign-in was refused", error=type(error).__name__)
        return render_template("accounts/council_refused.html"), 400
    try:
        with writing_at_last():
            start_session(account_of_provider(claims), council_sign_in=True, how="council")
    except Conflict as refusal:
        return render_template("accounts/council_refused.html", message=refusal.message), 403
    return redirect(onward(target), 303)
