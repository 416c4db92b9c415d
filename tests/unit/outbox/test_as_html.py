"""A mail's text as HTML: paragraphs, lines and links, and whatever people wrote stays text."""

from __future__ import annotations

import re

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.outbox.rules import as_html

SPACE = re.compile(r"\s+")


def read(text: str) -> tuple[str, list[tuple[str, str]], set[str]]:
    """What a mail program shows: the words, the links with their addresses, and which elements there are."""
    tree = html5lib.parse(as_html(text), namespaceHTMLElements=False)
    body = tree.find("body")
    words = SPACE.sub(" ", " ".join(body.itertext())).strip()
    links = [(link.text, link.get("href")) for link in body.iter("a")]
    return words, links, {element.tag for element in body.iter()}


def test_paragraphs_lines_and_links() -> None:
    words, links, tags = read(
        "Hello Ann,\n\nWhat: a talk\nWhen: 5pm\n\nAnswer here:\nhttps://o.example/invitations/aB-_1\n"
    )
    assert words == "Hello Ann, What: a talk When: 5pm Answer here: https://o.example/invitations/aB-_1"
    assert links == [("https://o.example/invitations/aB-_1",) * 2]
    assert tags == {"body", "p", "br", "a"}
    assert as_html("one\n\ntwo").count("<p>") == 2


def test_a_full_stop_after_an_address_is_no_part_of_it() -> None:
    assert read("See https://o.example/x.")[1] == [("https://o.example/x",) * 2]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        'https://o.example/"onmouseover="alert(1)',
        "https://o.example/'><b>bold</b>",
        "javascript:alert(1)",
        "&lt;b&gt; & &amp;",
        "https://o.example/?a=1&b=2",
    ],
)
def test_hostile_words_are_shown_as_they_were_written(text: str) -> None:
    words, links, tags = read(text)
    assert words.replace(" ", "") == text.replace(" ", "")
    assert tags <= {"body", "p", "br", "a"}
    assert all(address.startswith("https://o.example/") for _, address in links)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"])))
def test_any_words_keep_the_elements(text: str) -> None:
    assert read(text)[2] <= {"body", "p", "br", "a"}
