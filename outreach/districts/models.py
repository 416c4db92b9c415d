"""The county, its districts and its vocabularies, how far its towns are from each other, and its school terms."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, enum_of
from outreach.districts.rules import Vocabulary


class County(Base):
    """The one county that this installation serves."""

    __tablename__ = "county"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    council: Mapped[str]
    service: Mapped[str]
    scheme: Mapped[str]
    strap_line: Mapped[str]
    contact_email: Mapped[str] = mapped_column(String(320))
    contact_phone: Mapped[str] = mapped_column(String(40))
    commitment: Mapped[int]
    answer_within_working_days: Mapped[int]


class District(Base):
    """A district of the county, with its place on the map of tiles."""

    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("row", "column", name="uq_district_row_column"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    ons_code: Mapped[str] = mapped_column(String(16), unique=True)
    towns: Mapped[list[str]]
    row: Mapped[int]
    column: Mapped[int]


class Term(Base):
    """A word of one of the county's vocabularies. `code` never changes; `label` is what people read."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("vocabulary", "code", name="uq_term_vocabulary_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vocabulary: Mapped[Vocabulary] = mapped_column(enum_of(Vocabulary))
    code: Mapped[str] = mapped_column(String(64))
    label: Mapped[str]
    position: Mapped[int]
    under_18: Mapped[bool]
    offered: Mapped[bool]
    under_16: Mapped[bool] = mapped_column(server_default=false(), default=False)


class TravelTime(Base):
    """How many minutes it takes from one town to another. One row a pair: the way back takes as long."""

    __tablename__ = "travel_time"
    __table_args__ = (CheckConstraint("minutes BETWEEN 0 AND 300", name="minutes_in_range"),)

    from_town: Mapped[str] = mapped_column(String(100), primary_key=True)
    to_town: Mapped[str] = mapped_column(String(100), primary_key=True)
    minutes: Mapped[int]


class SchoolTerm(Base):
    """A school term of the county, both days included."""

    __tablename__ = "school_term"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="last_after_first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
