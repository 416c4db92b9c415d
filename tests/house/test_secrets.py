"""Secrets are compared in the database or by hmac.compare_digest, never by ==, whose time tells how much fits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "outreach"
SECRET = re.compile(r"(^|_)(token|digest|sig|signature|secret)s?$")
# Elsewhere a code is that of a reason or of an audience; here it is what lets somebody in.
SECRET_HERE = re.compile(r"(?:^|(?<!status)_)(token|digest|code|sig|signature|secret)s?$")
HERE = ("accounts", "web")


def named(node: ast.expr) -> str:
    """The name that an expression ends in: `code` of `form.code`, of `code` and of `code.data`."""
    if isinstance(node, ast.Attribute):
        return named(node.value) if node.attr == "data" else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_column(node: ast.expr) -> bool:
    """`SignIn.digest`, compared inside a query: the database does it."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id[:1].isupper()


def compared(source: str, secret: re.Pattern[str]) -> Iterator[int]:
    """The lines on which == or != meets a secret outside a query."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare) or not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            continue
        sides = [node.left, *node.comparators]
        if any(secret.search(named(side)) for side in sides) and not any(is_column(side) for side in sides):
            yield node.lineno


def test_no_secret_is_compared_by_equality() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(ROOT.rglob("*.py"))
        for line in compared(
            path.read_text(encoding="utf-8"), SECRET_HERE if path.relative_to(ROOT).parts[0] in HERE else SECRET
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("if token == other: pass", [1]),
        ("x = form.code.data != expected", [1]),
        ("a == row.browser_digest", [1]),
        ("a < token", []),
        ("answer.status_code == 303", []),
        ("select(SignIn).where(SignIn.digest == digest(token))", []),
        ("decoder == other", []),
    ],
)
def test_the_search_finds_what_it_should(source: str, lines: list[int]) -> None:
    assert list(compared(source, SECRET_HERE)) == lines
