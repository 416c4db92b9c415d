"""The audit of what had been done when the demonstration begins, so that histories are not empty."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.demo.actions.scene import Scene
from outreach.events.models import Assignment, Event
from outreach.events.rules import AssignmentStatus
from outreach.visits.models import VisitRequest
from outreach.visits.rules import RequestStatus
from outreach.web.door import ActorKind

DECISIONS = {
    RequestStatus.ACCEPTED: ("visit_request.accept", ActorKind.ACCOUNT),
    RequestStatus.DECLINED: ("visit_request.decline", ActorKind.ACCOUNT),
    RequestStatus.WITHDRAWN: ("visit_request.withdraw", ActorKind.CONTACT),
    RequestStatus.EXPIRED: ("visit_request.expire", ActorKind.SYSTEM),
}
ANSWERS = {
    AssignmentStatus.ACCEPTED: "assignment.accept",
    AssignmentStatus.ATTENDED: "assignment.accept",
    AssignmentStatus.DID_NOT_ATTEND: "assignment.accept",
    AssignmentStatus.DECLINED: "assignment.decline",
    AssignmentStatus.WITHDRAWN: "assignment.decline",
}


def add_audit(scene: Scene) -> None:
    """Who did what to requests, events and assignments, in the order in which it was done."""
    coordinator = scene.accounts["coordinator"].id
    entries: list[dict[str, Any]] = []
    for request in scene.requests:
        entries += _of_request(request, coordinator)
    for event in scene.events:
        entries += _of_event(event, coordinator)
    insert_lines(entries)


def insert_lines(entries: list[dict[str, Any]]) -> None:
    """Write these entries, the earliest first."""
    db.session.execute(insert(AuditEntry), sorted(entries, key=lambda entry: entry["at"]))


def audit_line(row: Any, action: str, at: datetime, kind: ActorKind, actor_id: int | None) -> dict[str, Any]:
    """One entry, as if it had been written at that moment."""
    return {
        "at": at,
        "actor_kind": kind,
        "actor_id": actor_id if kind is not ActorKind.SYSTEM else None,
        "action": action,
        "subject_kind": row.__tablename__,
        "subject_id": row.id,
        "details": {},
    }


def _of_request(request: VisitRequest, coordinator: int) -> list[dict[str, Any]]:
    by_telephone = request.entered_by_id is not None
    asker = (ActorKind.ACCOUNT, request.entered_by_id) if by_telephone else (ActorKind.PUBLIC, None)
    entries = [audit_line(request, "visit_request.ask", request.created_at, *asker)]
    if request.status in DECISIONS and request.decided_at is not None:
        action, kind = DECISIONS[request.status]
        actor_id = coordinator if kind is ActorKind.ACCOUNT else request.contact_id
        entries.append(audit_line(request, action, request.decided_at, kind, actor_id))
    return entries


def _of_event(event: Event, coordinator: int) -> list[dict[str, Any]]:
    entries = [audit_line(event, "event.plan", event.created_at, ActorKind.ACCOUNT, coordinator)]
    if event.published_at is not None:
        entries.append(audit_line(event, "event.publish", event.published_at, ActorKind.ACCOUNT, coordinator))
    if event.cancelled_at is not None:
        entries.append(audit_line(event, "event.cancel", event.cancelled_at, ActorKind.ACCOUNT, coordinator))
    for assignment in event.assignments:
        entries += _of_assignment(assignment, coordinator)
    return entries


def _of_assignment(assignment: Assignment, coordinator: int) -> list[dict[str, Any]]:
    if assignment.status is AssignmentStatus.QUEUED:
        return [audit_line(assignment, "assignment.queue", assignment.created_at, ActorKind.ACCOUNT, coordinator)]
    if assignment.invited_at is None:  # they offered to come
        kind, own = ActorKind.AMBASSADOR, assignment.ambassador_id
        return [audit_line(assignment, "assignment.offer", assignment.created_at, kind, own)]
    invited = assignment.invited_at
    entries = [audit_line(assignment, "assignment.invite", invited, ActorKind.ACCOUNT, coordinator)]
    if assignment.status is AssignmentStatus.LAPSED and assignment.answer_by is not None:
        entries.append(audit_line(assignment, "assignment.lapse", assignment.answer_by, ActorKind.SYSTEM, None))
    answer = ANSWERS.get(assignment.status)
    if answer is not None and assignment.answered_at is not None:
        kind, actor_id = ActorKind.AMBASSADOR, assignment.ambassador_id
        entries.append(audit_line(assignment, answer, assignment.answered_at, kind, actor_id))
    return entries
