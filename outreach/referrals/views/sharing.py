"""What is passed on: the address of a code, and its QR picture."""

from __future__ import annotations

import io

import segno
from flask import url_for
from markupsafe import Markup

from outreach.accounts.links import address


def address_of(code: str) -> str:
    return address(url_for("referrals.friend", code=code))


def picture_of(code: str) -> Markup:
    """The address as a QR code: SVG with attributes only, as the CSP allows no inline style."""
    out = io.BytesIO()
    segno.make(address_of(code), error="m").save(
        out,
        kind="svg",
        scale=5,
        border=4,
        xmldecl=False,
        svgclass="app-qr",
        lineclass=None,
        light="#fff",
        omitsize=True,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 segno wrote it: paths, and no text of anybody's
