"""Who thanks an ambassador."""

from __future__ import annotations

from enum import Enum


class ThanksFrom(Enum):
    COORDINATOR = "coordinator"
    HOST = "host"


LONGEST_THANKS = 600
