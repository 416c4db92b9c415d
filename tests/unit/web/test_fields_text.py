"""What people type, and what hostile programs send, into boxes of text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach.web.fields import EmailField, PhoneField, TextAreaField, TextField, clean_text
from outreach.web.forms import Form

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


class Contact(Form):
    name = TextField("Name")
    email = EmailField("Email address")
    phone = PhoneField("Telephone number", optional=True)
    notes = TextAreaField("Notes", optional=True, max_length=50)


def filled(**answers: str) -> Contact:
    form = Contact(MultiDict({"name": "Jo", "email": "jo@college.example"} | answers))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jo\t Smith \r\n", "Jo Smith"),
        ("Jo\u202egnp.exe", "Jognp.exe"),
        ("\u2067Jo\u2069", "Jo"),
        ("J\u200bo\ufeff", "Jo"),
        ("J\x00o\x1b[31m\x7f", "Jo[31m"),
        ("Jo\ud800", "Jo"),
        ("Jose\u0301", "José"),
        ("Jo\u0085Smith\u2028x", "Jo Smith x"),
        ("👩\u200d👧 Ann", "👩\u200d👧 Ann"),
        ("a\u200db", "ab"),
        ("سارة", "سارة"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=1+1", "=1+1"),
    ],
)
def test_clean_text_keeps_one_spelling(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_clean_text_of_several_lines_keeps_paragraphs() -> None:
    assert clean_text("One \r\n\r\n\r\n\r\n two\rthree\u2029", multiline=True) == "One\n\ntwo\nthree"


@given(ANY_TEXT, st.booleans())
def test_clean_text_of_anything_can_be_stored_and_is_its_own_clean_text(typed: str, multiline: bool) -> None:
    kept = clean_text(typed, multiline=multiline)
    kept.encode()
    assert clean_text(kept, multiline=multiline) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in kept)
    assert multiline or "\n" not in kept


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_form_of_anything_answers_in_sentences(name: str, email: str, phone: str, notes: str) -> None:
    for field in filled(name=name, email=email, phone=phone, notes=notes):
        for message in field.errors:
            assert message.startswith(("Enter ", "Name must ", "Notes must ", "Email address must "))


def test_text_longer_than_its_limit_says_the_limit() -> None:
    assert filled(name="x" * 100).name.errors == []
    assert filled(name="x" * 10_000).name.errors == ["Name must be 100 characters or fewer"]
    assert filled(notes="x" * 51).notes.errors == ["Notes must be 50 characters or fewer"]


def test_text_of_unseen_marks_only_is_missing() -> None:
    assert filled(name="\u200b\u202e \x00").name.errors == ["Enter the name"]


def test_text_left_out_of_the_answers_is_missing_whatever_the_row_had() -> None:
    form = Contact(MultiDict({"x": "1"}), data={"name": "Jo"})
    assert not form.validate()
    assert form.name.errors == ["Enter the name"]
    assert form.email.errors == ["Enter an email address"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Jo.Smith@College.Example ", "jo.smith@college.example"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("o'neill+visit@school.sch.uk", "o'neill+visit@school.sch.uk"),
    ],
)
def test_email_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    form = filled(email=typed)
    assert form.email.errors == []
    assert form.email.data == kept


@pytest.mark.parametrize(
    "typed",
    [
        "jo",
        "jo@",
        "jo@localhost",
        "jo@college.example\r\nBcc: all@county.example",
        "jo@college.example\n",
        "jo@college.example, al@college.example",
        "Jo <jo@college.example>",
        "jo@[127.0.0.1]",
        "jo @college.example",
        "jo@college..example",
        "jé@college.example",
        "=?utf-8?q?=0a?=@college.example" + "x" * 60,
        "\u202ejo@@college.example",
    ],
)
def test_email_that_is_none_says_how_one_looks(typed: str) -> None:
    expected = "Enter an email address in the correct format, like name@example.com"
    assert filled(email=typed).email.errors == [expected]


def test_email_of_ten_thousand_characters_says_the_limit() -> None:
    assert filled(email="x" * 10_000 + "@a.example").email.errors == ["Email address must be 254 characters or fewer"]


@pytest.mark.parametrize("typed", ["01905 822866", "+44 (0)7700 900 982", "01905-822866 ext 12", "(01905) 822 866", ""])
def test_phone_is_kept_as_written(typed: str) -> None:
    form = filled(phone=typed)
    assert form.phone.errors == []
    assert form.phone.data == typed


@pytest.mark.parametrize("typed", ["12", "call me", "+" * 20, "٠١٢٣٤٥٦٧٨٩", "1" * 39, "01905 822866; DROP"])
def test_phone_that_is_none_says_how_one_looks(typed: str) -> None:
    assert filled(phone=typed).phone.errors == [PhoneField.wrong]


def test_optional_field_says_so_in_its_label() -> None:
    assert Contact().phone.label.text == "Telephone number (optional)"
    assert Contact().name.label.text == "Name"


def test_question_without_a_name_for_its_errors_is_refused() -> None:
    class Nameless(Form):
        who = TextField("Who is coming?")

    with pytest.raises(TypeError, match="called="):
        Nameless()
