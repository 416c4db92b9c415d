"""What the makers of the demo county share: its dice, its day, its words, and who is busy when."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account
from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.demo.actions.choosing import Register
from outreach.demo.rules import HOURS, Names, reference
from outreach.districts.models import District, Term
from outreach.districts.queries import get_county
from outreach.districts.rules import Vocabulary
from outreach.events.models import Assignment, Choice, Event
from outreach.institutions.models import Contact, Institution, Site
from outreach.outcomes.models import Outcome, Rating
from outreach.visits.models import VisitRequest
from outreach.web.keys import ALPHABET

Span = tuple[datetime, datetime]


@dataclass
class Scene:
    """The county while it is being invented. `now` is the last midnight: what is over and done lies before it."""

    chance: random.Random
    today: date
    moment: datetime  # as it is loaded, or at ten in the morning of another day
    names: Names
    districts: list[District]
    terms: dict[Vocabulary, dict[str, Term]]
    answer_days: int
    accounts: dict[str, Account] = field(default_factory=dict)
    ambassadors: list[Ambassador] = field(default_factory=list)
    institutions: list[Institution] = field(default_factory=list)
    contacts: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    requests: list[VisitRequest] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    asked: dict[Event, VisitRequest] = field(default_factory=dict)
    outcomes: list[Outcome | Rating] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    dropped_out: Assignment | None = None  # of a visit of today or tomorrow
    in_demand: Ambassador | None = None  # whom schools like
    register: Register = field(init=False)  # who can be asked to what, once all has been said of people

    @property
    def now(self) -> datetime:
        return clock.start_of(self.today)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return clock.to_utc(day, time(hour, minute))

    def before(self, days: float) -> datetime:
        """An instant so many days ago, at some minute of that day."""
        return self.now - timedelta(days=days, minutes=self.chance.randint(0, 600))

    def term(self, vocabulary: Vocabulary, *codes: str) -> Term:
        """The first of these words that the county has, or one of those it has: another county has others."""
        offered = self.terms[vocabulary]
        for code in codes:
            if code in offered:
                return offered[code]
        return self.chance.choice(list(offered.values()))

    def any_term(self, vocabulary: Vocabulary) -> Term:
        return self.chance.choice(list(self.terms[vocabulary].values()))

    def reference(self, prefix: str) -> str:
        return reference(self.chance, prefix, ALPHABET)

    def uid(self) -> str:
        host: str = current_app.config["HOST"]
        return f"{self.chance.getrandbits(128):032x}@{host}"

    def span(self, day: date, activity: Term) -> Span:
        """A visit of this kind on a day, begun between nine and three."""
        starts = self.at(day, self.chance.choice((9, 10, 11, 13, 14)), self.chance.choice((0, 0, 30)))
        return starts, starts + timedelta(hours=HOURS.get(activity.code, 1))

    def sites(self) -> list[Site]:
        return [site for institution in self.institutions if institution.listed_at for site in institution.sites]


def new_scene(seed: int, today: date) -> Scene:
    """An empty scene in the county that is loaded."""
    chance = random.Random(f"demo {seed}")  # noqa: S311 it must be the same again for the same seed
    terms: dict[Vocabulary, dict[str, Term]] = {vocabulary: {} for vocabulary in Vocabulary}
    for term in db.session.scalars(select(Term).where(Term.offered.is_(True)).order_by(Term.position, Term.id)):
        terms[term.vocabulary][term.code] = term
    districts = list(db.session.scalars(select(District).order_by(District.row, District.column, District.id)))
    moment = clock.now().replace(second=0, microsecond=0) if today == clock.today() else clock.to_utc(today, time(10))
    return Scene(chance, today, moment, Names(chance), districts, terms, get_county().answer_within_working_days)


def open_register(scene: Scene) -> None:
    """From now on people can be asked: all that rules them in or out has been said of them."""
    db.session.flush()
    vocabularies = (Vocabulary.ACTIVITY, Vocabulary.AUDIENCE, Vocabulary.QUALIFICATION)
    activities, audiences, qualifications = (list(scene.terms[one].values()) for one in vocabularies)
    words = (activities, audiences, qualifications)
    year = timedelta(days=365)
    scene.register = Register(scene.ambassadors, scene.districts, words, (scene.today - 2 * year, scene.today + year))
    scene.register.kept_free = scene.in_demand


def save(scene: Scene) -> None:
    """Write what was invented, in rounds: events name their requests by number, outcomes and choices their events."""
    db.session.add_all(scene.requests)
    db.session.flush()
    for event, request in scene.asked.items():
        event.visit_request_id = request.id
    db.session.add_all(scene.events)
    db.session.flush()
    db.session.add_all([*scene.outcomes, *scene.choices])
    db.session.flush()
