"""Starting, finding and ending sessions. The cookie holds a random token; the row holds its digest."""

from __future__ import annotations

from flask import Response, after_this_request, current_app, request
from sqlalchemy import update

from outreach import clock
from outreach.accounts.models import Account, SignedIn
from outreach.accounts.queries import find_session
from outreach.accounts.rules import SESSION_LASTS, needs_second_step
from outreach.db import db
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


def start_session(account: Account, *, council_sign_in: bool = False) -> SignedIn:
    """Sign this browser in under a new session id, ending the one it had."""
    end_own_session()
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
    _set_cookie(token)
    return session


def end_own_session() -> None:
    """Sign this browser out: the row ends, so that a copied cookie is worth nothing."""
    token = request.cookies.get(cookie_name(), "")
    if token:
        db.session.execute(
            update(SignedIn)
            .where(SignedIn.digest == digest(token), SignedIn.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def end_sessions_of(account: Account) -> None:
    """End every session of an account, as when a role changes or it is disabled."""
    db.session.execute(
        update(SignedIn)
        .where(SignedIn.account_id == account.id, SignedIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def forget_cookie() -> None:
    """Remove the cookie from this browser."""
    name, secure = cookie_name(), bool(current_app.config["SESSION_COOKIE_SECURE"])

    @after_this_request
    def _forget(response: Response) -> Response:
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _set_cookie(token: str) -> None:
    name, secure = cookie_name(), bool(current_app.config["SESSION_COOKIE_SECURE"])

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            name, token, max_age=int(SESSION_LASTS.total_seconds()), httponly=True, secure=secure, samesite="Lax"
        )
        return response


def _device() -> str:
    """The kind of browser, for the person to recognise a session by; no version, no address."""
    agent = request.user_agent.string
    browser = next((name for name in ("Firefox", "Edg", "Chrome", "Safari") if name in agent), "Another browser")
    system = next((name for name in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux") if name in agent), "")
    words = "Edge" if browser == "Edg" else browser
    return f"{words} on {system}" if system else words
