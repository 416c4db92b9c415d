"""The application factory: the only file that knows every feature."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask, g, request, url_for
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config
from outreach import clock
from outreach.accounts import actions as account_actions
from outreach.accounts import privacy as account_privacy
from outreach.accounts import queries as account_queries
from outreach.accounts import session as account_session
from outreach.accounts import views as account_views
from outreach.ambassadors import actions as ambassador_actions
from outreach.ambassadors import privacy as ambassador_privacy
from outreach.ambassadors import views as ambassador_views
from outreach.ambassadors.actions.digest import send_digest
from outreach.ambassadors.rules import AddressChanged, AmbassadorChanged, AmbassadorStopped, DaysAwayAdded
from outreach.audit import models as _audit_models  # noqa: F401 the table must be known
from outreach.audit import privacy as audit_privacy
from outreach.calendars import actions as calendar_actions
from outreach.calendars import privacy as calendar_privacy
from outreach.calendars import views as calendar_views
from outreach.calendars.actions import private as private_calendars
from outreach.db import db, init_db
from outreach.demo import views as demo_views
from outreach.districts import privacy as district_privacy
from outreach.districts.models import County
from outreach.districts.queries import find_county
from outreach.events import actions as event_actions
from outreach.events import privacy as event_privacy
from outreach.events import views as event_views
from outreach.events.queries.children import child_record_of
from outreach.events.rules import AmbassadorAnswered, EventCancelled, EventChanged, EventMoved
from outreach.institutions import actions as institution_actions
from outreach.institutions import privacy as institution_privacy
from outreach.institutions import views as institution_views
from outreach.institutions.rules import ContactChanged, ContactVerified, NamesChanged
from outreach.outbox import privacy as outbox_privacy
from outreach.outbox.actions import AddressCorrected
from outreach.outcomes import actions as outcome_actions
from outreach.outcomes import privacy as outcome_privacy
from outreach.outcomes import views as outcome_views
from outreach.privacy import actions as privacy_actions
from outreach.privacy import views as privacy_views
from outreach.referrals import privacy as referral_privacy
from outreach.referrals import views as referral_views
from outreach.referrals.actions import ending as referral_ending
from outreach.referrals.actions import ledger as referral_ledger
from outreach.referrals.actions import reminding as referral_reminding
from outreach.referrals.rules.stages import CandidateClosed, CandidateReopened, StageCorrected, StageReached
from outreach.replies import privacy as reply_privacy
from outreach.replies import views as reply_views
from outreach.reports import views as report_views
from outreach.visits import privacy as visit_privacy
from outreach.visits import views as visit_views
from outreach.visits.actions import jobs as visits_jobs
from outreach.visits.actions import telling as visits_telling
from outreach.web.components import init_page_kit
from outreach.web.door import ActorKind, Door, Role, actor, init_door
from outreach.web.errors import init_errors
from outreach.web.facts import init_facts, on
from outreach.web.headers import init_headers
from outreach.web.logs import init_logs
from outreach.web.touches import init_touches
from outreach.web.transaction import Application, once_key

STATIC = Path(__file__).parent / "static"
LARGEST_BODY = 2 * 1024 * 1024

BLUEPRINTS = (
    account_views.bp,
    ambassador_views.bp,
    calendar_views.bp,
    demo_views.bp,
    event_views.bp,
    institution_views.bp,
    outcome_views.bp,
    privacy_views.bp,
    referral_views.bp,
    reply_views.bp,
    report_views.bp,
    visit_views.bp,
)

# What the features keep of people and others: the retention engine and the privacy notice go by it.
KEEPS = (
    *ambassador_privacy.KEEPS,
    *visit_privacy.KEEPS,
    *institution_privacy.KEEPS,
    *event_privacy.KEEPS,
    *outcome_privacy.KEEPS,
    *account_privacy.KEEPS,
    *outbox_privacy.KEEPS,
    *audit_privacy.KEEPS,
    *calendar_privacy.KEEPS,
    *district_privacy.KEEPS,
    *referral_privacy.KEEPS,
    *reply_privacy.KEEPS,
)


# A list of everybody makes thousands of objects and no cycles among them: to look for some after every 700, as is
# usual, took a tenth of the time of the shortlist at 361 people, and half at 3,610.
OBJECTS_BETWEEN_COLLECTIONS = 20_000


def create_app(config: Config) -> Application:
    """An application on one configuration. Touches no database until it is asked something."""
    app = Application("outreach", static_folder=str(STATIC), static_url_path="/static")
    app.config.update(_settings(config))
    app.extensions["config"] = config
    app.extensions["keeps"] = list(KEEPS)
    clock.set_offset(timedelta(seconds=config.clock_offset_seconds))
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    init_logs(app)
    init_db(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    CSRFProtect(app)
    init_page_kit(app)
    init_headers(app, config.base_url)
    init_errors(app)
    init_facts(app)
    init_touches(app)
    init_door(app, Door(find_actor=account_session.find_actor, find_link=account_queries.find_link))
    account_views.council.init_council_sign_in(app, config)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.globals.update(county=LocalProxy(_county), navigation=_navigation, once_key=once_key, actor=actor)
    # The record of an ambassador is a page of a lower feature, and has a part that only the events can tell.
    app.jinja_env.globals.update(child_record=child_record_of)
    _wire(app)
    calendar_views.feeds.init_feeds(app, config.base_url)
    return app


def _settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "HASH_KEY": config.hash_key,
        "MAIL_REPLIES": config.mail_replies,
        "BASE_URL": config.base_url,
        "HOST": config.host,
        "DEMO": config.demo,
        "COUNCIL_EMAIL_DOMAINS": config.council_email_domains,
        "OIDC": config.oidc,
        "SQLALCHEMY_DATABASE_URI": _driver(config.database_url),
        # An error's text must not carry the values of the row that it is about into a log.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "SESSION_COOKIE_NAME": "__Host-visitor" if config.https else "visitor",
        "SESSION_COOKIE_SECURE": config.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the visitor's cookie: somebody may fill a form in over lunch
        "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, which our own policy withholds
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": sorted({config.host, *(("localhost", "127.0.0.1") if config.demo else ())}),
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _driver(url: str) -> str:
    """`postgres://`, as hosts write it, is PostgreSQL."""
    return "postgresql" + url.removeprefix("postgres") if url.startswith("postgres://") else url


def _wire(app: Flask) -> None:
    """Connect facts that lower features tell to the higher ones that act on them, in the same transaction."""
    on(app, AddressCorrected, account_actions.correct_address)
    on(app, AddressCorrected, ambassador_actions.correct_address)
    on(app, AddressCorrected, ambassador_actions.correct_manager_address)
    on(app, AddressCorrected, institution_actions.correct_address)
    on(app, AddressCorrected, event_actions.follow_corrected_address)
    on(app, EventChanged, calendar_actions.follow_event)
    on(app, AmbassadorStopped, event_actions.follow_stopped_ambassador)
    on(app, AmbassadorStopped, private_calendars.follow_stopped_ambassador)
    on(app, AddressChanged, event_actions.follow_new_address)
    on(app, DaysAwayAdded, event_actions.follow_days_away)
    on(app, NamesChanged, event_actions.follow_new_names)
    on(app, ContactChanged, event_actions.follow_contact)
    on(app, ContactVerified, event_actions.follow_contact)
    on(app, AmbassadorChanged, event_actions.follow_ambassador)
    on(app, AmbassadorAnswered, visits_telling.tell_who_is_coming)
    on(app, AmbassadorAnswered, event_actions.follow_answer)
    on(app, AmbassadorAnswered, event_actions.tell_host_who_is_coming)
    on(app, ContactVerified, event_actions.tell_hosts_once_verified)
    on(app, ContactVerified, visits_telling.tell_names_once_verified)
    on(app, EventMoved, visits_telling.tell_moved)
    on(app, EventCancelled, visits_telling.tell_cancelled)
    for fact in (StageReached, StageCorrected, CandidateClosed, CandidateReopened):
        on(app, fact, referral_ledger.follow_candidate)


def _county() -> County:
    """The county, read once a request, for the words on its pages."""
    found: County | None = g.get("county")
    if found is None:
        found = find_county() or County(
            id=1,
            name="The county",
            council="County council",
            service="Care careers outreach",
            scheme="Ambassadors",
            strap_line="",
            contact_email="",
            contact_phone="",
            commitment=0,
            answer_within_working_days=10,
        )
        g.county = found
    return found


# Words, endpoint, and the roles that see it: an empty tuple stands for everybody.
PUBLIC_PAGES = (
    ("Ask for a visit", "visits.start"),
    ("Find an ambassador", "ambassadors.find"),
    ("Events", "calendars.events"),
    ("Calendars", "calendars.subscribe"),
    ("Districts", "ambassadors.districts"),
)
STAFF_PAGES: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("Work list", "reports.work", (Role.COORDINATOR,)),
    ("Requests", "visits.requests", (Role.COORDINATOR,)),
    ("Events", "events.index", (Role.COORDINATOR,)),
    ("Ambassadors", "ambassadors.index", (Role.COORDINATOR,)),
    ("Promise board", "ambassadors.board", (Role.COORDINATOR, Role.VIEWER)),
    ("Institutions", "institutions.index", (Role.COORDINATOR,)),
    ("Districts", "ambassadors.districts", ()),
    ("Refer a friend", "referrals.index", ()),
    ("Candidates", "referrals.candidates", (Role.RECRUITMENT_OFFICER,)),
    ("Rewards", "referrals.rewards", (Role.RECRUITMENT_OFFICER,)),
    ("Referral figures", "referrals.figures", (Role.RECRUITMENT_OFFICER, Role.COORDINATOR, Role.VIEWER)),
    ("Accounts", "accounts.index", (Role.ADMINISTRATOR,)),
    ("Feed health", "calendars.health", (Role.ADMINISTRATOR,)),
    ("Mails", "reports.mails", (Role.COORDINATOR, Role.ADMINISTRATOR)),
    ("Audit", "reports.audit", (Role.ADMINISTRATOR,)),
)


def _navigation() -> list[dict[str, object]]:
    """The service navigation for whoever is asking."""
    who = actor()
    if who.kind is ActorKind.ACCOUNT and not who.half_way:
        pages = [(words, name) for words, name, roles in STAFF_PAGES if not roles or who.has(*roles)]
    else:
        pages = list(PUBLIC_PAGES)
    here = partial(_is_here, request.path)
    return [{"text": words, "href": url_for(name), "active": here(url_for(name))} for words, name in pages]


def _is_here(path: str, target: str) -> bool:
    """Whether a page is that of a link, or below it; planning and the points of the shortlist belong to the events."""
    if path.startswith(("/manage/plan", "/manage/weights")):
        return target == "/manage/events"
    return path == target or path.startswith(target.rstrip("/") + "/")


# What the worker runs by itself: name, how often, and a function that returns how many rows it changed.
JOBS: tuple[tuple[str, timedelta, Callable[[], int]], ...] = (
    ("lapsed invitations", timedelta(minutes=15), event_actions.lapse_invitations),
    ("orders of invitations", timedelta(minutes=15), event_actions.move_orders_on),
    ("reminders to ambassadors", timedelta(hours=1), event_actions.remind_ambassadors),
    ("whoever made a visit alone", timedelta(minutes=5), event_actions.watch_departures),
    ("reminders to answer", timedelta(hours=1), event_actions.remind_silent_ambassadors),
    ("pauses that are over", timedelta(minutes=15), ambassador_actions.resume_after_pause),
    ("reminders before an item expires", timedelta(hours=1), event_actions.remind_of_expiry),
    ("expired requests", timedelta(minutes=15), visits_jobs.expire_requests),
    ("reminders to contacts", timedelta(hours=1), visits_jobs.remind_contacts),
    ("asking hosts about the day", timedelta(hours=1), visits_jobs.ask_about_the_day),
    ("asking for outcomes", timedelta(minutes=15), outcome_actions.ask_for_outcomes),
    ("asking for ratings", timedelta(minutes=15), outcome_actions.ask_for_ratings),
    ("referrals that nobody answered", timedelta(minutes=15), referral_ending.end_unanswered),
    ("rewards that are due", timedelta(hours=1), referral_ledger.propose_rewards),
    ("rewards that wait", timedelta(hours=6), referral_reminding.remind_officers),
    ("calendar texts", timedelta(days=1), calendar_actions.mend_texts),
    ("digest of the promise board", timedelta(minutes=15), send_digest),
    ("retention", timedelta(hours=1), privacy_actions.apply_retention),
)
