"""News of an end from somebody who is neither of the family nor a health worker of its place: it needs a second person.

From the first word nothing is sent about who is said to be gone (``still_valid``), and nothing is recorded. Those who
decide are asked at once, and again after two days; until then alerts and answers go on as if nothing had been told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.city import City
from db import outbox, told_endings
from db.audit import note
from db.children import Child, Pregnancy, cared_for, heads, health_workers
from db.outbox import Kind
from db.people import Person
from db.states import CareState
from db.subjects import subject
from db.told_endings import ToldEnding
from flow.message import Message, Option
from programme import disclosure, ending_records, on_call, still_valid
from programme.contacts import called, calm, coordinators
from programme.disclosure import ALL, Shown

AGAIN_AFTER = timedelta(days=2)
SAYS: dict[CareState, str] = {
    CareState.DIED: "*{name}* telah berpulang",
    CareState.MISCARRIED: "*{name}* keguguran",
    CareState.STILLBORN: "bayi *{name}* lahir meninggal",
    CareState.MOTHER_DIED: "*{mother}* telah berpulang",
    CareState.MOVED: "*{name}* sudah pindah",
    CareState.REFUSED: "keluarga *{name}* tidak ingin didampingi lagi",
}


def needs_second(session: Session, person: Person, about: Child | Pregnancy) -> bool:
    """Whether somebody else has to say so too: who tells is no carer of the family, no health worker of its place."""
    family = about.family
    own = any(carer.family_id == family.id for carer in cared_for(session, person.id))
    return not own and all(one.id != person.id for one in (*health_workers(session, family), *heads(session, family)))


def tell(
    session: Session, city: City, about: Child | Pregnancy, kind: CareState, now: datetime, by: int
) -> Sequence[Person]:
    """Keep what was told, hold back what is planned, and ask those who decide. Returns who was asked.

    What is waiting already is not asked a second time.
    """
    waiting = told_endings.waiting_about(session, about)
    told = next((one for one in waiting if one.kind == kind), None)
    if told is None:
        whom = {"child": about} if isinstance(about, Child) else {"pregnancy": about}
        told = ToldEnding(kind=kind, at=now, told_by=by, **whom)
        session.add(told)
        session.flush()
        note(session, now, by, "ending.told", subject(about))
        for one in (*about.family.children, *about.family.pregnancies):
            still_valid.cancel_fallen(session, now, subject(one))
        _ask(session, city, told, deciders(session, told, now), now)
    return deciders(session, told, now)


def deciders(session: Session, told: ToldEnding, now: datetime) -> Sequence[Person]:
    """Who says whether it is true, but not the teller: health workers of the place, heads, else coordinators."""
    family = told.about.family
    people = [*on_call.told_first(session, family, now), *health_workers(session, family), *heads(session, family)]
    found = {one.id: one for one in people or coordinators(session, family) if one.id != told.told_by}
    return list(found.values())


def decide(session: Session, city: City, told: ToldEnding, is_true: bool, now: datetime, by: int) -> None:
    """Record the end, or let everything go on as before; whoever told of it hears what was decided."""
    told.decided_at, told.decided_by, told.is_true = now, by, is_true
    session.flush()
    note(session, now, by, "ending.confirm" if is_true else "ending.refuse", subject(told.about))
    if is_true:
        ending_records.record(session, city, told.about, told.kind, now, by)
        return
    text = (
        f"Terima kasih sudah mengabari. Petugas setempat sudah memastikan: kabar bahwa {says(told)} ternyata keliru. "
        "Pendampingan berjalan seperti biasa."
    )
    outbox.to_person(
        session, told.told_by, Kind.TOLD, f"told:{told.id}:{told.told_by}:no", Message(text).to_json(), now,
        about=[subject(told.about)], due_at=calm(city, now),
    )  # fmt: skip


def settle(session: Session, about: Child | Pregnancy, kind: CareState, now: datetime, by: int | None) -> None:
    """Close the waiting news of an end that has been recorded otherwise: by the family, a health worker or a list."""
    for told in told_endings.waiting_about(session, about):
        told.decided_at, told.decided_by, told.is_true = now, by, told.kind == kind


def ask_again(session: Session, city: City, told: ToldEnding, now: datetime) -> None:
    """Ask those who decide a second time, and the coordinators of the place."""
    told.asked_again_at = now
    people = {one.id: one for one in (*deciders(session, told, now), *coordinators(session, told.about.family))}
    _ask(session, city, told, [one for one in people.values() if one.id != told.told_by], now)


def says(told: ToldEnding, shown: Shown = ALL, *, with_code: bool = False) -> str:
    """What was told, in the words that may be shown: "*Adik Rafa (A-31)* sudah pindah", "*Anak A-31* sudah pindah"."""
    name = disclosure.called(told.about, shown, with_code=with_code and isinstance(told.about, Child))
    return SAYS[told.kind].format(name=name, mother=disclosure.mother(told.about, shown, with_code=with_code))


def _ask(session: Session, city: City, told: ToldEnding, people: Sequence[Person], now: datetime) -> None:
    about, again = told.about, told.asked_again_at is not None
    for person in people:
        shown = disclosure.of_family(session, about.family, person, now)
        late = "Sudah dua hari belum ada yang memastikan. " if again else ""
        text = (
            f"{called(person)}, {called(told.teller)} mengabarkan: {says(told, shown, with_code=True)}, "
            f"{about.family.village.full_name}.\n\n"
            f"{late}Benarkah? Sebelum ada jawaban, keluarga tidak kami hubungi tentang ini."
        )
        options = Option(f"told:yes:{told.id}", "Ya, benar"), Option(f"told:no:{told.id}", "Tidak benar")
        outbox.to_person(
            session, person.id, Kind.TOLD, f"told:{told.id}:{person.id}:{'again' if again else 'asked'}",
            Message(text, options).to_json(), now, about=[subject(about)], due_at=calm(city, now),
        )  # fmt: skip
