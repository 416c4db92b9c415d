"""Institutions, their sites and contacts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.districts.models import District, Term


class Institution(Base):
    """A host of visits and events. `listed_at` is set once the coordinator, or the county file, has vouched for it."""

    __tablename__ = "institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    listed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    kind: Mapped[Term] = relationship()
    sites: Mapped[list[Site]] = relationship(back_populates="institution", order_by="Site.id")


class Site(Base):
    """A campus or building of an institution. The district of a visit is its site's."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("institution_id", "name", name="uq_site_institution_id_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    name: Mapped[str]
    address: Mapped[str]
    town: Mapped[str]
    postcode: Mapped[str] = mapped_column(String(10))
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    institution: Mapped[Institution] = relationship(back_populates="sites")
    district: Mapped[District] = relationship()


class Contact(Base):
    """A person at an institution. Until verified, no mail or page of theirs names an ambassador."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("institution_id", "email", name="uq_contact_institution_id_email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint(
            "(verified_at IS NULL) = (verified_by_id IS NULL) AND (verified_at IS NULL) = (verified_how_id IS NULL)",
            name="verified_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str] = mapped_column(String(40))
    job_title: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    verified_how_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))

    institution: Mapped[Institution] = relationship()
    verified_how: Mapped[Term | None] = relationship()
