"""Calendar files as others write them, for tests of the import."""

from __future__ import annotations

from datetime import datetime


def entry(uid: str = "open-day@college.example", **lines: str) -> str:
    """One VEVENT. Names are properties in lower case, with underscores for hyphens; an empty text leaves one out."""
    held = {"SUMMARY": "Open day", "LOCATION": "Main hall"} | {_named(name): value for name, value in lines.items()}
    told = [f"{name}:{value}" for name, value in held.items() if value]
    return "\r\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *told, "END:VEVENT"])


def _named(name: str) -> str:
    """A property's name as a calendar has it, its parameters as they are given."""
    head, *parameters = name.split(";", 1)
    return ";".join([head.upper().replace("_", "-"), *parameters])


def at(moment: datetime) -> str:
    """An instant as a calendar writes it."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def calendar(*entries: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//A college//Term calendar//EN", *entries, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()
