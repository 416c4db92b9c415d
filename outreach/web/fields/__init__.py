"""The questions a form can ask. Each field cleans what came in, words its own errors and knows its component.

A label that is a question needs `called`, so that an error can name the thing: 'Event date must be a real date'.
"""

from outreach.web.fields.base import WordedField
from outreach.web.fields.choices import CheckboxesField, Choice, RadiosField, SelectField, YesField, choices_of
from outreach.web.fields.dates import ClockTimeField, DatePartsField, check_period
from outreach.web.fields.files import FileField, with_files
from outreach.web.fields.numbers import HoursField, WholeNumberField
from outreach.web.fields.text import (
    EmailField,
    PhoneField,
    TextAreaField,
    TextField,
    VersionField,
    WebAddressField,
    clean_text,
)

__all__ = [
    "CheckboxesField",
    "Choice",
    "ClockTimeField",
    "DatePartsField",
    "EmailField",
    "FileField",
    "HoursField",
    "PhoneField",
    "RadiosField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "VersionField",
    "WebAddressField",
    "WholeNumberField",
    "WordedField",
    "YesField",
    "check_period",
    "choices_of",
    "clean_text",
    "with_files",
]
