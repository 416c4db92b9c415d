"""The `outreach` command."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup
from gunicorn.app.base import BaseApplication

from config import from_environment
from outreach.accounts.actions import add_account, mint_sign_in
from outreach.ambassadors.actions import load_employer
from outreach.app import create_app
from outreach.db import begin_writing, db
from outreach.districts.actions import load_reference
from outreach.districts.rules import read_county
from outreach.errors import Conflict
from outreach.institutions.actions import load_institutions
from outreach.web.components import require_assets
from outreach.web.door import SYSTEM, Role
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


@main.group()
def county() -> None:
    """The county file."""


@county.command("load")
def county_load() -> None:
    """Upsert the county file (COUNTY) into the database."""
    path = from_environment().county_file
    begin_writing(db.session())
    try:
        found = read_county(path.read_text(encoding="utf-8"))
        load_reference(found)
        load_institutions(found)
        load_employer(found)
    except (OSError, Conflict) as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"{found.county.name}: {len(found.districts)} districts, {len(found.institutions)} institutions.")


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
