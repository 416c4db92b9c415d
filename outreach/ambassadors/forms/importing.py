"""The questions of an import: which file, which column is what, and whether to take it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from outreach.ambassadors.rules.importing import FIELD_WORDS, Fate, Field, Row, problem_of_columns
from outreach.sheets import LONGEST_CELL, Line, Sheet, plain_cell
from outreach.web.fields import (
    Choice,
    EmailField,
    FileField,
    PhoneField,
    SelectField,
    TextField,
    WordedField,
    YesField,
    clean_text,
)
from outreach.web.forms import Filters, Form

FATE_WORDS = {Fate.NEW: "New", Fate.CHANGED: "Changed", Fate.SAME: "Same", Fate.REFUSED: "Refused"}

LONGEST_NAME = 100


class UploadForm(Form):
    file = FileField(
        "CSV file", missing="Choose a CSV file that is not empty", accept=".csv,.txt,text/csv", called="The file"
    )


class ColumnsForm(Form):
    """One question for each column of theirs; `for_headings` makes it."""

    def __init__(self, formdata: Any = None, obj: object = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj, **kwargs)
        for field in self:
            # Any column may be left out, so none needs to say so.
            field.label.text = field.label.text.removesuffix(" (optional)")

    def columns(self) -> list[SelectField]:
        return [cast(SelectField, field) for field in self]

    def chosen(self) -> list[Field | None]:
        return [field.data or None for field in self.columns()]

    def validate(self, extra_validators: object = None) -> bool:
        fine = super().validate()
        problem = problem_of_columns(self.chosen()) if fine else None
        if problem:
            self.columns()[problem[0]].add_error(problem[1])
        return fine and problem is None


def columns_form(headings: Sequence[str]) -> type[ColumnsForm]:
    """A form with a question for each heading."""
    choices = [Choice(one.value, FIELD_WORDS[one]) for one in Field]
    fields = {
        f"column_{at}": SelectField(
            heading[:60] or f"Column {at + 1}",
            called="The column",
            choices=choices,
            coerce=Field,
            blank="Leave it out",
            optional=True,
        )
        for at, heading in enumerate(headings)
    }
    return cast(type[ColumnsForm], type("ColumnsForm", (ColumnsForm,), fields))


class TakeInForm(Form):
    mail = YesField(
        "Mails",
        answer="Email each new person that they are registered",
        hint_of_answer="Only if they expect it. Nobody is emailed otherwise.",
        optional=True,
    )
    stamp = TextField("Stamp", optional=True)


class VerdictFilters(Filters):
    show = SelectField(
        "Show",
        blank="All rows",
        choices=[Choice(one.value, f"{FATE_WORDS[one]} rows") for one in Fate],
        coerce=Fate,
        optional=True,
    )


class _CellsForm(Form):
    """The cells of a row that are text, under the same limits as where a coordinator types them."""

    name = TextField("Full name", max_length=LONGEST_NAME, optional=True)
    first_name = TextField("First name", optional=True)
    last_name = TextField("Last name", optional=True)
    email = EmailField("Email address", optional=True)
    phone = PhoneField("Telephone number", optional=True)
    employer = TextField("Employer", max_length=150, optional=True)
    job_title = TextField("Job role", optional=True)


_TEXTS = {
    Field.NAME,
    Field.FIRST_NAME,
    Field.LAST_NAME,
    Field.EMAIL,
    Field.PHONE,
    Field.EMPLOYER,
    Field.JOB_TITLE,
}


def read_rows(sheet: Sheet, chosen: Sequence[Field | None]) -> list[Row]:
    """What each row says by this choice of columns, cleaned as if it had been typed."""
    form = _CellsForm()
    # An employer or a job stands in many rows of a file: each text is looked at once.
    read = cache(partial(_read_cell, form))
    return [_read_row(read, line, chosen) for line in sheet.lines]


def _read_cell(form: _CellsForm, one: Field, cell: str) -> tuple[str, str]:
    """The text of a cell, and what is wrong with it."""
    plain = plain_cell(cell.strip())
    if len(plain) > LONGEST_CELL:
        return "", f"{FIELD_WORDS[one]} must be {LONGEST_CELL:,} characters or fewer"
    if one not in _TEXTS:
        return clean_text(plain, multiline=True), ""
    field = cast(WordedField, form[one.value])
    field.process(MultiDict({field.name: plain}))
    fine = field.validate(form)
    return field.data, "" if fine else str(field.errors[0])


def _read_row(read: Callable[[Field, str], tuple[str, str]], line: Line, chosen: Sequence[Field | None]) -> Row:
    given: dict[Field, str] = {}
    problem = ""
    for one, cell in zip(chosen, line.cells, strict=True):
        if one is None:
            continue
        text, wrong = read(one, cell)
        problem = problem or wrong
        if text:
            given[one] = text[:LONGEST_CELL]
    first_and_last = [given.pop(one, "") for one in (Field.FIRST_NAME, Field.LAST_NAME)]
    if any(first_and_last):
        given[Field.NAME] = " ".join(filter(None, first_and_last))
    if not problem and len(given.get(Field.NAME, "")) > LONGEST_NAME:
        problem = f"Full name must be {LONGEST_NAME} characters or fewer"
    return Row(line.number, given, problem)
