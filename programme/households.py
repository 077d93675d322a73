"""One more person joins a registered family: by a code, and only once somebody who knows the family has confirmed it.

The mother decides. Where she has died or never joined, a health worker of the place does, the cadres of the posyandu
first: a phone alone says nothing of who holds it. Whoever is refused is not told, and waits as long as somebody whom
nobody answered, so that a mother may refuse without fear (decision 0037).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from content.city import City
from db import audit, codes, consent, endings, households, outbox, people
from db.audit import note
from db.children import Carer, Family, caregivers
from db.consent import Consent
from db.drafts import Draft
from db.households import EntryState, HouseholdEntry
from db.outbox import Kind, Outgoing
from db.people import Address, Claim, Invitation, Person, PersonRole
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from programme import consents, contacts
from programme.household_deciders import ANSWER_WITHIN, deciders, is_over, mother
from programme.names import salute

CODE_VALID = timedelta(days=2)
KEPT = timedelta(
    days=1
)  # how long the rows of a request without a yes are kept after its time: its last message goes out
LIVE = 3  # codes of one family that can be written at the same time
A_DAY = 6  # codes that can be made for one family within a day
RELATIONS = {"ayah": "Ayah", "nenek/kakek": "Nenek/kakek", "keluarga": "Keluarga lain"}
COUPLE = {"ayah": "Calon suami/suami", "keluarga": "Keluarga lain"}
NOBODY = "(dihapus)"
UNCONFIRMED, SETTLED = "tidak jadi ikut", "sudah dipastikan"


def relations(family: Family) -> dict[str, str]:
    """What somebody who joins the family may be to it. Nobody becomes its mother by such a code."""
    couple = bool(family.weddings) and not family.children and not family.pregnancies
    return COUPLE if couple else RELATIONS


# --- the code ---------------------------------------------------------------------------------


def make_code(
    session: Session, family: Family, by: Person, now: datetime, key: bytes, draw: Callable[[], str]
) -> str | None:
    """A new code for one more person of the family; None where too many were made today.

    Of more than ``LIVE`` unused ones the oldest expires. ``draw`` makes a code, ``key`` is that of ``db.codes``.
    """
    if households.made_since(session, family.id, now - timedelta(days=1)) >= A_DAY:
        return None
    for old in households.unused(session, family.id, now)[: -(LIVE - 1)]:
        old.expires_at = now
    code = draw()
    while _is_known(session, codes.hashed(code, key)):
        code = draw()
    entry = HouseholdEntry(
        code_hash=codes.hashed(code, key), family_id=family.id, made_by=by.id, created_at=now,
        expires_at=now + CODE_VALID, state=EntryState.OPEN, used_by="", relation="",
    )  # fmt: skip
    session.add(entry)
    session.flush()
    note(session, now, by.id, "household.code", subject(family))
    return code


def _is_known(session: Session, code_hash: str) -> bool:
    invited = session.scalar(select(Invitation.id).where(Invitation.code_hash == code_hash))
    return invited is not None or households.of_hash(session, code_hash) is not None


def of_code(session: Session, code: str, used_by: str, now: datetime, key: bytes) -> HouseholdEntry | None:
    """The entry of a code that can be used from this address ("telegram:881"); None for any other.

    Once written, a code is of that address alone; there it may be written again until it is settled.
    """
    entry = households.of_hash(session, codes.hashed(code, key))
    if entry is None or entry.family.forgotten_at is not None:
        return None
    if entry.state == EntryState.OPEN:
        return entry if entry.expires_at > now else None
    if entry.used_by != used_by or entry.state not in households.UNSETTLED:
        return None
    return entry if entry.state == EntryState.WAITING or entry.expires_at > now else None


def release(session: Session, entry: HouseholdEntry) -> None:
    """Let somebody else use the code: whoever wrote it did not go on."""
    entry.state, entry.used_by, entry.person_id = EntryState.OPEN, "", None
    entry.text_id = entry.agreed_at = None
    session.flush()


# --- the request ------------------------------------------------------------------------------


def ask(session: Session, city: City, entry: HouseholdEntry, relation: str, now: datetime) -> Sequence[Person]:
    """Store who they say they are, and ask whoever decides. Returns who was asked.

    The last word to who asks is written now, for the day on which the time is over: it is the same whether they were
    refused or nobody answered. ``now`` is in the city's time zone.
    """
    if entry.person is None:
        raise LookupError(f"household_entry {entry.id} names nobody")
    entry.relation, entry.state, entry.asked_at = relation, EntryState.WAITING, now
    note(session, now, entry.person.id, "household.ask", subject(entry.family))
    asked = _ask_deciders(session, city, entry, now, now + ANSWER_WITHIN)
    last = now + ANSWER_WITHIN
    outbox.to_person(
        session, entry.person.id, Kind.MOVED, _unanswered_key(entry), Message(unanswered(city)).to_json(), now,
        due_at=contacts.calm(city, last), expires_at=last + timedelta(days=2),
    )  # fmt: skip
    return asked


def _ask_deciders(
    session: Session, city: City, entry: HouseholdEntry, now: datetime, until: datetime
) -> Sequence[Person]:
    own = mother(session, entry.family)
    asked = deciders(session, entry.family, entry.person_id)
    for person in asked:
        due = now if own else contacts.calm(city, now)
        message = _question(entry, of_mother=own is not None)
        outbox.to_person(
            session, person.id, Kind.MOVED, _question_key(entry, person), message.to_json(), now,
            lane=outbox.ALERT, due_at=due, expires_at=until,
        )  # fmt: skip
    return asked


def mother_died(session: Session, city: City, family: Family, now: datetime) -> None:
    """Whom the mother has not answered yet, a health worker of the place is asked about now."""
    waiting = HouseholdEntry.family_id == family.id, HouseholdEntry.state == EntryState.WAITING
    for entry in session.scalars(select(HouseholdEntry).where(*waiting)).all():
        if entry.asked_at is not None and not is_over(entry, now):
            _ask_deciders(session, city, entry, now, entry.asked_at + ANSWER_WITHIN)


def _question(entry: HouseholdEntry, *, of_mother: bool) -> Message:
    options = (Option(f"household:yes:{entry.id}", "Ya, keluarga saya" if of_mother else "Ya, benar keluarganya"),
               Option(f"household:no:{entry.id}", "Tidak"))  # fmt: skip
    person = entry.person
    name = salute(person.name, nip=person.nip, sex=person.sex, relation=entry.relation) if person else ""
    as_what = relations(entry.family).get(entry.relation, RELATIONS["keluarga"]).lower()
    if of_mother:
        text = (
            f"👪 *{name} ingin ikut keluarga Ibu di Asuh*, sebagai {as_what}.\n\n"
            "Kalau Ibu setuju, pesan juga datang kepadanya, dan data si kecil bisa dilihatnya. "
            "Yang Ibu tulis dan tanyakan, dan urusan pribadi Ibu, tetap hanya untuk Ibu.\n\n"
            "Tidak setuju? Ketuk *Tidak*. Tidak ada yang diberi tahu."
        )
        return Message(text, options)
    home = entry.family
    why = "Ibunya sudah meninggal" if home.mother_died_on else "Ibunya belum ikut di Asuh"
    text = (
        f"👪 *{name} ingin ikut {contacts.who(home)} ({home.code}) di Asuh*, sebagai {as_what}.\n\n"
        f"{why}, jadi petugas setempat yang memastikan. Ragu? Tanyakan dulu ke rumahnya. "
        "Sebelum dipastikan, tidak ada yang bisa dilihatnya."
    )
    return Message(text, options)


def unanswered(city: City) -> str:
    """What is said where the time is over, whyever."""
    contact = city.programme.privacy.contact
    return (
        "Permintaan ikut keluarga belum terjawab, jadi tidak kami teruskan, dan data yang diisi kami hapus.\n\n"
        f"Masih ingin ikut? Minta kode baru, lalu tulis *mulai*. Bertanya: {contact}."
    )


def _unanswered_key(entry: HouseholdEntry) -> str:
    return f"household:{entry.id}:unanswered"


def confirm(session: Session, city: City, entry: HouseholdEntry, by: Person, now: datetime) -> Carer:
    """Make who asked a carer of the family, with the consent they gave. ``entry`` is locked and waits.

    A wish of the mother for one reader does not stand against somebody who was confirmed by name. In a family that
    mourns, lessons wait as long as those of its other carers.
    """
    person, home = entry.person, entry.family
    if person is None or entry.agreed_at is None:
        raise LookupError(f"household_entry {entry.id} names nobody who agreed")
    entry.state, entry.settled_at, entry.settled_by = EntryState.CONFIRMED, now, by.id
    if not person.has(Role.FAMILY):
        person.roles.append(PersonRole(role=Role.FAMILY))
    here = caregivers(session, home.id)
    carer = next((one for one in here if one.person_id == person.id), None)
    if carer is None:
        carer = Carer(person_id=person.id, family_id=home.id, stop_reason="", stopped_after="", monthly_chart=False)
        session.add(carer)
    carer.relation, carer.joined_on, carer.asked_text_id = entry.relation, now.date(), entry.text_id
    carer.closed_at = carer.stopped_at = None
    rests = [one.paused_until for one in here if one.paused_until is not None]
    since = now.date() - timedelta(days=city.programme.loss.quiet_days)
    carer.paused_until = max(rests, default=None) if endings.mourns(session, home.id, since) else None
    text = session.get(consent.ConsentText, entry.text_id) if entry.text_id else None
    given = Consent(
        person_id=person.id, family_id=home.id, relation=entry.relation, text_id=entry.text_id,
        text_version=text.text_version if text else city.programme.privacy.text_version,
        channel=entry.used_by.partition(":")[0], given_at=entry.agreed_at,
    )  # fmt: skip
    session.add(given)
    session.flush()
    note(session, now, by.id, "household.answer", subject(home))
    note(session, now, person.id, "consent.give", subject(home))
    outbox.cancel(session, SETTLED, now, Outgoing.key == _unanswered_key(entry))
    _settle_questions(session, entry, now)
    for other in here:  # a parent who withdrew disagrees with one who agrees now: the data officer sees to it
        if other.person_id != person.id and other.joined_on and not consents.of_carer(session, other):
            consents.report_conflict(session, city, other, now)
    return carer


def refuse(session: Session, entry: HouseholdEntry, by: Person, now: datetime) -> None:
    """Record that they do not belong to the family, or may not join. They are not told."""
    entry.state, entry.settled_at, entry.settled_by = EntryState.REFUSED, now, by.id
    note(session, now, by.id, "household.answer", subject(entry.family))
    _settle_questions(session, entry, now)
    session.flush()


def _settle_questions(session: Session, entry: HouseholdEntry, now: datetime) -> None:
    """Nobody else is asked any more."""
    outbox.cancel(session, SETTLED, now, Outgoing.key.in_(_question_keys(session, entry)))


def _question_keys(session: Session, entry: HouseholdEntry) -> list[str]:
    return [_question_key(entry, person) for person in deciders(session, entry.family, entry.person_id)]


def _question_key(entry: HouseholdEntry, person: Person) -> str:
    return f"household:{entry.id}:asks:{person.id}"


# --- the end of who did not become a carer ----------------------------------------------------


def let_go(session: Session, entry: HouseholdEntry, now: datetime) -> None:
    """End a request without a yes. Whoever was here for it alone is forgotten: name, draft, messages and address."""
    entry.state, entry.settled_at = EntryState.ENDED, entry.settled_at or now
    person, entry.person_id, entry.used_by = entry.person, None, ""
    session.flush()
    _settle_questions(session, entry, now)
    if person is None or person.roles:
        return
    forget_newcomer(session, person, now)
    for row in session.scalars(select(Outgoing).where(Outgoing.key.in_(_question_keys(session, entry)))):
        outbox.empty(row)  # it names who asked
    outbox.anonymise(session, person.id, now)
    audit.forget(session, [subject(person)])
    person.name, person.phone = NOBODY, None


def forget_newcomer(session: Session, person: Person, now: datetime) -> None:
    """Take somebody who never became anybody here from their phones, with what they began to fill in."""
    for address in session.scalars(select(Address).where(Address.person_id == person.id)):
        people.leave(session, address, person, now)
    session.execute(delete(Claim).where(Claim.person_id == person.id))
    session.execute(delete(Draft).where(Draft.person_id == person.id))
    session.flush()


def forget_unconfirmed(session: Session, now: datetime) -> None:
    """Let go of everybody whose request is over, and of the codes that nobody used."""
    over = select(HouseholdEntry).where(
        HouseholdEntry.state.in_((EntryState.WAITING, EntryState.REFUSED)),
        HouseholdEntry.asked_at <= now - ANSWER_WITHIN - KEPT,
    )
    left = select(HouseholdEntry).where(
        HouseholdEntry.state.in_((EntryState.TAKEN, EntryState.AGREED)), HouseholdEntry.expires_at <= now - KEPT
    )
    for entry in [*session.scalars(over).all(), *session.scalars(left).all()]:
        let_go(session, entry, now)
    unused = HouseholdEntry.state == EntryState.OPEN, HouseholdEntry.expires_at <= now - KEPT
    session.execute(delete(HouseholdEntry).where(*unused))


def forget_family(session: Session, family: Family, now: datetime) -> None:
    """Let go of everybody who waits to join a family that is forgotten; no code of it works any more."""
    entries = select(HouseholdEntry).where(
        HouseholdEntry.family_id == family.id,
        HouseholdEntry.state.in_((*households.UNSETTLED, EntryState.REFUSED)),
    )
    for entry in session.scalars(entries).all():
        let_go(session, entry, now)
    session.execute(
        update(HouseholdEntry)
        .where(HouseholdEntry.family_id == family.id)
        .values(expires_at=now, used_by="", relation="", made_by=None)
    )
