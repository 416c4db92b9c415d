"""The quick reading of pages is html5lib's reading, and hides none of its errors."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

import html5lib
import pytest

from tests.pages.reading import read_html

PAGE = '<!DOCTYPE html>\n<html lang="en">\n<head><title>A &amp; B</title></head>\n<body>{}</body>\n</html>\n'

FINE = [
    "<main><p>Words<br>and &#39;more&#39; &nbsp;</p>tail</main>",
    '<p class="a  b" hidden title=\'{"a": "&lt;"}\'>x</p>',
    "<textarea>\n\n  &lt;b> kept\n</textarea>",
    "<script>if (1 < 2 && '</p>') { }</script>",
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/><title>t</title></svg>after',
    "<table><caption>c</caption><tbody><tr><td>1</td></tr></tbody></table>",
    "<table><caption>c</caption><tr><td>no body</td></tr></table>",
    "<ul><li>left open<li>and again</ul>",
    "<p>with <!-- a comment --> in it</p>",
    "<p>emoji 😀 and \u202eright to left</p>",
    '<input name="a" disabled><select><option value="1" selected>One</option></select>',
    "<main><p>Words</main>",
    "<table><tr><td>1</td></tr>lost words</table>",
]
BAD = [
    "<p><div>a block in a paragraph</div></p>",
    "<b><i>crossed</b></i>",
    '<p id="a" id="b">twice</p>',
    "<p>fish & <chips></p>",
    "<p>&nosuchthing;</p>",
    "<a href='/a'>a link in <a href='/b'>a link</a></a>",
    "<form><form></form></form>",
    "</p>",
    "<p>a\x00b</p>",
    "<div/>after",
]


def strictly(source: str) -> tuple[str, list[str]]:
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    return flat(parser.parse(source)), [code for _, code, _ in parser.errors]


def flat(root: Element) -> str:
    """The tree in one line; white space that stands alone may be anywhere around head and body."""
    for element in root.iter():
        element.tail = "" if (element.tail or "").isspace() else element.tail
        if element.tag not in ("textarea", "script"):
            element.text = "" if (element.text or "").isspace() else element.text
    return tostring(root, encoding="unicode")


@pytest.mark.parametrize("inside", FINE + BAD)
def test_every_reading_is_that_of_html5lib(inside: str) -> None:
    page = PAGE.format(inside)
    for _ in range(3):
        root, errors = read_html(page)
        assert (flat(root), [code for _, code, _ in errors]) == strictly(page)


@pytest.mark.parametrize("inside", BAD)
def test_errors_are_found_each_time(inside: str) -> None:
    for _ in range(2):
        assert read_html(PAGE.format(inside))[1]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("<p>one</p>", "<p>one"),
        ("<p>fish</p>", "<p>fish & chips &c</p>"),
        ("<p>fish</p>", "<p>fish &nosuchthing;</p>"),
        ("<p>fish</p>", "<p>a\x01b</p>"),
        ('<p title="a">b</p>', '<p title="&nosuchthing;">b</p>'),
        ("<table><tbody> <tr><td>1</td></tr></tbody></table>", "<table><tbody>lost<tr><td>1</td></tr></tbody></table>"),
        ("<textarea>a</textarea>", "<textarea>\na</textarea>"),
        ('<p title="a">b</p>', '<p title="a" >\u00e9</p>'),
    ],
)
def test_a_page_like_one_that_was_right_is_read_for_itself(first: str, then: str) -> None:
    assert read_html(PAGE.format(first))[1] == []
    root, errors = read_html(PAGE.format(then))
    assert (flat(root), [code for _, code, _ in errors]) == strictly(PAGE.format(then))
