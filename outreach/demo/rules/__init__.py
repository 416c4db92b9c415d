"""Who and what the demo county invents. Every name says that it is invented; every address ends in .example."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_NAMES = """
Aisha Alan Amara Amy Anita Ben Beth Carys Chidi Chloe Claire Colin Dai Dana Deepa Derek Ewa Fatima Fiona Gareth Grace
Hamid Hannah Helen Ian Imogen Ivan Jade James Jan Jaswinder Jo Joyce Karen Keith Kofi Lauren Leroy Linda Maria Mark
Megan Mo Nadia Neil Nia Olu Owen Pat Paula Priya Rafal Rhys Rosa Ruth Sam Sean Sunita Tariq Tess Tom Una Victor Wendy
Yusuf Zoe
"""
SURNAMES = ("Example", "Invented", "Sample", "Pretend", "Specimen", "Demo", "Imagined", "Madeup")

COUNCIL_JOBS = (
    ("Social worker", "regulated_professional"),
    ("Occupational therapist", "regulated_professional"),
    ("Reablement worker", "direct_care"),
    ("Shared lives officer", "other_social_care_support"),
    ("Day centre manager", "management"),
    ("Resource centre support worker", "direct_care"),
)
PROVIDER_JOBS = (
    ("Care worker", "direct_care"),
    ("Senior care worker", "direct_care"),
    ("Activities worker", "direct_care"),
    ("Registered manager", "management"),
    ("Registered nurse", "regulated_professional"),
    ("Care home cook", "ancillary"),
)
PROVIDERS = ("Riverside Care (invented)", "Hilltop Homecare (invented)", "Orchard House (invented)")
QUALIFIED = {
    "Social worker": "social_worker",
    "Occupational therapist": "occupational_therapist",
    "Registered nurse": "nurse",
    "Registered manager": "registered_manager",
}
"""What the county's word is for somebody of a job."""
ASSURANCES = (
    "All our staff are checked before they start: who they are, their references and their criminal record.",
    "We check everybody whom we employ before their first day, and again every three years.",
)
"""What the providers, but the last, tell hosts of their checks."""

HOURS = {"talk": 1, "careers_fair": 4, "mock_interviews": 3, "workshop": 2, "open_day": 3, "family_day": 4}
"""How long each kind of visit lasts; one hour for the others."""
SIZES = {"talk": 60, "careers_fair": 300, "mock_interviews": 24, "workshop": 25, "open_day": 150, "family_day": 80}
"""About how many people each kind of visit reaches; 20 for the others."""

TOPICS = (
    "A day in the life of a care worker",
    "How to start in care without experience",
    "Apprenticeships in adult social care",
    "What an occupational therapist does",
    "Working with people with learning disabilities",
    "",
)
ROOMS = (
    (
        "Main reception, then the lecture theatre",
        "Step-free from the front door; the lift is left of it",
        "Visitors’ bays by the gate",
    ),
    (
        "Student services, then room B12",
        "Ring at the side gate: it is locked from 9am",
        "In the street; allow ten minutes",
    ),
    ("Reception in the sixth form block", "Two steps at the door; a ramp is at the back", "Behind the sports hall"),
)
"""Where visitors report, how they get in, and where they park."""
ACCESS = ("Step-free from reception", "The hall is up one flight of stairs; there is a lift", "Park behind the gym", "")
NOTES = (
    "Good questions about shifts and pay.",
    "Two students asked about work experience.",
    "The group had not known about reablement.",
    "Next time bring more leaflets on apprenticeships.",
    "",
)
RATING_WORDS = (
    "The students are still talking about it.",
    "Warm, honest and funny. Thank you.",
    "It could have been a little longer.",
    "",
    "",
)
CHANGE_WORDS = (
    "Could the visit start half an hour later? Our timetable has changed.",
    "We now expect about ten more students than we said.",
    "The room has changed: ask at the north reception, not the main one.",
    "Is there somebody who could speak about children’s homes as well?",
)
THANKS = (
    "Thank you for coming to us. Three of our students have asked about work experience since, and one has applied.",
    "You told it as it is, and they listened. Please come again next year.",
    "Our class had not thought of care at all before you came. Now half of them want to visit the day centre.",
    "Thank you for staying on to answer questions. It made the day for the quieter ones.",
)
DECLINE_WORDS = "We would gladly come on another day: ask us again with dates in the new term."

OWN_WORDS = (
    "I came to care from a supermarket till, for three months. That was eleven years ago.",
    "A man I look after taught me chess. I still lose, and that is the best part of my week.",
    "I started as a cleaner in the home where I am a senior now. Ask me about the training: it was paid.",
    "I am the first in my family with a degree, and I got it while working in home care.",
    "People think it is all lifting and washing. Mostly it is listening, and laughing.",
    "I help people get back on their feet after hospital. When they no longer need me, I have done my job.",
)


@dataclass(frozen=True)
class Persona:
    """Somebody whom a visitor of the demonstration can be."""

    key: str
    name: str
    roles: tuple[str, ...]
    job: str
    tries: tuple[str, ...]

    @property
    def email(self) -> str:
        return f"{self.key.replace('_', '.')}@county.example"


PERSONAS = (
    Persona(
        "coordinator",
        "Chris Example",
        ("coordinator",),
        "Coordinator",
        (
            "Open the work list and take the oldest request",
            "Accept it for one of its dates, then pick an ambassador",
            "Read why somebody was asked to an event, and the plan of the coming weeks",
            "Somebody has dropped out of the next visit: see who can come now",
            "Correct the address of a mail that failed, and send it again",
        ),
    ),
    Persona(
        "deputy",
        "Dee Sample",
        ("coordinator",),
        "Deputy coordinator",
        (
            "Log a careers fair straight into the calendar, with three ambassadors",
            "Register an ambassador in the district that has none",
        ),
    ),
    Persona(
        "recruitment",
        "Robin Pretend",
        ("recruitment_officer",),
        "Recruitment officer",
        (
            "See who is late among the candidates, and record the next stage of one",
            "Approve a reward that is due, after reading why it is",
            "Ask what the draft of the terms would have cost",
            "Make a code for a careers event and print its poster; change the open roles",
        ),
    ),
    Persona(
        "second_recruitment",
        "Remy Specimen",
        ("recruitment_officer",),
        "Second recruitment officer",
        (
            "Build the payroll file of this month",
            "Mark as paid what Robin approved, which Robin may not",
            "Publish the terms that Robin drafted",
        ),
    ),
    Persona(
        "viewer",
        "Val Invented",
        ("viewer",),
        "Member of the scrutiny board",
        ("Look at the districts: which has no ambassador?", "Read the public events, month by month"),
    ),
    Persona(
        "administrator",
        "Adi Specimen",
        ("administrator",),
        "Administrator",
        ("Give an account a role, or end its sessions", "Read who did what in the audit"),
    ),
    Persona(
        "referrer",
        "Frankie Madeup",
        (),
        "Member of staff who refers friends",
        ("See how each referral goes, as far as the friend allows it", "See which reward is due when, and why"),
    ),
    Persona(
        "staff",
        "Sam Imagined",
        (),
        "Member of staff",
        (
            "Get a link of your own to pass on, with its QR code and a poster for your team",
            "Read what you get for it, what roles are open, and the terms of today and of before",
        ),
    ),
)
# Two administrators are the fewest; nobody is this one.
SECOND_ADMINISTRATOR = Persona("second_administrator", "Alex Demo", ("administrator",), "Administrator", ())


class Names:
    """Invented names, none twice."""

    def __init__(self, chance: random.Random) -> None:
        self.left = [f"{first} {last}" for first in FIRST_NAMES.split() for last in SURNAMES]
        chance.shuffle(self.left)

    def next(self) -> str:
        return self.left.pop()


def reference(chance: random.Random, prefix: str, alphabet: str) -> str:
    """A reference like those of `web.keys.new_reference`, but the same for the same seed."""
    letters = "".join(chance.choice(alphabet) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def email_of(name: str, domain: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{domain}"


def school_day(chance: random.Random, first: date, last: date) -> date:
    """A day between two days (both may be it) that is no weekend, and not in August or at Christmas if it can be."""
    for _ in range(100):
        day = first + timedelta(days=chance.randint(0, max((last - first).days, 0)))
        christmas = (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 4)
        if day.weekday() < 5 and day.month != 8 and not christmas:
            return day
    return first


def next_weekday(day: date) -> date:
    """This day, or the Monday after a weekend."""
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])
