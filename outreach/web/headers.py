"""What every answer tells the browser: run nothing but our own files, keep no page, trust no other site."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

# The hash is that of the one inline script in GOV.UK Frontend's page template.
POLICY = (
    "default-src 'none'; "
    "script-src 'self' 'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='; "
    "style-src 'self'; "
    "img-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
ONE_YEAR = 31_536_000


def house_headers(base_url: str) -> dict[str, str]:
    """What every answer of a site at this address says."""
    if base_url.startswith("https://"):
        return {**ALWAYS, "Strict-Transport-Security": f"max-age={ONE_YEAR}"}
    return dict(ALWAYS)


def init_headers(app: Flask, base_url: str) -> None:
    """Add the headers to every answer; a view's own Cache-Control, say of a feed, is left alone."""
    always = house_headers(base_url)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        # Flask gives static files a Cache-Control of its own, so theirs is replaced.
        if request.endpoint == "static":
            forever = "v" in request.args and response.status_code in (200, 206, 304)
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable" if forever else "no-cache"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
