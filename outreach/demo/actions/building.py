"""Building the demo county into an empty one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from outreach.ambassadors.models import Ambassador
from outreach.db import db
from outreach.demo.actions.answering import add_answers
from outreach.demo.actions.arranging import add_arrangements
from outreach.demo.actions.auditing import add_audit
from outreach.demo.actions.coming import add_coming
from outreach.demo.actions.happening import add_happening
from outreach.demo.actions.history import add_history
from outreach.demo.actions.joining import add_joining
from outreach.demo.actions.mailing import add_mails
from outreach.demo.actions.offering import add_offers_instead
from outreach.demo.actions.opening import add_openings
from outreach.demo.actions.own_pages import add_thanks, add_weeks
from outreach.demo.actions.people import add_accounts, add_ambassadors
from outreach.demo.actions.places import add_contacts, add_institutions
from outreach.demo.actions.promising import add_promise
from outreach.demo.actions.referring import add_referring
from outreach.demo.actions.scene import new_scene, open_register, save
from outreach.demo.actions.schools import add_school_days, choose_in_demand
from outreach.demo.actions.subscribing import add_subscriptions
from outreach.demo.actions.term_plan import add_plan
from outreach.demo.actions.working import add_working
from outreach.errors import Conflict
from outreach.events.rules import EventChanged
from outreach.web.facts import emit

SIZES = ("county",)


def is_built() -> bool:
    """Whether there is anybody in the register: then the county is no longer empty."""
    return bool(db.session.scalar(select(func.count()).select_from(Ambassador)))


def build_demo(seed: int, today: date, size: str = "county") -> dict[str, int]:
    """Invent the county's people and two years of their visits. Returns how many of each there are.

    The county file must be loaded. The same seed and day give the same rows; only the tokens of private
    links differ. Emits EventChanged for every event, so that the calendars show them. Raises Conflict
    where there are ambassadors already, and for a size it does not know.
    """
    if size not in SIZES:
        raise Conflict(f"There is no demo of the size {size!r}: choose {' or '.join(SIZES)}.")
    if is_built():
        raise Conflict("There are ambassadors in this county already: the demo goes into an empty one.")
    scene = new_scene(seed, today)
    if not scene.districts:
        raise Conflict("The county file has not been loaded.")
    add_accounts(scene)
    add_institutions(scene)
    add_ambassadors(scene)
    add_contacts(scene)
    choose_in_demand(scene)
    add_weeks(scene)
    add_promise(scene)
    add_working(scene)
    open_register(scene)
    add_happening(scene)
    add_history(scene)
    add_school_days(scene)
    add_coming(scene)
    add_openings(scene)
    save(scene)
    add_arrangements(scene)
    add_offers_instead(scene)
    add_audit(scene)
    add_mails(scene)
    referrals = add_referring(scene)
    add_thanks(scene)
    add_joining(scene)
    add_answers(scene)
    add_plan(scene)
    for event in scene.events:
        emit(EventChanged(event.id))
    add_subscriptions(scene)
    return {
        "districts": len(scene.districts),
        "ambassadors": len(scene.ambassadors),
        "institutions": len(scene.institutions),
        "requests": len(scene.requests),
        "events": len(scene.events),
        "referrals": referrals,
    }
