"""The gate of consent: what may be asked and shown of a family, and what follows when a consent ends.

Without a standing consent of a parent a child's health data are neither asked of nor shown to ASN and coordinators, and
no lessons go (UU 27/2022 arts. 20, 25 and 40). What health workers record themselves is theirs by law, and open danger
is told whatever the consent: neither asks here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import broadcasts, consent, outbox
from db.audit import note
from db.children import Carer, Family
from db.consent import PARENTS, Consent, PaperConsent, family_agrees
from db.data_requests import RequestKind
from db.outbox import Outgoing
from db.subjects import subject
from programme import appointments, data_requests, questions
from programme.still_valid import WITHDRAWN

PAPER = "kertas"
AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766


@dataclass(frozen=True, slots=True)
class Standing:
    """The consent by which a family's data may be used. ``channel`` is PAPER or that of the chat."""

    channel: str
    relation: str
    since: date


def stands(session: Session, family: Family) -> Standing | None:
    """The consent that stands for the family, a parent's in chat before one on paper; None where there is none."""
    if not consent.agrees(session, family.id):
        return None
    in_chat = session.scalars(
        select(Consent)
        .where(Consent.family_id == family.id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.relation.in_(PARENTS).desc(), Consent.id)
    ).first()
    if in_chat is not None and in_chat.relation in PARENTS:
        return Standing(in_chat.channel, in_chat.relation, in_chat.given_at.date())
    signed = session.scalars(
        select(PaperConsent)
        .where(PaperConsent.family_id == family.id, PaperConsent.withdrawn_at.is_(None))
        .order_by(PaperConsent.id)
    ).first()
    if signed is not None:
        return Standing(PAPER, signed.relation, signed.signed_on)
    return Standing(in_chat.channel, in_chat.relation, in_chat.given_at.date()) if in_chat else None


def standing_of(session: Session, families: Iterable[int]) -> set[int]:
    """Those of these families for which a consent stands."""
    ids, found = sorted(set(families)), set[int]()
    for start in range(0, len(ids), AT_ONCE):
        query = select(Family.id).where(Family.id.in_(ids[start : start + AT_ONCE]), family_agrees(Family.id))
        found |= set(session.scalars(query))
    return found


def of_carer(session: Session, carer: Carer) -> bool:
    """Whether a consent of this carer stands for the family: in chat, or on paper as its mother or father."""
    if consent.standing(session, carer.person_id, carer.family_id) is not None:
        return True
    signed = select(PaperConsent.id).where(
        PaperConsent.family_id == carer.family_id, PaperConsent.relation == carer.relation,
        PaperConsent.withdrawn_at.is_(None),
    )  # fmt: skip
    return carer.relation in PARENTS and session.scalar(signed.limit(1)) is not None


def give_on_paper(
    session: Session, family: Family, name: str, relation: str, signed_on: date, lies_at: str, by: int, now: datetime
) -> PaperConsent:
    """Store the consent that a parent or guardian signed. ``by``: the health worker who enters it."""
    signed = PaperConsent(
        family_id=family.id, name=name, relation=relation, signed_on=signed_on, lies_at=lies_at, entered_by=by,
        entered_at=now,
    )  # fmt: skip
    session.add(signed)
    session.flush()
    note(session, now, by, "consent.paper", subject(family))
    return signed


def withdraw(session: Session, city: City, carer: Carer, now: datetime) -> None:
    """End what this carer agreed to for the family, in chat and on paper, and every message that waits for them.

    Where it was the family's last consent, nothing that waits for another of its carers goes out either (the check
    before sending asks). Where the other parent's still stands, the data officer is asked.
    """
    _end(session, city, carer, now)
    appointments.end_without_consent(session, city, carer.family, now)
    note(session, now, carer.person_id, "consent.withdraw", subject(carer.family))


def withdraw_by_word(session: Session, city: City, family: Family, relation: str, by: int, now: datetime) -> None:
    """End what the family's mother, father or guardian agreed to, as they told the health worker ``by``.

    On paper and in chat: who has no phone at hand ends it all the same.
    """
    consent.withdraw_paper(session, family.id, relation, now)
    for carer in session.scalars(select(Carer).where(Carer.family_id == family.id, Carer.relation == relation)):
        if consent.standing(session, carer.person_id, family.id) is not None:
            _end(session, city, carer, now)
    session.flush()
    appointments.end_without_consent(session, city, family, now)
    note(session, now, by, "consent.withdraw", subject(family))


def _end(session: Session, city: City, carer: Carer, now: datetime) -> None:
    consent.withdraw(session, carer.person_id, carer.family_id, now)
    if carer.relation in PARENTS:
        consent.withdraw_paper(session, carer.family_id, carer.relation, now)
    carer.stopped_at = carer.stopped_at or now
    session.flush()
    questions.stop(session, city, now, carer.person_id, carer.family_id)
    broadcasts.end_wish(session, carer.person_id, now)
    outbox.cancel_unasked(session, WITHDRAWN, now, carer.person_id, Outgoing.family_id == carer.family_id)
    report_conflict(session, city, carer, now)


def report_conflict(session: Session, city: City, carer: Carer, now: datetime) -> None:
    """Ask the data officer where this parent refuses or has withdrawn while another consent for the family stands."""
    if disagrees(session, carer):
        data_requests.ask(session, city, RequestKind.CONFLICT, carer.family, carer.person_id, now)


def disagrees(session: Session, carer: Carer) -> bool:
    """Whether a consent stands for the family of this parent, who refuses or has withdrawn theirs: it is another's."""
    return carer.relation in PARENTS and consent.agrees(session, carer.family_id)


def end_all(session: Session, family: Family, now: datetime) -> None:
    """End every consent of the family: the data officer decided so."""
    for carer in session.scalars(select(Carer).where(Carer.family_id == family.id)):
        consent.withdraw(session, carer.person_id, family.id, now)
    for relation in (*PARENTS, consent.GUARDIAN):
        consent.withdraw_paper(session, family.id, relation, now)
    session.flush()
