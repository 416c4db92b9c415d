"""The `outreach` command."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from datetime import datetime
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup
from gunicorn.app.base import BaseApplication

from config import from_environment
from outreach import clock
from outreach.accounts.actions import add_account, mint_sign_in
from outreach.ambassadors.actions import load_employer, load_requirements
from outreach.app import create_app
from outreach.calendars.actions import find_differences, follow_county_file, rebuild
from outreach.db import begin_writing, db
from outreach.demo.actions.building import SIZES, build_demo, is_built
from outreach.districts.actions import load_reference
from outreach.districts.rules import CountyFile, read_county
from outreach.errors import Conflict
from outreach.institutions.actions import load_institutions
from outreach.privacy.actions import run_retention
from outreach.referrals.actions.scheme import load_default_scheme
from outreach.replies.actions import receive_mail
from outreach.replies.rules import LARGEST_MAIL
from outreach.web.components import require_assets
from outreach.web.door import SYSTEM, Role
from outreach.web.filters import plural
from outreach.worker import Worker, start_thread


def _app() -> Flask:
    return create_app(from_environment())


@click.group(cls=FlaskGroup, create_app=_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Recruitment outreach for a county."""


@main.command()
def serve() -> None:
    """Serve the site with gunicorn. WORKERS and THREADS set how many (1 and 8)."""
    require_assets(current_app)
    Server(
        {
            "bind": from_environment().bind,
            "workers": int(os.environ.get("WORKERS", "1")),
            "threads": int(os.environ.get("THREADS", "8")),
            "worker_class": "gthread",
            "control_socket_disable": True,
            "post_worker_init": _start_worker,
            "errorlog": "-",
            "loglevel": "warning",
        }
    ).run()


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up from here. Each of its processes makes an application of its own."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return _app()


def _start_worker(server: Any) -> None:
    if from_environment().embedded_worker:
        start_thread(server.app.callable)


@main.command()
@click.option("--once", is_flag=True, help="One round: the jobs and mails that are due, then stop.")
def worker(once: bool) -> None:
    """Send mails and run the jobs. Any number of workers may run."""
    app = _app()
    if once:
        click.echo(f"{Worker(app).run_once()} mails sent.")
        return
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    Worker(app).run_forever(stop)


@main.command("read-mail", with_appcontext=False)
def read_mail() -> None:
    """Read one mail from standard input, as a mail server's pipe gives it, and act on the answer in it.

    Ends with 0 when the mail needs no second try, and with 75 (EX_TEMPFAIL) when the server should keep it.
    """
    raw = sys.stdin.buffer.read(LARGEST_MAIL + 1)
    while sys.stdin.buffer.read(LARGEST_MAIL):
        pass  # a larger mail is not kept in memory, and its sender must not be cut off
    try:
        app = _app()
        with app.test_request_context(base_url=app.config["BASE_URL"]):
            begin_writing(db.session())
            receive_mail(raw)
            db.session.commit()
    except (Exception, SystemExit) as error:  # noqa: BLE001 whatever it was, the mail must not be lost
        # Nothing of the mail is told: this ends in the log of a mail server, or in a bounce.
        click.echo(f"The mail could not be read now: {type(error).__name__}.", err=True)
        sys.exit(os.EX_TEMPFAIL)


@main.group()
def county() -> None:
    """The county file."""


@county.command("load")
def county_load() -> None:
    """Upsert the county file (COUNTY) into the database, and publish the first scheme (SCHEME) if there is none."""
    begin_writing(db.session())
    found = _load_county()
    db.session.commit()
    click.echo(f"{found.county.name}: {len(found.districts)} districts, {len(found.institutions)} institutions.")


def _load_county() -> CountyFile:
    """Load the county file and the scheme in the transaction that is open."""
    config = from_environment()
    try:
        found = read_county(config.county_file.read_text(encoding="utf-8"))
        load_reference(found)
        load_institutions(found)
        follow_county_file()
        load_employer(found)
        load_requirements(found)
        load_default_scheme(config.scheme_file.read_text(encoding="utf-8"))
    except (OSError, Conflict) as error:
        raise click.ClickException(str(error)) from None
    return found


@main.command()
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same people and visits.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that it takes for today.")
@click.option("--size", type=click.Choice(SIZES), default=SIZES[0], show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
def demo(seed: int, today: datetime | None, size: str, if_empty: bool) -> None:
    """Load the county file and invent its people and two years of their visits. Only with DEMO=1."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("The demo invents people: set DEMO=1 to say that this is a demonstration.")
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        begin_writing(db.session())
        if if_empty and is_built():
            click.echo("The demo county is there already.")
            return
        _load_county()
        try:
            made = build_demo(seed, today.date() if today else clock.today(), size)
        except Conflict as error:
            raise click.ClickException(error.message) from None
        db.session.commit()
    click.echo("Invented: " + ", ".join(f"{how_many} {what}" for what, how_many in made.items()) + ".")


@main.command()
@click.option("--dry-run", is_flag=True, help="Count what is over its term, and change nothing.")
def retention(dry_run: bool) -> None:
    """Delete or blank what has been kept for its term, batch by batch. The worker does the same every hour."""
    total: Counter[str] = Counter()
    while True:
        begin_writing(db.session())
        changed = run_retention(dry_run=dry_run)
        db.session.commit()
        total.update(changed)
        if dry_run or not changed:
            break
    for table, rows in sorted(total.items()):
        click.echo(f"{table}: {rows}")
    click.echo(f"{sum(total.values())} rows {'are' if dry_run else 'were'} over their term.")


@main.command("verify-calendars")
@click.option("--mend", is_flag=True, help="Render again what differs.")
def verify_calendars(mend: bool) -> None:
    """Prove that the stored texts of every event are what a fresh rendering gives."""
    if mend:
        begin_writing(db.session())
        mended = rebuild()
        db.session.commit()
        click.echo(f"The texts of {plural(mended, 'event')} were rendered again.")
    elif wrong := find_differences():
        numbers = ", ".join(map(str, wrong))
        how_many = plural(len(wrong), "event")
        raise click.ClickException(f"The texts of {how_many} differ, by number {numbers}: use --mend.")
    else:
        click.echo("Every stored text is as a fresh one.")


@main.command("add-user")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
def add_user(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Add a council account, or give an account more roles."""
    begin_writing(db.session())
    try:
        add_account(SYSTEM, email=email, name=name, roles=[Role(role) for role in roles])
    except Conflict as error:
        raise click.ClickException(error.message) from None
    db.session.commit()
    click.echo(f"{email} may sign in.")


@main.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a sign-in link for an account: the way in when mail does not work. Good for ten minutes, once."""
    begin_writing(db.session())
    try:
        link, code = mint_sign_in(email)
    except Conflict as error:
        raise click.ClickException(error.message) from None
    db.session.commit()
    click.echo(f"{link}\nThe page asks for this code: {code}")
