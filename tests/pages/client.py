"""A person who opens pages and sends forms, as a browser without scripts does."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.pages.checks import problems
from tests.pages.view import PageView, answers, choices, words

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5


class PageClient:
    """One person: their cookies, and the page in front of them.

    `typed` are texts that people wrote and that pages show outside the places meant for them; only the
    check for straight quotes looks at it.
    """

    def __init__(self, app: Flask | FlaskClient) -> None:
        self.http: FlaskClient = app.test_client() if isinstance(app, Flask) else app
        self.page: PageView | None = None
        self.typed: set[str] = set()
        self.last_sent: MultiDict[str, str] = MultiDict()
        self.sent_to = ""

    @property
    def here(self) -> PageView:
        assert self.page is not None, "no page has been opened yet"
        return self.page

    def get(self, path: str, *, status: int | None = 200, follow: bool = True, **options: Any) -> PageView:
        """Open an address. `status` is what the last answer must be; None takes any."""
        return self._open("GET", path, status, follow, **options)

    def head(self, path: str, *, status: int | None = 200) -> PageView:
        return self._open("HEAD", path, status, follow=False)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int | None = 200, follow: bool = True
    ) -> PageView:
        """Send data to an address with the keys of the page in front, as somebody who knows the address would."""
        keys: dict[str, Any] = {}
        for form in self.page.forms() if self.page else []:
            held = answers(form)
            keys = {name: held[name][0] for name in ("csrf_token", "once") if held.get(name)} or keys
        return self._open("POST", path, status, follow, data=MultiDict(keys | (data or {})))

    def click(self, text: str, *, status: int | None = 200) -> PageView:
        """Follow the link with these words."""
        return self.get(urljoin(self.here.path, self.here.link(text)), status=status)

    def submit(
        self,
        button: str | int = 0,
        fields: dict[str, Any] | None = None,
        *,
        status: int | None = None,
        follow: bool = True,
        **more: Any,
    ) -> PageView:
        """Fill in the form with this button on the page in front and send it.

        Fields keep what they show unless given. A choice is given by its words or its value, several as a
        list, a day as a date; `day__month="2"` fills the box `day-month`. None leaves a field out. Without
        `status` the answer may be 200 or 422: assert on the page.
        """
        form = self.here.form(button)
        sent = answers(form)
        for key, value in ((fields or {}) | more).items():
            name = key.replace("__", "-") if key not in sent else key
            if isinstance(value, date) and f"{name}-day" in sent:
                parts = {"day": value.day, "month": value.month, "year": value.year}
                sent |= {f"{name}-{part}": [str(number)] for part, number in parts.items()}
                continue
            assert name in sent, f"{self.here.path}: the form has no {name!r}, only {sorted(sent)}"
            offered = choices(form, name)
            given = value if isinstance(value, list | tuple | set) else [] if value is None else [value]
            sent[name] = [offered.get(str(one), str(one)) for one in given]
        pressed = [b for b in form.iter("button") if b.get("name") and words(b).startswith(str(button))]
        for b in pressed:
            sent[b.get("name", "")] = [b.get("value", "")]
        target = urljoin(self.here.path, form.get("action", ""))
        if form.get("method", "get").lower() == "get":
            return self._open("GET", urlsplit(target).path, status, follow, query_string=MultiDict(sent))
        self.last_sent = MultiDict(sent)
        return self._open("POST", target, status, follow, data=self.last_sent)

    def send_again(self, *, status: int | None = None) -> PageView:
        """Send the form in front again, key and all: a double click, or the browser's Back and then the button."""
        return self._open("POST", self.sent_to, status, follow=True, data=self.last_sent)

    def _open(self, method: str, path: str, status: int | None, follow: bool, **options: Any) -> PageView:
        if method == "POST":
            self.sent_to = path
        response = self.http.open(path, method=method, **options)
        for _ in range(MOST_REDIRECTS):
            if not follow or response.status_code not in REDIRECTS:
                break
            # After a POST only 303 is sure to be followed with GET.
            assert response.status_code == 303 or method == "GET", f"{path}: {method} answered {response.status_code}"
            target = urlsplit(urljoin(path, response.headers["Location"]))
            path = target.path + (f"?{target.query}" if target.query else "")
            response = self.http.get(path)
        page = PageView(response, path)
        if status is not None:
            allowed = {status}
        elif method == "POST":
            allowed = {200, 422} if follow else {303, 422}
        else:
            allowed = {page.status}
        assert page.status in allowed, f"{method} {path} answered {page.status}, not {allowed}\n{page.text[:2000]}"
        if page.is_html and method != "HEAD" and page.status not in REDIRECTS:
            wrong = problems(page, self.typed)
            assert not wrong, f"{path}: " + "; ".join(wrong)
            self.page = page
        return page
