"""The three ways an act can be refused. Standard library only, so that rules can raise them."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """An act that was not done. The message is a sentence for the person who tried."""


class NotFound(Refusal):
    """There is no such row, or this person may not know of it. Answered with 404."""


class NotAllowed(Refusal):
    """This person may not do this at all. Answered with 403."""


class Conflict(Refusal):
    """The act does not fit the present state.

    `field` names the form field to show the message beside; without one it stands at the top of the form.
    `ways_out` are words and addresses of pages where what stands in the way can be mended; the form, or the page,
    links to them. On a form the answer is 422; where there is no form, a page with 409.
    """

    def __init__(self, message: str, field: str | None = None, ways_out: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.ways_out = tuple(ways_out)
