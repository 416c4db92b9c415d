"""Reading the mailbox that calendars answer to: fetch a mail, act on it in a transaction of its own, put it away.

The server is never talked to while a transaction is open. At least once: a kill between our commit and the mark on the
server reads a mail again, and its row knows it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import structlog

from outreach.db import begin_writing, db
from outreach.replies.actions import leave_unread, receive_mail
from outreach.replies.rules import LARGEST_MAIL

log = structlog.get_logger(__name__)

IMAP_TIMEOUT_SECONDS = 10.0
LONGEST_ROUND_SECONDS = 300.0
MOST_MAILS = 100
HANDLED = "Handled"
TROUBLE = (imaplib.IMAP4.error, OSError, ValueError)
"""What talking to a mailbox may raise: its refusal, the network, and words that IMAP cannot carry."""


@dataclass(frozen=True)
class Mailbox:
    """Where answers arrive. `imaps://` begins with TLS; `imap://` must change to it, except on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool

    @classmethod
    def from_url(cls, url: str) -> Mailbox:
        parts = urlsplit(url)
        tls = parts.scheme == "imaps"
        return cls(
            parts.hostname or "localhost",
            parts.port or (993 if tls else 143),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.strip("/")) or "INBOX",
            tls,
        )


def read_mailbox(mailbox: Mailbox) -> int:
    """Read what is new in a mailbox, oldest first, and return how many mails that was. Commits after each.

    Raises one of TROUBLE when the mailbox cannot be read; what was read until then stands.
    """
    until = time.monotonic() + LONGEST_ROUND_SECONDS
    connection = _connect(mailbox)
    read = 0
    try:
        may_move = _may_move(connection)
        for number in _unseen(connection, mailbox.folder):
            raw = _fetch(connection, number)
            if raw is not None:
                handle(raw)
                _put_away(connection, number, may_move=may_move)
                read += 1
            if time.monotonic() > until:
                break
    finally:
        _leave(connection)
    return read


def handle(raw: bytes) -> None:
    """Act on one mail in a transaction of its own. What fails here by a fault of ours waits for a person.

    Raises what the database raises when not even that can be written: the mail is then read again later.
    """
    try:
        begin_writing(db.session())
        receive_mail(raw)
        db.session.commit()
    except Exception:
        log.exception("an answer could not be read")
        db.session.rollback()
        begin_writing(db.session())
        leave_unread(raw)
        db.session.commit()
    finally:
        db.session.remove()


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.tls:
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=IMAP_TIMEOUT_SECONDS
        )
    else:
        connection = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=IMAP_TIMEOUT_SECONDS)
    try:
        if not mailbox.tls and mailbox.host not in ("localhost", "127.0.0.1", "::1"):
            connection.starttls(context)
        if "AUTH=PLAIN" in connection.capabilities:
            # Unlike LOGIN it takes any letters, and needs no quoting.
            secret = f"\0{mailbox.user}\0{mailbox.password}".encode()
            connection.authenticate("PLAIN", lambda _: secret)
        else:
            connection.login(_quoted(mailbox.user), mailbox.password)
    except BaseException:
        _leave(connection)
        raise
    return connection


def _may_move(connection: imaplib.IMAP4) -> bool:
    """What a server can do it may tell only to whoever has logged in."""
    _, found = connection.capability()
    return any(b"MOVE" in bytes(one).upper().split() for one in found if one)


def _unseen(connection: imaplib.IMAP4, folder: str) -> list[str]:
    status, _ = connection.select(_quoted(folder))
    if status != "OK":
        raise imaplib.IMAP4.error("the folder cannot be opened")
    status, found = connection.uid("SEARCH", "UNSEEN", "UNDELETED")
    if status != "OK":
        raise imaplib.IMAP4.error("the folder cannot be searched")
    return (found[0] or b"").decode("ascii").split()[:MOST_MAILS]


def _fetch(connection: imaplib.IMAP4, number: str) -> bytes | None:
    """The mail, or of a larger one so much that it shows; None if it has gone since."""
    _, found = connection.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST_MAIL + 1}>)")
    return next((bytes(one[1]) for one in found or [] if isinstance(one, tuple)), None)


def _put_away(connection: imaplib.IMAP4, number: str, *, may_move: bool) -> None:
    """Mark a mail as seen, and move it to a folder of its own where the server can: nobody has to clear up."""
    connection.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")
    if not may_move:
        return
    status, words = connection.uid("MOVE", number, HANDLED)
    if status != "OK" and re.search(rb"TRYCREATE|NONEXISTENT|not exist", words[0] or b"", re.IGNORECASE):
        connection.create(HANDLED)
        connection.uid("MOVE", number, HANDLED)


def _leave(connection: imaplib.IMAP4) -> None:
    with suppress(*TROUBLE):
        connection.logout()
    with suppress(*TROUBLE):
        connection.shutdown()


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
