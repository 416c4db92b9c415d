"""A real mail server on the loopback address, which can be told to misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Mail:
    """One accepted message and its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""


@dataclass
class SmtpServer:
    """What arrived, and what to refuse. `answers` are taken one for each message, before it is accepted."""

    url: str = ""
    messages: list[Mail] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    attempts: int = 0

    def refuse(self, *addresses: str) -> None:
        """Answer 550 to these addresses until `accept`."""
        self.refused.update(address.lower() for address in addresses)

    def accept(self, *addresses: str) -> None:
        self.refused.difference_update(address.lower() for address in addresses)

    def answer_next(self, *answers: str) -> None:
        """Give these answers to the next messages, e.g. "451 try later"; an answer of 2xx still accepts."""
        self.answers.extend(answers)

    def to(self, address: str) -> list[Mail]:
        """The mails that came for an address, oldest first."""
        return [mail for mail in self.messages if address.lower() in mail.recipients]

    def clear(self) -> None:
        self.messages.clear()
        self.refused.clear()
        self.answers.clear()
        self.attempts = 0


@dataclass
class _Handler:
    server: SmtpServer

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd calls it by this name
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self.server.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        self.server.attempts += 1
        answer = self.server.answers.pop(0) if self.server.answers else "250 OK"
        if answer.startswith("2"):
            content: Any = envelope.content
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            recipients = tuple(address.lower() for address in envelope.rcpt_tos)
            self.server.messages.append(Mail(str(envelope.mail_from), recipients, message, content))
        return answer


class _Controller(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    controller = _Controller(_Handler(server), hostname=HOST, port=0, enable_SMTPUTF8=True)
    controller.start()
    server.url = f"smtp://{HOST}:{controller.port}"
    try:
        yield server
    finally:
        controller.stop()
