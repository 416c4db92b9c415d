"""The site answers to its own name alone, and builds links from its settings, whatever a request says."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.db import db
from outreach.outbox.models import Mail
from tests.makers import make_contact, make_request


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "[::1]", "a b", ""])
@pytest.mark.parametrize("path", ["/", "/no-such-page", "/calendars/county.ics", "/static/app.js"])
@pytest.mark.one_database
def test_another_name_is_refused_in_words(client: FlaskClient, host: str, path: str) -> None:
    with client.get(path, headers={"Host": host}) as answer:
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"
        assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.one_database
def test_a_mailed_link_is_built_from_the_settings(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = make_request(make_contact(email="ivy@college.example"))
        reference = request.reference
    client.application.config["WTF_CSRF_ENABLED"] = False
    try:
        answer = client.post(
            "/visits/my-link",
            data={"reference": reference, "email": "ivy@college.example"},
            headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
        )
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 303
    with app.app_context():
        body = db.session.scalars(select(Mail.body).where(Mail.recipient == "ivy@college.example")).one()
    assert "http://localhost/visits/follow/" in body
    assert "evil" not in body
