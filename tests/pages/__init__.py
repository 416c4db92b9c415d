"""A person with a browser that has no scripts, and an eye for every page it is shown.

    person = PageClient(app)
    page = person.get("/ask")
    page = person.submit("Continue", email="jo@college.example", day=date(2027, 3, 27))
    assert page.errors == {} and page.h1 == "Check your answers"

Every HTML answer is checked (see checks.py) and fails the test that fetched it.
"""

from tests.pages.client import PageClient
from tests.pages.view import PageView

__all__ = ["PageClient", "PageView"]
