"""An order of three, from the first mail to the last, driven by the worker's clock and over a real mail server."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from outreach.events.rules import OrderStatus, remind_from
from outreach.worker import Worker
from tests.kit.clocks import move_to
from tests.kit.ordering import ASKED, COMING, CORA, NOT, SAID_NO, SILENT, WAITS, World
from tests.kit.smtp import SmtpServer
from tests.pages import PageClient

Act = Callable[..., Any]
COORDINATOR = "the coordinator"
MINUTE = timedelta(minutes=1)


class Postbag:
    """What has come for somebody since it was last looked into."""

    def __init__(self, world: World, smtp: SmtpServer) -> None:
        self.world, self.smtp, self.seen = world, smtp, dict[str, int]()

    def of(self, name: str) -> list[Any]:
        address = CORA if name == COORDINATOR else self.world.mailbox(name)
        found = [one for one in self.smtp.to(address) if self.world.reference in one.text]
        fresh = found[self.seen.get(address, 0) :]
        self.seen[address] = len(found)
        return fresh

    def subjects(self, name: str) -> list[str]:
        return [one.subject.split(":")[0].strip() for one in self.of(name)]


def link_in(mail: Any) -> str:
    found = re.search(r"http://localhost(/invitations/\S+)", mail.text)
    assert found is not None
    return found[1]


def test_the_first_declines_the_second_is_silent_and_the_third_accepts(
    app: Flask, world: World, smtp_server: SmtpServer, later: Act
) -> None:
    worker, bag = Worker(app), Postbag(world, smtp_server)
    world.start(answer_hours=24, words="Bring your stories")
    worker.run_once()
    (asked,) = bag.of("Asha")
    assert re.match(r"Answer needed by \w+ \d+ \w+( \d+)?, ", asked.subject)
    assert "Bring your stories" in asked.text
    assert bag.of("Ben") == bag.of("Cara") == []

    # Asha says no by her link; Ben is asked at once, without a round of the worker but that which mails.
    phone = PageClient(app)
    phone.get(link_in(asked))
    phone.click("No, I cannot come")
    phone.submit("I cannot come", {"reason": "on_shift"})
    assert world.states() == [SAID_NO, ASKED, WAITS]
    worker.run_once()
    (asked,) = bag.of("Ben")
    assert bag.subjects(COORDINATOR) == []

    # Ben opens it and is silent: reminded halfway, once, and let go when his time is over.
    late = PageClient(app)
    late.get(link_in(asked))
    with app.app_context():
        row = world.row("Ben")
        assert row.invited_at is not None
        assert row.answer_by is not None
        halfway, due = remind_from(row.invited_at, row.answer_by), row.answer_by
        assert halfway is not None
    for moment, subjects in (
        (halfway - 62 * MINUTE, []),
        (halfway + MINUTE, ["Answer needed by"]),
        (due - 2 * MINUTE, []),
    ):
        move_to(moment)
        worker.run_once()
        assert [one[:16] for one in bag.subjects("Ben")] == subjects
    assert world.states() == [SAID_NO, ASKED, WAITS]
    move_to(due + 16 * MINUTE)
    worker.run_once()
    assert world.states() == [SAID_NO, SILENT, ASKED]
    assert bag.subjects("Ben") == ["No answer needed any more"]
    assert bag.subjects(COORDINATOR) == []
    assert late.submit("Yes, I can come", status=422).has("did not answer")
    assert late.get(link_in(asked)).has("The time to answer is over")

    # Cara says yes; the order rests, and nobody hears any more.
    worker.run_once()
    (asked,) = bag.of("Cara")
    phone = PageClient(app)
    phone.get(link_in(asked))
    assert phone.submit("Yes, I can come").has("You are going")
    worker.run_once()
    assert world.states() == [SAID_NO, SILENT, COMING]
    assert bag.subjects("Cara") == ["No answer needed"]
    # Asha’s calendar was emptied by the mail that confirmed her no; that is all.
    assert [bag.subjects("Asha"), bag.subjects("Ben")] == [["No answer needed"], []]
    assert world.order_status() is OrderStatus.RUNNING

    # Cara drops out again: nobody is left, and the coordinators get one mail that says who said what.
    phone.click("I can no longer come")
    phone.submit("I can no longer come", {"reason": "on_leave"})
    worker.run_once()
    assert world.states() == [SAID_NO, SILENT, NOT]
    (told,) = bag.of(COORDINATOR)
    assert told.subject.startswith("Action needed: nobody is left in the order for ")
    for words in ("Asha Patel said no", "Ben Carter did not answer in time", "Cara Doyle had said yes"):
        assert words in told.text
    assert world.order_status() is OrderStatus.ENDED
