"""The steps of a visit as rows: a request, the event that it becomes, and who was asked to go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from outreach.ambassadors.models import Ambassador
from outreach.clock import local
from outreach.demo.actions.scene import Scene
from outreach.demo.rules import ACCESS, SIZES, TOPICS
from outreach.districts.models import Term
from outreach.districts.rules import Vocabulary
from outreach.events.models import Assignment, Choice, Event, Opening
from outreach.events.rules import (
    ANSWER_WITHIN,
    COMING,
    HOLDING,
    AssignmentStatus,
    ChoiceWay,
    EventStatus,
    answer_by,
)
from outreach.institutions.models import Contact, Institution, Site
from outreach.visits.models import PreferredTime, VisitRequest
from outreach.visits.rules import RequestStatus, answer_due

RECEPTION = "Reception, who take you to the hall"


def verified_contact(scene: Scene, *, staffed: bool | None = None) -> tuple[Contact, Site]:
    """Somebody who may be told who is coming, and one of the sites of their institution.

    `staffed`: only where ambassadors live, so that not every gap in the diary is in the district without any; False:
    only in that one.
    """
    homes, pairs = {one.home_district for one in scene.ambassadors}, verified_pairs(scene)
    chosen = [one for one in pairs if staffed is None or (one[1].district in homes) is staffed]
    return scene.chance.choice(chosen or pairs)


def verified_pairs(scene: Scene) -> list[tuple[Contact, Site]]:
    """Everybody who may be told who is coming, with each site of their institution."""
    return [
        (contact, site)
        for contacts in scene.contacts.values()
        for contact in contacts
        for site in contact.institution.sites
        if contact.verified_at is not None
    ]


def popular_pairs(scene: Scene) -> list[tuple[Contact, Site]]:
    """The same, one of each institution: first those with most people around who can come at any time."""
    ranked = sorted(verified_pairs(scene), key=lambda pair: -scene.register.count_around(pair[1]))
    return list({contact.institution.id: (contact, site) for contact, site in reversed(ranked)}.values())[::-1]


def unverified_contact(scene: Scene) -> tuple[Contact, Site]:
    contact = scene.chance.choice(
        [one for contacts in scene.contacts.values() for one in contacts if one.verified_at is None]
    )
    return contact, contact.institution.sites[0]


def ask(
    scene: Scene, contact: Contact, site: Site, days: Iterable[date], asked: datetime, *, online: bool = False
) -> VisitRequest:
    """A new request for a visit on one of some days."""
    activity = scene.any_term(Vocabulary.ACTIVITY)
    size = max(5, round(SIZES.get(activity.code, 20) * scene.chance.uniform(0.4, 1.4)))
    spans = [scene.span(day, activity) for day in days]
    request = VisitRequest(
        reference=scene.reference("VR"),
        status=RequestStatus.NEW,
        institution=contact.institution,
        site=site,
        contact=contact,
        activity=activity,
        audience=scene.any_term(Vocabulary.AUDIENCE),
        audience_size=size,
        online=online,
        topic_notes=scene.chance.choice(TOPICS),
        access_notes="" if online else scene.chance.choice(ACCESS),
        supervisor=f"{contact.name}, {contact.job_title.lower()}",
        created_at=asked,
        answer_by=answer_due(local(asked).date(), scene.answer_days),
        decline_words="",
        times=[PreferredTime(position=n, starts_at=a, ends_at=b) for n, (a, b) in enumerate(spans, start=1)],
    )
    contact.last_used_at = max(contact.last_used_at, asked)
    scene.requests.append(request)
    return request


def plan(scene: Scene, request: VisitRequest, needed: int = 1) -> Event:
    """Accept a request for its first date, some days after it was asked: an event, planned."""
    decided = min(request.created_at + timedelta(days=scene.chance.randint(1, 7)), scene.before(1))
    request.status = RequestStatus.ACCEPTED
    request.decided_at = max(decided, request.created_at + timedelta(minutes=30))
    wanted = request.times[0]
    place = "Online" if request.online else _place(request.institution, request.site)
    event = _event(
        scene, f"{request.activity.label} at {request.institution.name}", request.activity, request.audience, place
    )
    scene.asked[event] = request
    event.institution, event.site, event.contact = request.institution, request.site, request.contact
    event.district, event.district_id = request.site.district, request.site.district_id
    event.online = request.online
    event.starts_at, event.ends_at = wanted.starts_at, wanted.ends_at
    event.audience_size = request.audience_size
    event.supervisor = request.supervisor
    event.notes = "\n".join(words for words in (request.topic_notes, request.access_notes) if words)
    event.needed = needed
    event.created_at = event.changed_at = request.decided_at
    return _added(scene, event)


def log_event(scene: Scene, day: date, needed: int, site: Site | None = None) -> Event:
    """A fair, an open day or the like that nobody asked for by form: public, once it is published."""
    activity = scene.term(
        Vocabulary.ACTIVITY, scene.chance.choice(("careers_fair", "careers_fair", "open_day", "family_day"))
    )
    site = site or scene.chance.choice(scene.sites())
    event = _event(
        scene,
        f"{activity.label}, {site.town}",
        activity,
        scene.any_term(Vocabulary.AUDIENCE),
        _place(site.institution, site),
    )
    event.institution, event.site = site.institution, site
    event.district, event.district_id = site.district, site.district_id
    event.starts_at, event.ends_at = scene.span(day, activity)
    event.audience_size = SIZES.get(activity.code, 20)
    event.public_words = "Meet people who work in care, and ask them anything. No need to book."
    event.needed = needed
    event.created_at = event.changed_at = min(
        event.starts_at - timedelta(days=scene.chance.randint(30, 80)), scene.before(2)
    )
    if event.audience is not None and event.audience.under_18:
        event.supervisor = RECEPTION
    if scene.chance.random() < 0.85:
        event.published_at = event.created_at + timedelta(hours=1)
    return _added(scene, event)


def _place(institution: Institution, site: Site) -> str:
    """Where it is, with the town once: the invented institutions are called after theirs."""
    return institution.name if site.town in institution.name else f"{institution.name}, {site.town}"


def _event(scene: Scene, title: str, activity: Term, audience: Term, place: str) -> Event:
    return Event(
        reference=scene.reference("EV"),
        title=title,
        status=EventStatus.PLANNED,
        activity=activity,
        activity_id=activity.id,
        audience=audience,
        audience_id=audience.id,
        online=False,
        place=place,
        supervisor="",
        notes="",
        public_words="",
        uid_public=scene.uid(),
        uid_staff=scene.uid(),
        sequence=0,
    )


def _added(scene: Scene, event: Event) -> Event:
    event.openings.append(
        Opening(
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            needed=event.needed,
            qualified_needed=0,
            created_at=event.created_at,
        )
    )
    scene.events.append(event)
    return event


def invite(
    scene: Scene,
    event: Event,
    status: AssignmentStatus,
    who: Ambassador | None = None,
    opening: Opening | None = None,
    *,
    at: datetime | None = None,
    within: timedelta = ANSWER_WITHIN,
    way: ChoiceWay = ChoiceWay.SHORTLIST,
    against_wishes: bool = False,
) -> Assignment | None:
    """Ask somebody from the shortlist, and go straight to a later state; None when nobody is left to ask.

    They are asked to the event's first opening, unless another is given, and why them is kept.
    """
    opening = opening or event.openings[0]
    invited = at or _asked_at(scene, event, status)
    chosen = scene.register.choose(scene.chance, opening, invited, who, against_wishes=against_wishes)
    if chosen is None:
        return None
    due = answer_by(local(invited), local(opening.starts_at), within)
    answered = min(_awake(invited + timedelta(hours=scene.chance.randint(1, 60))), due, scene.now)
    coordinator = scene.accounts["coordinator"].id
    silent = status in (AssignmentStatus.INVITED, AssignmentStatus.LAPSED, AssignmentStatus.QUEUED)
    assignment = Assignment(
        event=event,
        opening=opening,
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        ambassador=chosen[0],
        status=status,
        assigned_by_id=coordinator,
        invited_at=invited,
        answer_by=due,
        answered_at=None if silent else answered,
        words="",
        created_at=invited,
    )
    if status in (AssignmentStatus.DECLINED, AssignmentStatus.WITHDRAWN):
        assignment.reason = scene.any_term(Vocabulary.CANNOT_COME_REASON)
    if status in COMING and assignment.ends_at <= scene.now:
        assignment.checked_out_at = assignment.ends_at
    scene.register.put_down(assignment, opening)
    scene.choices.append(
        Choice(assignment=assignment, made_at=invited, made_by_id=coordinator, way=way, **chosen[1].columns())
    )
    return assignment


def _awake(moment: datetime) -> datetime:
    """By night nobody answers: the same so many hours later."""
    return moment + timedelta(hours=9) if local(moment).hour < 7 else moment


def _asked_at(scene: Scene, event: Event, status: AssignmentStatus) -> datetime:
    """When somebody was asked: soon after the event was planned, and lately if they have still to answer."""
    invited = min(event.created_at + timedelta(days=scene.chance.randint(0, 5)), event.starts_at - timedelta(days=1))
    if status is AssignmentStatus.INVITED or invited > scene.now:
        invited = max(event.created_at, scene.before(2))
    return invited


def call_off(scene: Scene, event: Event) -> None:
    """Cancel an event; whoever was to come no longer is."""
    event.status = EventStatus.CANCELLED
    event.cancelled_at = min(event.starts_at - timedelta(days=scene.chance.randint(1, 9)), scene.before(1))
    event.changed_at = event.cancelled_at
    reason = scene.any_term(Vocabulary.CANCEL_REASON)
    event.cancel_reason_id = reason.id
    event.sequence += 1
    for assignment in event.assignments:
        if assignment.status in HOLDING:
            assignment.status = AssignmentStatus.WITHDRAWN
