"""The worker: sends the outbox, runs the jobs that nobody asks for by hand, reads the answers that come by mail, and
works plans of a term out.

Any number may run, as threads of `outreach serve` or as `outreach worker`: a mail is claimed by one,
and a job by the one that finds it due.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from config import Config
from outreach import clock
from outreach.app import JOBS
from outreach.db import begin_writing, db
from outreach.events.actions import applying, solving
from outreach.events.rules.planner import Progress
from outreach.outbox.models import JobRun
from outreach.outbox.rules import MailStatus
from outreach.outbox.sending import SCHEDULING, Server, claim, deliver, mark
from outreach.replies.mailbox import TROUBLE, Mailbox, read_mailbox

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
JOB_LEASE = timedelta(minutes=15)
ALIVE_SECONDS = 2.0
ANSWERS = "answers by mail"
ANSWERS_EVERY = timedelta(minutes=1)


Result = TypeVar("Result")


@dataclass(frozen=True)
class Job:
    """Something to do every so often. `run` returns how many rows it changed."""

    name: str
    every: timedelta
    run: Callable[[], int]


def _next(job: Job, run: JobRun) -> datetime:
    """When a job is due again; one whose worker died, once its lease is over."""
    return run.started_at + (job.every if run.finished_at else JOB_LEASE)


class Worker:
    """Sends what is queued and runs what is due, for one application."""

    def __init__(self, app: Flask) -> None:
        config: Config = app.extensions["config"]
        self.app = app
        self.mail_from = config.mail_from
        self.invitations_from = config.invitations_from
        self.server = Server.from_url(config.smtp_url) if config.smtp_url else None
        self.keep_body = config.demo
        self.jobs = [Job(*one) for one in JOBS]
        self.mailbox = Mailbox.from_url(config.imap_url) if config.imap_url else None

    def run_once(self) -> int:
        """One round: every job and every mail that is due, then the mailbox. Returns how many mails were sent."""
        sent = self._work()
        self.read_answers()
        self.work_on_plans()
        return sent

    def run_forever(self, stop: threading.Event) -> None:
        """Rounds until `stop` is set. A failure is logged and the next round tries again.

        The mailbox is read and plans are worked out beside it: a server that does not answer, or a plan that takes
        its minute, keeps no mail and no job waiting.
        """
        threading.Thread(target=self._repeat, args=(stop, self.work_on_plans), name="plans", daemon=True).start()
        if self.mailbox is not None:
            threading.Thread(target=self._repeat, args=(stop, self.read_answers), name="answers", daemon=True).start()
        self._repeat(stop, self._work)

    def _repeat(self, stop: threading.Event, work: Callable[[], int]) -> None:
        while not stop.is_set():
            try:
                work()
            except Exception:
                log.exception("the worker's round failed")
            stop.wait(PAUSE_SECONDS)

    def _work(self) -> int:
        self.run_jobs()
        return self.send_mails()

    def read_answers(self) -> int:
        """Read the mailbox if there is one, its time has come and no other worker is reading it.

        Returns how many mails were read. Trouble with the server is logged, and it is asked again later.
        """
        job = Job(ANSWERS, ANSWERS_EVERY, lambda: 0)
        if self.mailbox is None or not self._due([job]) or (started := self._claim(job)) is None:
            return 0
        read, failed = 0, False
        with self.app.test_request_context(base_url=self.app.config["BASE_URL"]):
            try:
                read = read_mailbox(self.mailbox)
            except TROUBLE as error:
                failed = True
                log.warning("the mailbox could not be read", trouble=type(error).__name__)
            finally:
                self._finish(job, started, read, failed)
        return read

    def work_on_plans(self) -> int:
        """Work out the plan that waits longest, and ask whom applied plans propose. Returns how many were asked."""
        with self.app.test_request_context(base_url=self.app.config["BASE_URL"]):
            if self._read(solving.is_due) and (claim := self._write(solving.claim_plan)) is not None:
                self._work_out(claim)
            return self._apply_plans()

    def _work_out(self, claim: solving.Claim) -> None:
        """Nothing is locked while it is solved: it is read before, in a moment, and written afterwards."""
        told = time.monotonic()

        def go_on(progress: Progress) -> bool:
            nonlocal told
            if time.monotonic() < told + ALIVE_SECONDS:
                return True
            told = time.monotonic()
            try:
                return self._write(lambda: solving.say_alive(claim, progress.seconds, progress.gap))
            except OperationalError as error:
                log.warning("a plan could not say that it is alive", plan=claim.plan_id, trouble=type(error).__name__)
                return True

        try:
            task = self._read(lambda: solving.read_claimed(claim))
            if task is not None:
                proposal = solving.solve_task(task, claim, go_on)
                self._write(lambda: solving.keep_proposal(claim, task, proposal))
        except OperationalError:
            raise  # the database is busy or away: it is taken up again once it has been silent for long
        except Exception:
            log.exception("a plan could not be worked out", plan=claim.plan_id)
            self._write(lambda: solving.fail_plan(claim))

    def _apply_plans(self) -> int:
        """Ask one person after the other, each in a transaction of their own: nobody else waits long for the lock."""
        asked = 0
        while due := self._read(applying.list_due_places):
            asked += sum(self._apply_place(one) for one in due)
        if self._read(applying.has_done_plans):
            self._write(applying.finish_plans)
        return asked

    def _apply_place(self, place_id: int) -> bool:
        try:
            return self._write(lambda: applying.apply_place(place_id))
        except OperationalError:
            raise  # the database is busy or away, which says nothing of the place: the next round asks again
        except Exception:
            log.exception("a plan could not be applied at a place", place=place_id)
            self._write(lambda: applying.pass_over(place_id))
            return True

    def _read(self, look: Callable[[], Result]) -> Result:
        """What is read in a transaction that is over by then."""
        try:
            return look()
        finally:
            db.session.rollback()
            db.session.expunge_all()

    def _write(self, act: Callable[[], Result]) -> Result:
        """Do an act in a short transaction of its own."""
        try:
            begin_writing(db.session())
            result = act()
            db.session.commit()
            return result
        finally:
            db.session.rollback()
            db.session.expunge_all()

    def send_mails(self) -> int:
        """Send every mail that is due."""
        sent = 0
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            while (mail := claim(session)) is not None:
                sender = self.invitations_from if mail.calendar_method in SCHEDULING else self.mail_from
                problem = deliver(mail, sender, self.server)
                status = mark(session, mail, problem, self.keep_body)
                sent += status is MailStatus.SENT
                log.info("mail", mail=mail.id, message=mail.message, status=status.value, attempts=mail.attempts)
        return sent

    def run_jobs(self) -> None:
        """Run every job that is due and that no other worker is running."""
        for job in self._due(self.jobs):
            started = self._claim(job)
            if started is not None:
                self._run(job, started)

    def _due(self, jobs: list[Job]) -> list[Job]:
        """The jobs whose time has come, without a lock: most rounds find none."""
        with self.app.app_context(), Session(db.engine) as session:
            runs = {run.name: run for run in session.scalars(select(JobRun))}
        return [job for job in jobs if job.name not in runs or clock.now() >= _next(job, runs[job.name])]

    def _claim(self, job: Job) -> datetime | None:
        """Mark a due job as started by this worker; None if it is not due or another has it."""
        at = clock.now()
        with self.app.app_context(), Session(db.engine) as session:
            begin_writing(session)
            run = session.scalar(select(JobRun).where(JobRun.name == job.name).with_for_update())
            if run is None:
                session.add(JobRun(name=job.name, started_at=at, finished_at=None, failures=0, changed=0))
            elif at < _next(job, run):
                return None
            else:
                run.started_at, run.finished_at = at, None
            try:
                session.commit()
            except IntegrityError:  # another worker wrote the very first row a moment earlier
                return None
            return at

    def _run(self, job: Job, started: datetime) -> None:
        changed, failed = 0, False
        with self.app.test_request_context(base_url=self.app.config["BASE_URL"]):
            try:
                begin_writing(db.session())
                changed = job.run()
                db.session.commit()
            except Exception:
                failed = True
                log.exception("a job failed", job=job.name)
                db.session.rollback()
            self._finish(job, started, changed, failed)

    def _finish(self, job: Job, started: datetime, changed: int, failed: bool) -> None:
        """Write how it went, unless another worker has taken the job over since."""
        begin_writing(db.session())
        run = db.session.get(JobRun, job.name)
        if run is not None and run.started_at == started:
            run.finished_at = clock.now()
            run.failures = run.failures + 1 if failed else 0
            run.changed = changed
        db.session.commit()


def start_thread(app: Flask) -> threading.Event:
    """Run a worker beside the web server, in this process. Set the event to stop it."""
    stop = threading.Event()
    threading.Thread(target=Worker(app).run_forever, args=(stop,), name="worker", daemon=True).start()
    return stop
