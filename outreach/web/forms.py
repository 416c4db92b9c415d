"""The base of every form: how it is filled, refused and shown again."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import wtforms
from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from outreach.db import db
from outreach.errors import Conflict
from outreach.web.fields import WordedField


class Form(wtforms.Form):
    """A form whose fields clean themselves. What it does not know it does not read."""

    ways_out: tuple[tuple[str, str], ...] = ()  # of the refusal that is shown

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        # WTForms takes an empty set of answers as answers, and would blank an edit form on GET.
        super().__init__(formdata or None, obj, **kwargs)

    def sent(self) -> bool:
        """Whether this request posts the form and every answer will do."""
        return request.method == "POST" and self.validate()

    def refuse(self, conflict: Conflict) -> None:
        """Show an act's refusal beside the field it names, or at the top of the form."""
        field = self._fields.get(conflict.field) if conflict.field else None
        if isinstance(field, WordedField):
            field.add_error(conflict.message)
        else:
            self.form_errors = [*self.form_errors, conflict.message]
        self.ways_out += conflict.ways_out

    def refusing(self) -> Refusing:
        """`with form.refusing():` around an act: a Conflict inside it becomes the form's error."""
        return Refusing(self)


class Refusing:
    """Swallows a Conflict into its form, so that the view goes on to show the form again."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Conflict):
            return False
        # What the act had begun is undone before the form is shown again, and other writers may go on.
        db.session.rollback()
        self.form.refuse(error)
        return True


class PublicForm(Form):
    """A form that strangers can send: it carries a box that people do not see and robots fill.

    A view asks `form.robot` after the form is sent, and then answers as if all went well.
    """

    # A plausible name, which browsers do not fill by themselves; draw it with the macro `honeypot`.
    honeypot = "company_fax"

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        self.robot = bool(formdata and formdata.get(self.honeypot))


class Filters(Form):
    """The filters of a list, read from the address bar: what will not do is left out, and nothing is an error."""

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        for field in self:
            # No filter has to be set, so none needs to say so.
            field.label.text = field.label.text.removesuffix(" (optional)")

    def read(self) -> None:
        """Read what was asked for. Call it once the choices are set; afterwards `data` may be used."""
        self.validate()
        for field in self:
            if field.errors:
                field.errors = []
                field.process(None)

    def any_set(self) -> bool:
        """Whether the list is narrowed by anything."""
        return any(not field.is_blank() for field in self if isinstance(field, WordedField))


def show(template: str, form: Form | None = None, **context: Any) -> Response:
    """A page; 422 when its form was refused, which also rolls the request's transaction back."""
    refused = form is not None and bool(form.errors)
    return make_response(render_template(template, form=form, **context), 422 if refused else 200)
