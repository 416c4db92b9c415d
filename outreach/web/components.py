"""The page kit: GOV.UK components without the branding, as functions that templates call."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from outreach.web import filters
from outreach.web.fields import WordedField
from outreach.web.forms import Form
from outreach.web.paging import file_link, page_link

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


# The pages that every page links to. They are at these addresses whatever else the application has.
STANDING = {"home": "/", "accessibility": "/accessibility", "privacy": "/privacy", "cookies": "/cookies"}


@dataclass(frozen=True)
class County:
    """The words on every page until the application has read its county file."""

    name: str = "The county"
    council: str = "County council"
    service: str = "Care ambassadors"
    contact_email: str = ""


def component(name: str, params: dict[str, Any]) -> Markup:
    """Any component by its name in the Design System. Never put people's text in `html` parameters."""
    macro = "govuk" + "".join(word.capitalize() for word in name.split("-"))
    template = current_app.jinja_env.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
    return Markup(getattr(template.module, macro)(params).strip())  # noqa: S704 the macro escapes what it is given


def merge(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Extra parameters laid over the field's own, dictionaries inside included."""
    merged = dict(base)
    for key, value in extra.items():
        inner = merged.get(key)
        merged[key] = merge(inner, value) if isinstance(value, dict) and isinstance(inner, dict) else value
    return merged


MOST_KEPT = 500
LONGEST_KEPT = 4000
_BLANK: dict[tuple[str, str], Markup] = {}


def govuk(field: WordedField, heading: bool = False, **extra: Any) -> Markup:
    """A field as its component. `heading` makes the label the page's h1; the rest goes to the component.

    A component is a few templates deep. One without anybody's words in it looks the same each time, and is kept.
    """
    params = merge(field.params(heading), extra)
    if field.errors or not (field.is_blank() or field.macro == "radios"):
        return component(field.macro, params)
    shown = repr(params)
    key = (field.macro, shown)
    kept = _BLANK.get(key)  # once: another thread may empty it at any moment
    if kept is not None:
        return kept
    made = component(field.macro, params)
    if len(shown) <= LONGEST_KEPT:
        if len(_BLANK) >= MOST_KEPT:
            _BLANK.clear()
        _BLANK[key] = made
    return made


def error_summary(form: Form | None) -> Markup:
    """The box at the top that lists what to mend, each line a link to the input; nothing when all is well."""
    # A template without a form passes Jinja's undefined value, which is false.
    if not form or not form.errors:
        return Markup("")
    errors: list[dict[str, str]] = [{"text": words} for words in form.form_errors]
    errors += [
        {"text": field.errors[0], "href": f"#{getattr(field, 'first_error_id', field.id)}"}
        for field in form
        if field.errors
    ]
    errors += [{"text": words, "href": address} for words, address in form.ways_out]
    return component("error-summary", {"titleText": "There is a problem", "errorList": errors})


@cache
def _fingerprint(path: Path, changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:8]


def asset(name: str) -> str:
    """The address of a static file, with its contents' fingerprint so that browsers may keep it for ever."""
    path = Path(current_app.static_folder or "") / name
    if not path.is_file():
        # Tests run without compiled files; a server does not start without them, see require_assets.
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_fingerprint(path, path.stat().st_mtime_ns))


def require_assets(app: Flask) -> None:
    """Refuse to serve bare pages: called by whatever starts a server."""
    for name in ("build/app.css", "build/govuk-frontend.min.js"):
        if not (Path(app.static_folder or "") / name).is_file():
            raise RuntimeError(f"static/{name} is missing: run `make assets`")


def here() -> str:
    """This page's own address, for a form that posts back to it. One slash first, or it would name another host."""
    return "/" + request.full_path.lstrip("/").rstrip("?")


def nothing_here() -> list[dict[str, object]]:
    """The navigation of an application that has declared none."""
    return []


def init_page_kit(app: Flask) -> None:
    """Give templates their loader, components, filters and words. What `app.py` sets later wins."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(component=component, govuk=govuk, error_summary=error_summary, asset=asset, here=here)
    app.jinja_env.globals.update(page_link=page_link, file_link=file_link, standing=STANDING)
    app.jinja_env.globals.setdefault("county", County())
    app.jinja_env.globals.setdefault("navigation", nothing_here)
    app.jinja_env.globals.setdefault("once_key", lambda: secrets.token_urlsafe(16))
    filters.register(app)
