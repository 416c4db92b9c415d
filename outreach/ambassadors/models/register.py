"""Employers, ambassadors, where they go and what they do."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.ambassadors.rules.states import AmbassadorStatus
from outreach.db import Base, enum_of
from outreach.districts.models import District, Term


class Employer(Base):
    """Who an ambassador works for. Council-employed is read off `is_council`."""

    __tablename__ = "employer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_council: Mapped[bool]
    # What the employer tells hosts about its checks of staff, and whom to ring when somebody drops out.
    assurance: Mapped[str] = mapped_column(Text, server_default="", default="")
    contact_name: Mapped[str] = mapped_column(server_default="", default="")
    contact_phone: Mapped[str] = mapped_column(String(40), server_default="", default="")
    # When the contact was last looked over: a name that nobody has looked at for long is forgotten.
    contact_checked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __mapper_args__ = {"version_id_col": version}


class Ambassador(Base):
    """Somebody who works in care and promotes it as a career."""

    __tablename__ = "ambassador"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "uq_ambassador_email_not_left",
            "email",
            unique=True,
            sqlite_where=text("status <> 'left'"),
            postgresql_where=text("status <> 'left'"),
        ),
        Index("ix_ambassador_home_district_id_status", "home_district_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(40))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    job_title: Mapped[str]
    role_family_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    home_district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    # The town they work in, where they have said: rules.base_town_of reads the district's first town otherwise.
    base_town: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[AmbassadorStatus] = mapped_column(enum_of(AmbassadorStatus))
    leaving_reason_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    notes: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime]
    status_since: Mapped[datetime]
    # Their own words and wishes: what they say of themselves, how much notice they need, most visits in a month.
    story: Mapped[str] = mapped_column(Text, server_default="")
    notice_days: Mapped[int | None]
    visits_a_month: Mapped[int | None]
    # While paused: until the last of these days, or until somebody resumes them.
    paused_until: Mapped[date | None]
    # Somebody typed this address on the public page and has not confirmed it: deleted after UNCONFIRMED_KEPT days.
    unconfirmed_since: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    employer: Mapped[Employer] = relationship()
    role_family: Mapped[Term] = relationship(foreign_keys=[role_family_id])
    home_district: Mapped[District] = relationship()
    travels_to: Mapped[list[District]] = relationship(secondary="ambassador_district", order_by=District.name)
    terms: Mapped[list[Term]] = relationship(secondary="ambassador_term", order_by=Term.position)


class AmbassadorDistrict(Base):
    """A district other than the home district that an ambassador will travel to."""

    __tablename__ = "ambassador_district"
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"), primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True)


class AmbassadorTerm(Base):
    """An activity that an ambassador offers, an audience they speak to, a language or a qualification."""

    __tablename__ = "ambassador_term"

    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassador.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), primary_key=True)
