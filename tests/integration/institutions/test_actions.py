"""Acts on institutions that other features build on, and races between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.db import begin_writing, db
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.institutions import actions, queries
from outreach.institutions.models import Contact, Institution
from outreach.institutions.rules import NamesChanged
from outreach.outbox.actions import AddressCorrected
from outreach.outbox.rules import RecipientKind
from outreach.web.door import PUBLIC, SYSTEM, Actor, ActorKind, Role
from tests import makers

ROUNDS = 5


@pytest.fixture
def told(app: Flask) -> Iterator[list[NamesChanged]]:
    """A place to call actions in, and the changed names that they tell."""
    found: list[NamesChanged] = []
    handlers = app.extensions["facts"].setdefault(NamesChanged, [])
    handlers.append(found.append)
    with app.test_request_context():
        yield found
    handlers.remove(found.append)


def coordinator() -> Actor:
    account = makers.make_account(Role.COORDINATOR)
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.COORDINATOR}))


def add(name: str = "New Academy", home: str = "worcester") -> Institution:
    kind = makers.term(Vocabulary.INSTITUTION_KIND, "school")
    return actions.add_unlisted_institution(PUBLIC, name=name, kind=kind, district=makers.district(home), town="Town")


def contact_of(at: Institution, **changed: str) -> Contact:
    given = {"name": "Priya Shah", "email": "priya@school.example", "phone": "01905 555 0111", "job_title": "Head"}
    return actions.find_or_add_contact(PUBLIC, at, **(given | changed))


def test_anybody_may_name_an_institution_which_nobody_has_vouched_for(told: list[NamesChanged]) -> None:
    added = add()
    assert (added.listed_at, [site.name for site in added.sites]) == (None, ["Main site"])
    assert added not in queries.list_listed()
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "institution.add"))
    assert (entry.actor_kind, entry.details) == (ActorKind.PUBLIC, {"kind": "school"})


def test_a_name_known_in_the_district_is_the_known_institution(told: list[NamesChanged]) -> None:
    listed = makers.make_institution("École Été")
    assert add("ÉCOLE  été") is listed
    assert add("École Été", "redditch") is not listed
    assert add("New Academy") is add("new academy")


def test_the_list_to_choose_from_is_by_name_with_sites(told: list[NamesChanged]) -> None:
    makers.make_institution("Aardvark School")
    found = queries.list_listed()
    assert [one.name for one in found] == sorted(one.name for one in found)
    assert all(one.sites[0].district.name for one in found)


def test_a_contact_is_added_once_and_its_details_follow_until_verified(told: list[NamesChanged]) -> None:
    at = makers.make_institution()
    first = contact_of(at)
    first.last_used_at -= timedelta(days=30)
    again = contact_of(at, name="P Shah", email="PRIYA@school.example", job_title="Principal")
    assert again is first
    assert (again.name, again.job_title) == ("P Shah", "Principal")
    assert clock.now() - again.last_used_at < timedelta(minutes=1)
    actions.verify_contact(coordinator(), first, makers.term(Vocabulary.VERIFIED_HOW, "met"))
    verified = contact_of(at, name="Mallory", phone="01632 960 001")
    assert (verified.id, verified.name, verified.phone) == (first.id, "P Shah", "01905 555 0111")
    assert contact_of(makers.make_institution()).id != first.id


@pytest.mark.parametrize("actor", [PUBLIC, SYSTEM, Actor(ActorKind.ACCOUNT, 1, roles=frozenset({Role.ADMINISTRATOR}))])
def test_only_a_coordinator_vouches_and_verifies(told: list[NamesChanged], actor: Actor) -> None:
    contact = makers.make_contact(makers.make_institution(listed=False), verified=False)
    details = actions.ContactDetails("X", "x@school.example", "01905 555 0111", "Head")
    site = actions.SiteDetails("X", "", "X", "", makers.district())
    at, kind = contact.institution, contact.institution.kind
    refused: list[Callable[[], Any]] = [
        lambda: actions.verify_contact(actor, contact, makers.term(Vocabulary.VERIFIED_HOW, "met")),
        lambda: actions.list_institution(actor, at),
        lambda: actions.edit_contact(actor, contact, details),
        lambda: actions.add_contact(actor, at, details),
        lambda: actions.add_site(actor, at, site),
        lambda: actions.edit_site(actor, at.sites[0], site, "1"),
        lambda: actions.edit_institution(actor, at, name="X", kind=kind, version="1"),
        lambda: actions.add_institution(actor, name="X", kind=kind, site=site),
    ]
    for act in refused:
        with pytest.raises(NotAllowed):
            act()
    assert not db.session.dirty
    assert (contact.verified_at, at.listed_at, told) == (None, None, [])


def test_renames_are_told_and_other_changes_are_not(told: list[NamesChanged]) -> None:
    cora, at = coordinator(), makers.make_institution("Old Name")
    college = makers.term(Vocabulary.INSTITUTION_KIND, "college")
    actions.edit_institution(cora, at, name="Old Name", kind=college, version=str(at.version))
    assert told == []
    actions.edit_institution(cora, at, name="New Name", kind=college, version=str(at.version))
    assert told == [NamesChanged(at.id)]
    site = at.sites[0]
    same = actions.SiteDetails(site.name, site.address, site.town, site.postcode, site.district)
    actions.edit_site(cora, site, same, str(site.version))
    assert told == [NamesChanged(at.id)]
    moved = actions.SiteDetails(site.name, "2 Other Road", site.town, site.postcode, site.district)
    actions.edit_site(cora, site, moved, str(site.version))
    assert told == [NamesChanged(at.id)] * 2


def test_a_corrected_address_reaches_the_contact_and_must_be_verified(told: list[NamesChanged]) -> None:
    contact = makers.make_contact(verified=True)
    actions.correct_address(AddressCorrected(SYSTEM, RecipientKind.AMBASSADOR, contact.id, "x@college.example"))
    assert contact.verified_at
    actions.correct_address(AddressCorrected(SYSTEM, RecipientKind.CONTACT, contact.id, "X@college.example"))
    assert (contact.email, contact.verified_at) == ("x@college.example", None)
    taken = makers.make_contact()
    with pytest.raises(Conflict):
        actions.correct_address(AddressCorrected(SYSTEM, RecipientKind.CONTACT, contact.id, taken.email))


def test_what_is_not_there_is_not_found(told: list[NamesChanged]) -> None:
    for get in (queries.get_institution, queries.get_site, queries.get_contact):
        with pytest.raises(NotFound):
            get(999_999)


# Races


def at_once(app: Flask, act: Callable[[], object], times: int = 3, *, lock: bool = True) -> list[str]:
    """Run an act in so many threads, each in a transaction of its own as a request has; how each ended.

    Without `lock` a transaction begins as SQLite would begin it by itself.
    """
    gate = threading.Barrier(times)
    ends: list[str] = []

    def run() -> None:
        with app.test_request_context():
            gate.wait(10)
            try:
                if lock:
                    begin_writing(db.session())
                act()
                db.session.commit()
                ends.append("done")
            except Conflict as conflict:
                db.session.rollback()
                ends.append(conflict.message)
            except OperationalError as error:
                db.session.rollback()
                ends.append(str(error.orig))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ends) == times
    return sorted(ends)


def count(query: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def test_one_name_is_added_once(app: Flask) -> None:
    for number in range(ROUNDS):
        assert at_once(app, lambda name=f"Raced {number}": add(name)) == ["done"] * 3  # type: ignore[misc]
    with app.app_context():
        assert count(select(Institution.id).where(Institution.name.startswith("Raced")).subquery()) == ROUNDS


def test_one_contact_is_added_once(app: Flask) -> None:
    with app.app_context():
        id = makers.make_institution().id
    for number in range(ROUNDS):

        def act(email: str = f"p{number}@school.example") -> None:
            contact_of(db.session.get_one(Institution, id), email=email)

        assert at_once(app, act) == ["done"] * 3
    with app.app_context():
        assert count(Contact.__table__) == ROUNDS
        assert count(select(AuditEntry.id).where(AuditEntry.action == "contact.add").subquery()) == ROUNDS


def test_the_race_for_a_contact_is_there(app: Flask) -> None:
    """The control: without the constraint, and on SQLite without the write lock, the race is lost."""
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
        if not sqlite:
            db.session.execute(text("ALTER TABLE contact DROP CONSTRAINT uq_contact_institution_id_email"))
            db.session.commit()
        id = makers.make_institution().id
    read, written = threading.Barrier(2), threading.Barrier(2)

    def act() -> None:
        at = db.session.get_one(Institution, id)
        assert queries.find_contact(at, "priya@school.example") is None
        read.wait(10)
        contact_of(at)
        if not sqlite:
            written.wait(10)

    ends = at_once(app, act, 2, lock=False)
    assert ends == (["database is locked", "done"] if sqlite else ["done", "done"])
    with app.app_context():
        assert count(Contact.__table__) == (1 if sqlite else 2)


def test_one_contact_is_verified_once(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            id, who = makers.make_contact(verified=False).id, coordinator()

        def verify(id: int = id, who: Actor = who) -> None:
            contact = db.session.get_one(Contact, id)
            actions.verify_contact(who, contact, makers.term(Vocabulary.VERIFIED_HOW, "met"))

        assert at_once(app, verify, 2) == ["This contact has already been verified.", "done"]
