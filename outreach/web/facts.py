"""Facts that go up: a lower act says what happened, a higher feature acts on it in the same transaction.

A fact is a frozen dataclass defined beside the rules of the feature that emits it. `app.py` wires the
handlers, so that no feature imports one above it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

Handlers = dict[type[Any], list[Callable[[Any], None]]]


def init_facts(app: Flask) -> None:
    app.extensions["facts"] = {}


def on(app: Flask, fact: type[Any], handler: Callable[[Any], None]) -> None:
    """Have `handler` called with every fact of this type."""
    handlers: Handlers = app.extensions["facts"]
    handlers.setdefault(fact, []).append(handler)


def emit(fact: object) -> None:
    """Tell the features above. A handler that refuses refuses the whole act."""
    handlers: Handlers = current_app.extensions["facts"]
    for handler in handlers.get(type(fact), []):
        handler(fact)
