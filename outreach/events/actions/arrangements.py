"""What is arranged for the day: the host says it by their link, or the coordinator writes it down."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict, NotFound
from outreach.events.actions.rows import check_coordinator, lock_event, mark_changed
from outreach.events.models import Arrangements, Event
from outreach.events.queries.arrangements import must_agree, unconfirmed_of
from outreach.events.rules import EventStatus
from outreach.events.rules.arranging import HOST_SAYS, OF_PLACE
from outreach.web.door import Actor, ActorKind


@dataclass(frozen=True)
class HostWords:
    """What a host says of the day, all of it. `agreed`: to every point about keeping the group safe."""

    room: str
    access: str
    parking: str
    contact_name: str
    contact_phone: str
    safeguarding_name: str = ""
    safeguarding_phone: str = ""
    agreed: bool = False


@dataclass(frozen=True)
class CouncilWords:
    """What the coordinator adds: what the ambassador would like in the room, and what they show there."""

    needs: str
    slides: str


def arrange_day(
    actor: Actor, event: Event, said: HostWords, added: CouncilWords | None = None, *, version: str = ""
) -> None:
    """Write down what is arranged: by the contact of the event, or by a coordinator, who may leave things open.

    Emits EventChanged where the visit is confirmed by it, or no longer is: the host's calendar shows that. Saying the
    same again changes nothing. Raises Conflict where somebody else has changed it since `version`.
    """
    host = actor.kind is ActorKind.CONTACT
    if host and event.contact_id != actor.id:
        raise NotFound
    if not host:
        check_coordinator(actor)
    lock_event(event)
    _check_ahead(event)
    if host and must_agree(event) and not (said.agreed and said.safeguarding_name and said.safeguarding_phone):
        raise Conflict("A visit with under-18s is confirmed once you agree to every point and name the lead.", "points")
    row = _locked(event)
    wanted = {name: getattr(said, name) for name in HOST_SAYS} | (asdict(added) if added and not host else {})
    changed = [name for name, words in wanted.items() if (getattr(row, name) if row else "") != words]
    agreed = row is not None and row.host_agreed_at is not None
    if must_agree(event) and said.agreed is not agreed:
        changed.append("agreed")
    if not changed:
        return
    if version != (str(row.version) if row else ""):
        raise Conflict(
            "Somebody else has changed the arrangements since you opened this page. What you wrote is still below. "
            "Open the page again to see theirs, then make your change."
        )
    before = unconfirmed_of(event)
    if row is None:
        row = event.arrangements = Arrangements()
    for name, words in wanted.items():
        setattr(row, name, words)
    if "agreed" in changed:
        row.host_agreed_at = clock.now() if said.agreed else None
    row.changed_at = clock.now()
    record(actor, "event.arrange", event, changed=changed)
    if bool(before) is not bool(unconfirmed_of(event)):
        mark_changed(event)


def forget_place(event: Event) -> None:
    """Take back how one gets in, as the event is elsewhere now. The caller has locked the event."""
    row = _locked(event)
    if row is not None and any(getattr(row, name) for name in OF_PLACE):
        for name in OF_PLACE:
            setattr(row, name, "")
        row.changed_at = clock.now()
        db.session.flush()


def forget_host(event: Event) -> None:
    """Take back all that the host of an event has said, as it has another one now. The caller has locked the event."""
    row = _locked(event)
    if row is None:
        return
    for name in HOST_SAYS:
        setattr(row, name, "")
    row.host_agreed_at, row.changed_at = None, clock.now()
    db.session.flush()


def _check_ahead(event: Event) -> None:
    if event.status is EventStatus.CANCELLED:
        raise Conflict("This visit is cancelled, so nothing has to be arranged any more.")
    if event.status is EventStatus.DONE or event.ends_at <= clock.now():
        raise Conflict("This visit is over, so nothing has to be arranged any more.")


def _locked(event: Event) -> Arrangements | None:
    """The row as it is now. Whoever would make it waits for the event's lock, so nobody else makes it meanwhile."""
    return db.session.scalar(
        select(Arrangements)
        .where(Arrangements.event_id == event.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
