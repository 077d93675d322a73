"""Somebody who fosters wishes that another does: the coordinators of the place are told, and nothing changes yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import consent, fostering, outbox
from db.children import Child, Pregnancy, Wedding
from db.outbox import Kind
from db.people import Person
from db.subjects import subject
from flow.message import Message, Option
from programme import disclosure, policy, visitors
from programme.contacts import calm, coordinators


def tell(
    session: Session, city: City, whom: Child | Pregnancy | Wedding, foster: Person, now: datetime
) -> Sequence[Person]:
    """Tell the coordinators of the family's place, once a day, with the way to do it. Returns them."""
    today, told = city.today(now), coordinators(session, whom.family)
    about = whom.family if isinstance(whom, Wedding) else whom
    held = [one for one in fostering.assignments_of(session, about, today) if one.asn_id == foster.id]
    agrees = consent.agrees(session, whom.family_id)
    for to in told:
        shown = disclosure.agreed(disclosure.of_family(session, whom.family, to, now), agrees)
        named = disclosure.called(about, shown, with_code=True)
        who = visitors.called(foster)
        text = f"🔁 {who} minta pendampingan {named} dialihkan. Sampai ada penggantinya, {who} tetap mendampingi."
        asking = policy.Asking(session, to, city.local(now))
        options = [
            Option(f"assign:end:{one.id}", "Alihkan") for one in held if policy.may(asking, "assignment.end", one)
        ]
        outbox.to_person(
            session, to.id, Kind.HANDOVER, f"handover-wish:{subject(whom)}:{foster.id}:{to.id}:{today}",
            Message(text, tuple(options[:1])).to_json(), now, about=[subject(whom)], due_at=calm(city, now),
        )  # fmt: skip
    return told
