"""The door: every endpoint declares who may enter, and one that declares nothing is refused.

The door asks about the role, or about the link in the address. Whether this person may touch this row
is asked again in the action. `app.py` plugs in how accounts and links are found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Gone, HTTPException, NotFound, Unauthorized
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])


class Role(Enum):
    """What an account may do; the administrator grants them. Every account may refer a friend."""

    COORDINATOR = "coordinator"
    RECRUITMENT_OFFICER = "recruitment_officer"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"


class Purpose(Enum):
    """What an e-mailed link is for. A link opens the pages of its purpose and its one subject only."""

    FOLLOW = "follow"  # a visit request, for the contact who asked: follow, change, withdraw, rate
    INVITATION = "invitation"  # an assignment, for its ambassador, until the event ends
    LEAVING = "leaving"  # what an invitation's link opens still when that is over: to say that they have left
    HOST = "host"  # an event that nobody asked for, for its contact: their visit pack, until it ends
    OUTCOME = "outcome"  # an assignment, for its ambassador, once the event has begun
    OWN = "own"  # an ambassador's own page, for them
    MANAGER = "manager"  # an agreement about the time that the role takes, for the line manager who was asked
    FRIEND = "friend"  # a referral, for the friend: answer, see what is held, withdraw


class ActorKind(Enum):
    ACCOUNT = "account"
    AMBASSADOR = "ambassador"
    CONTACT = "contact"
    CANDIDATE = "candidate"
    MANAGER = "manager"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """Who is doing something: an account, somebody with a link, the worker, or anybody."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    half_way: bool = False  # signed in, but the second step is still to come
    session_id: int | None = None

    def has(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))


PUBLIC = Actor(ActorKind.PUBLIC)
SYSTEM = Actor(ActorKind.SYSTEM, name="the system")


@dataclass(frozen=True)
class Link:
    """A link that somebody opened: for what, about which row, and whose it is."""

    id: int
    purpose: Purpose
    subject_id: int
    actor: Actor
    usable: bool


@dataclass(frozen=True)
class Access:
    """Who may enter an endpoint."""

    everyone: bool = False
    signed_in: bool = False
    half_way: bool = False
    roles: frozenset[Role] = frozenset()
    purposes: tuple[Purpose, ...] = ()  # in the order in which they are tried
    demo_only: bool = False


EVERYONE = Access(everyone=True)
SIGNED_IN = Access(signed_in=True)
HALF_SIGNED_IN = Access(half_way=True)
IN_DEMO = Access(demo_only=True)


def allow(*who: Access | Role | Purpose) -> Callable[[View], View]:
    """Declare who may enter. Roles add up; the first purpose that fits the `token` in the address lets somebody in."""
    access = Access(
        everyone=any(isinstance(one, Access) and one.everyone for one in who),
        signed_in=any(isinstance(one, Access) and one.signed_in for one in who),
        half_way=any(isinstance(one, Access) and one.half_way for one in who),
        demo_only=any(isinstance(one, Access) and one.demo_only for one in who),
        roles=frozenset(one for one in who if isinstance(one, Role)),
        purposes=tuple(one for one in who if isinstance(one, Purpose)),
    )

    def mark(view: View) -> View:
        view.__access__ = access  # type: ignore[attr-defined]
        return view

    return mark


@dataclass
class Door:
    """How the door finds people. Replaced by `app.py`."""

    find_actor: Callable[[], Actor | None] = lambda: None
    find_link: Callable[[Purpose, str], Link | None] = lambda purpose, token: None
    sign_in_endpoint: str = "accounts.sign_in"
    second_step_endpoint: str = "accounts.second_step"
    open_endpoints: frozenset[str] = field(default_factory=lambda: frozenset({"static"}))


def init_door(app: Flask, door: Door) -> None:
    app.extensions["door"] = door


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What an endpoint declares; None where it declares nothing."""
    door: Door = app.extensions["door"]
    if endpoint in door.open_endpoints:
        return EVERYONE
    return getattr(app.view_functions.get(endpoint), "__access__", None)


def actor() -> Actor:
    """Who is asking. Found once a request, by session cookie or by the link in the address."""
    found: Actor | None = g.get("actor")
    if found is None:
        door: Door = current_app.extensions["door"]
        found = door.find_actor() or PUBLIC
        g.actor = found
    return found


def link() -> Link:
    """The link that this request came by. Only for endpoints that allow a Purpose."""
    found: Link = g.link
    return found


def enter() -> Response | None:
    """Let the request in (None), send it to sign in, or raise the HTTP error that refuses it."""
    endpoint = request.endpoint or ""
    access = access_of(current_app, endpoint)
    if access is None:
        raise Forbidden
    if access.demo_only and not current_app.config["DEMO"]:
        raise NotFound
    if access.everyone or access.demo_only:
        return None
    if access.purposes:
        _enter_by_link(access)
        return None
    return _enter_by_account(access)


def _enter_by_link(access: Access) -> None:
    door: Door = current_app.extensions["door"]
    token = str((request.view_args or {}).get("token", ""))
    ended = False
    for purpose in access.purposes:
        found = door.find_link(purpose, token)
        if found is not None and found.usable:
            g.link = found
            g.actor = found.actor
            return
        ended = ended or found is not None
    raise Gone if ended else NotFound


def _enter_by_account(access: Access) -> Response | None:
    door: Door = current_app.extensions["door"]
    who = actor()
    if who.kind is not ActorKind.ACCOUNT:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for(door.sign_in_endpoint, next=request.full_path.rstrip("?")), 303)
        raise Unauthorized
    if access.half_way:
        return None
    if who.half_way:
        return redirect(url_for(door.second_step_endpoint, next=request.full_path.rstrip("?")), 303)
    if access.signed_in or who.has(*access.roles):
        return None
    raise Forbidden


def safe_next(target: str | None) -> str | None:
    """`target` if it is the path of a page of ours that can be opened with GET, else None.

    Anything with a scheme, a host, a backslash or a control character is refused before it is matched:
    browsers read `//host`, `/\\host` and `/<TAB>/host` as addresses elsewhere.
    """
    if not target or not target.startswith("/") or len(target) > 2000:
        return None
    if target.startswith("//") or "\\" in target or any(ord(c) < 33 or ord(c) == 127 for c in target):
        return None
    path, _, query = target.partition("?")
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        adapter.match(path.partition("#")[0], method="GET")
    except HTTPException:  # any routing error means: not a page of ours
        return None
    return f"{path}?{query}" if query else path
