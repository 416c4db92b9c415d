"""Starting, finding and ending sessions. The cookie holds a random token; the row holds its digest."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from flask import session as flask_session
from sqlalchemy import update

from outreach import clock
from outreach.accounts.models import Account, SignedIn
from outreach.accounts.queries import find_session
from outreach.accounts.rules import SESSION_LASTS, SIGN_IN_LASTS, needs_second_step
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import NotFound
from outreach.web.door import Actor, ActorKind
from outreach.web.keys import digest, new_token
from outreach.web.touches import touch


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to https, which a demo on loopback does not have."""
    return "__Host-outreach" if current_app.config["SESSION_COOKIE_SECURE"] else "outreach"


def actor_of(account: Account, session: SignedIn) -> Actor:
    """The account as an actor; half-way while its second step is still to come."""
    roles = [one.role.value for one in account.roles]
    half_way = session.second_step_at is None and needs_second_step(
        roles, council_sign_in=session.council_sign_in, demo=current_app.config["DEMO"]
    )
    return Actor(
        ActorKind.ACCOUNT,
        account.id,
        account.name,
        frozenset(one.role for one in account.roles),
        half_way,
        session.id,
    )


def find_actor() -> Actor | None:
    """Who this browser is signed in as; marks the session as used, once a minute."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    session = find_session(token)
    if session is None:
        return None
    touch(
        "session",
        session.id,
        update(SignedIn).where(SignedIn.id == session.id).values(last_seen_at=clock.now()),
    )
    return actor_of(session.account, session)


def start_session(account: Account, *, council_sign_in: bool = False, how: str = "mail") -> SignedIn:
    """Sign this browser in under a new session id, ending the one it had.

    `how` is a word for the audit: mail, code, council, demo. What the browser's own cookie held as a
    stranger goes too. Whoever signs in again after a session ran out may still send the forms that were open.
    """
    end_own_session()
    _begin_cookie(account)
    token = new_token()
    session = SignedIn(
        digest=digest(token),
        account_id=account.id,
        account=account,
        started_at=clock.now(),
        last_seen_at=clock.now(),
        council_sign_in=council_sign_in,
        device=_device(),
    )
    db.session.add(session)
    db.session.flush()
    record(actor_of(account, session), "session.start", session, how=how)
    _set_cookie(cookie_name(), token, SESSION_LASTS)
    return session


def _begin_cookie(account: Account) -> None:
    """Empty the browser's own cookie, but keep the key of its forms if it was this account's already.

    A key that was there before anybody had signed in may have been planted by somebody else.
    """
    key = flask_session.get("csrf_token") if flask_session.get("account") == account.id else None
    flask_session.clear()
    flask_session["account"] = account.id
    if key is not None:
        flask_session["csrf_token"] = key


def finish_second_step() -> None:
    """Mark this browser's session as fully signed in, under a new session id."""
    session = find_session(request.cookies.get(cookie_name(), ""))
    if session is None:
        raise NotFound
    token = new_token()
    session.digest = digest(token)
    session.second_step_at = clock.now()
    _set_cookie(cookie_name(), token, SESSION_LASTS)


def end_own_session() -> None:
    """Sign this browser out: the row ends, so that a copied cookie is worth nothing."""
    token = request.cookies.get(cookie_name(), "")
    session = find_session(token) if token else None
    if session is not None:
        session.ended_at = clock.now()
        record(actor_of(session.account, session), "session.end", session)


def forget_cookie() -> None:
    """Remove the cookies from this browser, and what it kept of our pages."""
    flask_session.clear()
    _forget(cookie_name())

    @after_this_request
    def _clear(response: Response) -> Response:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def remember_asking(browser: str) -> None:
    """Let this browser be known as the one that asked for a sign-in mail."""
    _set_cookie(_asking_cookie(), browser, SIGN_IN_LASTS)


def asking_browser() -> str:
    """The token of the browser that asked for a sign-in mail; empty in every other browser."""
    return request.cookies.get(_asking_cookie(), "")


def forget_asking() -> None:
    _forget(_asking_cookie())


def _asking_cookie() -> str:
    return f"{cookie_name()}_asked"


def _set_cookie(name: str, value: str, lasts: timedelta) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            name, value, max_age=int(lasts.total_seconds()), httponly=True, secure=secure, samesite="Lax"
        )
        return response


def _forget(name: str) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])

    @after_this_request
    def _forget_it(response: Response) -> Response:
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")
        return response


def _device() -> str:
    """The kind of browser, for the person to recognise a session by; no version, no address."""
    agent = request.user_agent.string
    browser = next((name for name in ("Firefox", "Edg", "Chrome", "Safari") if name in agent), "Another browser")
    system = next((name for name in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux") if name in agent), "")
    words = "Edge" if browser == "Edg" else browser
    return f"{words} on {system}" if system else words
