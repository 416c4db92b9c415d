"""What roles are open: a list that recruitment keeps, shown to referrers and to friends."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.districts.models import District


class Vacancy(Base):
    """One open role, with where to read more of it. It leaves the list by itself after its last day."""

    __tablename__ = "vacancy"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    hours: Mapped[str] = mapped_column(String(60))
    link: Mapped[str] = mapped_column(String(500))
    closes_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    district: Mapped[District | None] = relationship()
