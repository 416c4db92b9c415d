"""Files of ambassadors for tests of the import."""

from __future__ import annotations

import io
from collections.abc import Sequence

from tests.pages import PageClient
from tests.pages.view import PageView

HEADINGS = ("Name", "Email", "Telephone", "Organisation", "Job title", "Role family", "District", "Activities")


def person(number: int, **changed: str) -> list[str]:
    """A row that can be taken in; `changed` by heading in small letters."""
    row = {
        "name": f"Imported Person {number}",
        "email": f"imported{number}@association.example",
        "telephone": "",
        "organisation": "Fernlea Care (invented)",
        "job title": "Care worker",
        "role family": "Direct care",
        "district": "Worcester",
        "activities": "",
    }
    return list((row | {key.replace("_", " "): value for key, value in changed.items()}).values())


def as_csv(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS, *, separator: str = ",") -> bytes:
    lines = [separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in (headings, *rows)]
    return "\r\n".join(lines).encode()


def upload(coordinator: PageClient, data: bytes, *, status: int = 303) -> PageView | None:
    """Send a file from the first page of the import; the page that came back, if it was not taken."""
    coordinator.get("/ambassadors/import")
    token = coordinator.here.all("input", having=lambda e: e.get("name") == "csrf_token")[0].get("value")
    answer = coordinator.http.post(
        "/ambassadors/import",
        data={"csrf_token": token, "file": (io.BytesIO(data), "list.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == status, answer.text[:2000]
    return None if status == 303 else PageView(answer, "/ambassadors/import")


def check(coordinator: PageClient, data: bytes, **columns: str) -> PageView:
    """Go as far as the verdicts, with the columns as they are guessed but for those given."""
    upload(coordinator, data)
    coordinator.get("/ambassadors/import/columns")
    coordinator.submit("See what becomes", **columns)
    return coordinator.here
