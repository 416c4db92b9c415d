"""What is kept of events and assignments."""

from __future__ import annotations

from outreach.retention import End, Keeping, Rule, columns

KEEPS = [
    Keeping(
        "event",
        "plan visits and publish the calendar",
        "public task",
        columns(
            key="id reference activity_id district_id institution_id site_id contact_id visit_request_id "
            "audience_id cancel_reason_id uid_public uid_staff",
            fact="title status online place starts_at ends_at needed audience_size is_key published_at unpublished_at "
            "cancelled_at sequence created_at changed_at version",
            personal="supervisor",
            words="notes public_words",
        ),
        (Rule("ends_at", 730, End.BLANK, columns=("supervisor", "notes", "public_words")),),
        about="contacts at institutions",
    ),
    Keeping(
        "assignment",
        "know who goes to an event, and the hours it took",
        "the employer's task and the ambassador's agreement",
        columns(
            key="id event_id opening_id ambassador_id assigned_by_id reason_id order_id",
            fact="starts_at ends_at status invited_at answer_by answered_at hours mailed_sequence created_at version "
            "place_in_order skipped checked_out_at",
            personal="mailed_to",
            words="words said",
        ),
        (
            Rule("ends_at", 30, End.BLANK, columns=("mailed_to",)),
            Rule("ends_at", 730, End.BLANK, columns=("words", "said")),
        ),
        about="ambassadors",
        owner="ambassador_id",
    ),
    Keeping(
        "imported_entry",
        "know an entry of a college's calendar again when its next file comes",
        "public task",
        columns(key="id institution_id digest event_id", fact="title place starts_at ends_at", words="words"),
        (Rule("ends_at", 730, End.DELETE),),
        about="contacts at institutions",
    ),
    Keeping(
        "opening",
        "know how many people an event needs, when, and who they must be",
        "public task",
        columns(
            key="id event_id qualification_id",
            fact="starts_at ends_at needed qualified_needed open_to_offers created_at",
        ),
    ),
    Keeping(
        "arrangements",
        "tell ambassadors and hosts what they need to know of each other on the day",
        "public task",
        columns(
            key="event_id",
            fact="room host_agreed_at changed_at version",
            personal="contact_name contact_phone safeguarding_name safeguarding_phone",
            words="access parking slides needs",
        ),
        (
            Rule(
                "changed_at",
                730,
                End.BLANK,
                columns=(
                    "contact_name",
                    "contact_phone",
                    "safeguarding_name",
                    "safeguarding_phone",
                    "access",
                    "parking",
                    "slides",
                    "needs",
                ),
            ),
        ),
        about="contacts at institutions",
    ),
    Keeping(
        "choice",
        "say a year later why somebody was chosen for an event",
        "public task",
        columns(
            key="id assignment_id made_by_id",
            fact="made_at way position out_of score",
            personal="reasons",
            words="override",
        ),
        (Rule("made_at", 730, End.DELETE),),
        about="ambassadors",
    ),
    Keeping(
        "invitation_order",
        "ask people one after the other until an opening is filled",
        "public task",
        columns(key="id opening_id made_by_id", fact="status answer_hours made_at ended_at", words="words"),
        (Rule("ended_at", 730, End.BLANK, columns=("words",)),),
    ),
    Keeping(
        "other_date",
        "find another day with somebody who cannot come on this one",
        "the ambassador's agreement",
        columns(key="id assignment_id", fact="day part"),
        (Rule("day", 30, End.DELETE),),
        about="ambassadors",
    ),
    Keeping(
        "stand_in",
        "ask a colleague whom somebody who cannot come has named",
        "public task",
        columns(key="id assignment_id settled_by_id", fact="status named_at settled_at", personal="name email"),
        (Rule("named_at", 90, End.DELETE),),
        about="colleagues of ambassadors",
    ),
    Keeping(
        "weight",
        "order the shortlist as the coordinator has decided",
        "public task",
        columns(key="code", fact="points"),
    ),
    Keeping(
        "plan",
        "propose who goes where in a term",
        "public task",
        columns(
            key="id district_id asked_by_id applied_by_id",
            fact="first_day last_day status limit_seconds asked_at started_at alive_at finished_at method gap score "
            "facts answer_hours applied_at version",
            words="words",
        ),
        (Rule("asked_at", 365, End.DELETE),),
        about="ambassadors",
    ),
    Keeping(
        "plan_place",
        "propose who goes where in a term",
        "public task",
        columns(
            key="id plan_id opening_id ambassador_id",
            fact="number pinned status position out_of score blocked made_at",
            personal="reasons",
        ),
        (Rule("made_at", 365, End.DELETE),),
        about="ambassadors",
        owner="ambassador_id",
    ),
]
