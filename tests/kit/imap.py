"""A real IMAP server on the loopback address: pymap, with its mails in memory, behind TLS as a council's would be."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

HOST = "127.0.0.1"
USER, PASSWORD = "answers@county.example", 'an "odd" pässword'


@dataclass
class ImapServer:
    """Where it listens, and the certificate that a client must trust. Each test has the mailbox for itself."""

    port: int
    certificate: str

    @property
    def url(self) -> str:
        return f"imaps://answers%40county.example:an%20%22odd%22%20p%C3%A4ssword@{HOST}:{self.port}/INBOX"

    def put(self, *mails: bytes) -> None:
        """Let mails arrive."""
        with self.talking() as client:
            for mail in mails:
                status, words = client.append("INBOX", "", datetime.now(UTC), mail)
                assert status == "OK", words

    def count(self, folder: str = "INBOX", which: str = "ALL") -> int:
        """How many mails a folder has; 0 where there is none."""
        with self.talking() as client:
            if client.select(folder)[0] != "OK":
                return 0
            return len(client.uid("SEARCH", which)[1][0].split())

    def clear(self) -> None:
        with self.talking() as client:
            for folder in ("INBOX", "Handled"):
                if client.select(folder)[0] == "OK" and client.uid("SEARCH", "ALL")[1][0]:
                    client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
                    client.expunge()

    @contextmanager
    def talking(self) -> Iterator[imaplib.IMAP4_SSL]:
        context = ssl.create_default_context(cafile=self.certificate)
        client = imaplib.IMAP4_SSL(HOST, self.port, ssl_context=context, timeout=10)
        secret = f"\0{USER}\0{PASSWORD}".encode()
        client.authenticate("PLAIN", lambda _: secret)
        try:
            yield client
        finally:
            client.logout()


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    with TemporaryDirectory() as folder:
        certificate = _write_certificate(Path(folder))
        ready: Queue[tuple[int, Callable[[], object]]] = Queue()
        thread = threading.Thread(target=lambda: asyncio.run(_serve(certificate, ready)), name="imap", daemon=True)
        thread.start()
        port, stop = ready.get(timeout=30)
        try:
            yield ImapServer(port, certificate)
        finally:
            stop()
            thread.join(10)


async def _serve(certificate: str, ready: Queue[tuple[int, Callable[[], object]]]) -> None:
    """Serve until it is told to stop; then asyncio.run ends what is still open."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    server = await _listen(certificate)
    ready.put((server.sockets[0].getsockname()[1], lambda: loop.call_soon_threadsafe(stopped.set)))
    await stopped.wait()
    server.close()


async def _listen(certificate: str) -> asyncio.Server:
    wanted = Namespace(
        demo_data=False, demo_user=USER, demo_password=PASSWORD, debug=False, host=None, port=0, cert=None, key=None,
        tls=True, proxy_protocol=None, inherited_sockets=None, passlib_cfg=None, skip_services=[],
    )  # fmt: skip
    backend, config = await DictBackend.init(wanted)
    config.apply_context()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    serve = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(backend.login, config))
    return await asyncio.start_server(serve, HOST, 0, ssl=context)


def _write_certificate(folder: Path) -> str:
    """A certificate for the loopback address that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's IMAP server")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "imap.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)
