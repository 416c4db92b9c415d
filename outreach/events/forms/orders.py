"""The order in which people are asked: a number beside each, and what it takes to ask them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from outreach.events.forms.choosing import AskingForm
from outreach.web.fields import WholeNumberField


def field_of(ambassador_id: int) -> str:
    """The name of the question which place somebody has."""
    return f"place_{ambassador_id}"


class OrderForm(AskingForm):
    """A place for each person, besides how long each has and a message. Made by `order_form`."""

    people: tuple[int, ...] = ()

    def in_order(self) -> list[int]:
        """The people by their places; whoever has none is left out."""
        placed = [(self.place_of(one).data or 0, one) for one in self.people]
        return [one for place, one in sorted(placed) if place]

    def place_of(self, ambassador_id: int) -> WholeNumberField:
        return cast(WholeNumberField, self[field_of(ambassador_id)])

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        seen: set[int] = set()
        for one in self.people:
            field = self.place_of(one)
            if field.data in seen:
                field.add_error("Give each person a number of their own")
            elif field.data:
                seen.add(field.data)
        if self.people and not self.in_order() and not self.errors:
            self.place_of(self.people[0]).add_error("Choose who to ask, and in which order")
        return good and not self.errors


def order_form(formdata: Any, people: Mapping[int, str], *, starts_at: datetime, **given: Any) -> OrderForm:
    """A form for these people, in the order in which they come, for an opening that starts then.

    `given` are answers that it is shown with.
    """
    asked: dict[str, Any] = {"people": tuple(people)}
    for one, name in people.items():
        asked[field_of(one)] = WholeNumberField(
            name, called=f"The place of {name}", least=1, most=max(len(people), 1), optional=True
        )
    data = {field_of(one): place for place, one in enumerate(people, start=1)}
    made: type[OrderForm] = type("OrderFormOfSomebody", (OrderForm,), asked)
    form = made(formdata, data=data, starts_at=starts_at, **given)
    for one in people:
        form.place_of(one).label.text = people[one]  # its answer may be left out, which is said once for all
    return form
