"""Two people send the same thing at the same moment: nothing is counted twice, and nobody is overwritten unseen."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from outreach.db import db
from outreach.outcomes.models import Outcome, Rating, Reach
from tests.kit.outcomes import make_visit
from tests.makers import audience
from tests.pages import PageClient

ROUNDS = 5


def send_together(sent: list[tuple[PageClient, dict[str, Any]]]) -> list[int]:
    """Have every person send the form in front of them at once; the statuses, in order."""
    start = threading.Barrier(len(sent))
    statuses: list[int] = []

    def send(person: PageClient, answers: dict[str, Any]) -> None:
        start.wait(timeout=30)
        statuses.append(person.submit("Send", answers, follow=False).status)

    threads = [threading.Thread(target=send, args=one) for one in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(statuses)


def test_two_ambassadors_record_at_once_and_one_is_told(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            visit = make_visit("Amina Khan", "Bryn Owen")
            box = f"people_{audience().id}"
        people = [PageClient(app), PageClient(app)]
        for person, link in zip(people, visit.links, strict=True):
            person.get(link)
        answers = {"happened": "Yes, and I was there", "hours": "1"}
        sent = [(person, answers | {box: str(number)}) for number, person in enumerate(people, start=10)]
        assert send_together(sent) == [303, 422]
        with app.app_context():
            mine = select(Outcome.id).where(Outcome.event_id == visit.event_id)
            assert len(db.session.scalars(mine).all()) == 1
            reached = select(func.count()).select_from(Reach).where(Reach.outcome_id.in_(mine))
            assert db.session.scalar(reached) == 1


def test_a_rating_sent_from_two_browsers_at_once_is_one_rating(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            visit = make_visit()
        people = [PageClient(app), PageClient(app)]
        for person in people:
            person.get(visit.rate)
        answers = {"score": "Good", "ask_again": "Yes"}
        assert send_together([(person, answers) for person in people]) == [303, 303]
        with app.app_context():
            ratings = select(func.count()).select_from(Rating).where(Rating.event_id == visit.event_id)
            assert db.session.scalar(ratings) == 1
