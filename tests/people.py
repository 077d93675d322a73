"""The people of the tests: Bu Sari and her Rafa, Pak Anwar who fosters him, Bu Ratna who coordinates.

Each function writes one row (and what cannot be without it) and gives it back; nothing is committed.
"""

from __future__ import annotations

import atexit
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import lessons, programme
from content.city import City
from content.emergency import Line, Review
from content.lessons import Lesson, Library, Question
from content.templates import Templates
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import Consent, PaperConsent
from db.fostering import Assignment, Delegate, Leave
from db.measurements import OFFICIAL, Measurement
from db.people import Address, Person, PersonKind, PersonRole
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.referrals import Referral
from db.visits import Visit

WITA = ZoneInfo("Asia/Makassar")
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=WITA)  # a Wednesday morning
TODAY = NOW.date()
SECRET = bytes(range(32))  # the key of invitation codes
SIGNED_ON = TODAY - timedelta(days=10)  # when the city's numbers were rung and its danger texts signed
LONG_AGO = NOW - timedelta(days=400)  # when the register was made
MAN, WOMAN = 1, 2
_numbers = count(1)


def at(day: date, clock: str = "09:00") -> datetime:
    """The moment on Kendari's clocks: at(TODAY, "17:00")."""
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), WITA)  # noqa: DTZ007


# --- the city -------------------------------------------------------------------------


@cache
def _programme() -> programme.Programme:
    """The shipped programme of a city that has a hospital to call, has rung its numbers and has signed its texts."""
    shipped = programme.load()
    known = shipped.emergency
    known = replace(
        known,
        hospital=replace(known.hospital, name="RSUD Kota Kendari", number="0401-3101234"),
        health_office=replace(known.health_office, number="0401-3105678"),
        duty=replace(known.duty, number="0811-400-001"),
        texts=Review("dr. Sitti Rahma, Dinas Kesehatan", SIGNED_ON),
    )
    rung = {
        one.name: replace(getattr(known, one.name), checked_on=SIGNED_ON, checked_by="Bu Ratna")
        for one in fields(known)
        if isinstance(getattr(known, one.name), Line)
    }
    return replace(shipped, emergency=replace(known, **rung))


@cache
def _library() -> Library:
    """The shipped lessons of a city whose doctor has signed those that must not be missed."""
    shipped = lessons.shipped()
    overlays = {language: {id: _signed(one) for id, one in them.items()} for language, them in shipped.overlays.items()}
    return replace(shipped, lessons=tuple(map(_signed, shipped.lessons)), overlays=overlays)


def _signed(lesson: Lesson) -> Lesson:
    by, on = "dr. Sitti Rahma, Dinas Kesehatan", SIGNED_ON
    return replace(lesson, reviewed_by=by, reviewed_on=on) if lesson.must_not_miss else lesson


@cache
def _templates() -> Templates:
    return Templates()


@cache
def _files() -> Path:
    """Where pictures and workbooks of tests go that do not look at them."""
    folder = TemporaryDirectory(prefix="asuh-files-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def city(files: Path | None = None, library: Library | None = None) -> City:
    """Kendari with our programme and lessons, or with the few lessons a test is about."""
    known = library or _library()
    return City("Kota Kendari", WITA, _programme(), known, _templates(), files or _files(), secret=SECRET)


def lesson(id: str, day: int, until: int, **more: Any) -> Lesson:
    """A short lesson for everybody, counted from birth unless ``anchor="hpl"``."""
    known: dict[str, Any] = {
        "plan": id, "anchor": "lahir", "audience": ("ibu", "ayah", "keluarga"), "must_not_miss": False,
        "source": "Buku KIA 2023", "topic": f"Tentang {id}", "summary": id, "notice": id,
        "question": Question("Sudah dicoba?", ("Sudah", "Belum")), "reviewed_by": None, "reviewed_on": None,
        "body": "{{ ibu }}, satu hal untuk {{ nama }}.", "stage": "bayi-1-6-bulan",
    }  # fmt: skip
    if more.get("anchor") == "hpl":
        known |= {"stage": "hamil", "body": "{{ ibu }}, minggu {{ minggu }}."}
    return Lesson(id=id, day=day, until=until, **(known | more))


def library(*lessons: Lesson) -> Library:
    return Library(tuple(sorted(lessons, key=lambda lesson: (lesson.anchor, lesson.day, lesson.id))))


# --- places -----------------------------------------------------------------------------


def village(session: Session, name: str = "Mandonga", district: str = "Mandonga") -> Village:
    """A kelurahan and its kecamatan, the same one when asked for again."""
    found = session.scalar(
        select(Village).join(Village.district).where(Village.name == name, District.name == district)
    )
    if found:
        return found
    home = session.scalar(select(District).where(District.name == district)) or District(name=district)
    return _add(session, Village(name=name, district=home))


def office(session: Session, name: str = "Dinas Kominfo") -> Office:
    return session.scalar(select(Office).where(Office.name == name)) or _add(session, Office(name=name))


def health_centre(session: Session, name: str = "Puskesmas Labibia", **more: Any) -> HealthCentre:
    """The puskesmas of this name, the same one when asked for again."""
    return session.scalar(select(HealthCentre).where(HealthCentre.name == name)) or _add(
        session, HealthCentre(name=name, **more)
    )


def posyandu(session: Session, name: str = "Melati 1", where: Village | None = None) -> Posyandu:
    """The posyandu of this name, the same one when asked for again."""
    known = session.scalar(select(Posyandu).where(Posyandu.name == name))
    return known or _add(session, Posyandu(name=name, village_id=(where or village(session)).id))


# --- people -----------------------------------------------------------------------------


def person(session: Session, name: str, role: str, *, reachable: bool = True, **more: Any) -> Person:
    """Somebody with a role (more: title, scope, scope_id of the role; nip, office of the person)."""
    held = {key: more.pop(key) for key in ("title", "scope", "scope_id") if key in more}
    who = _add(session, Person(name=name, created_at=NOW, roles=[PersonRole(role=role, **held)], **more))
    if reachable:
        address(session, who)
    return who


def address(session: Session, who: Person, channel: str = "simulator", heard: datetime = NOW) -> Address:
    """Where somebody is written to who joined long ago."""
    row = Address(
        channel=channel,
        address=f"{channel}-{who.id}",
        person_id=who.id,
        first_heard_at=heard,
        last_heard_at=heard,
        linked_at=min(heard, LONG_AGO),
    )
    return _add(session, row)


def nip(sex: int = MAN) -> str:
    """A NIP nobody else has: born 2 January 1985, appointed in March 2010, or of a later year after a thousand."""
    years, number = divmod(next(_numbers), 1000)
    return f"19850102{2010 + years}03{sex}{number:03}"


def asn(
    session: Session, name: str = "Anwar Hamid", sex: int = MAN, *, office_name: str = "Dinas Kominfo", **more: Any
):
    return person(session, name, "asn", nip=nip(sex), office=office(session, office_name), **more)


def coordinator(
    session: Session, name: str = "Ratna Dewi", scope: str = "kota", scope_id: int = 0, **more: Any
) -> Person:
    return person(session, name, "coordinator", scope=scope, scope_id=scope_id, **more)


def health(session: Session, name: str = "Murni", title: str = "bidan", **more: Any) -> Person:
    """A health worker of the puskesmas, unless another scope is given."""
    place: dict[str, Any] = {"scope": "puskesmas", "scope_id": health_centre(session).id}
    return person(session, name, "health", title=title, **(place | more))


# --- families ------------------------------------------------------------------------------


def family(
    session: Session, mother: str = "Sari Rahmawati", where: Village | None = None, *, signed: bool = True
) -> Family:
    """A family whose mother has agreed on paper, unless ``signed`` says that nobody has."""
    code = f"KK-{next(_numbers):04}"
    place = where or village(session)
    home = _add(session, Family(code=code, mother_name=mother, village_id=place.id, village=place, created_at=NOW))
    if signed:
        paper(session, home, mother)
    return home


def paper(session: Session, home: Family, name: str = "Sari Rahmawati", relation: str = "ibu") -> PaperConsent:
    """The sheet that a parent or guardian signed, in the posyandu's folder."""
    sheet = PaperConsent(
        family_id=home.id, name=name, relation=relation, signed_on=TODAY - timedelta(days=30), lies_at="map posyandu",
        entered_at=LONG_AGO,
    )  # fmt: skip
    return _add(session, sheet)


def child(session: Session, home: Family, name: str = "Rafa Pratama", born: date | None = None, **more: Any) -> Child:
    """A child; without a day of birth unless one is given."""
    known: dict[str, Any] = {"code": f"A-{next(_numbers):04}", "sex": "L", "listed": "stunting", "state": "aktif"}
    known["created_at"] = LONG_AGO
    return _add(session, Child(family=home, name=name, born=born, **(known | more)))


def pregnancy(session: Session, home: Family, due: date, **more: Any) -> Pregnancy:
    known: dict[str, Any] = {"mother_name": home.mother_name, "state": "aktif", "created_at": LONG_AGO}
    return _add(session, Pregnancy(family=home, due=due, **(known | more)))


def wedding(session: Session, home: Family, day: date, **more: Any) -> Wedding:
    return _add(session, Wedding(family=home, day=day, **({"created_at": LONG_AGO} | more)))


def carer(
    session: Session,
    home: Family,
    name: str = "Sari Rahmawati",
    relation: str = "ibu",
    *,
    joined_on: date | None = TODAY,
    consents: bool = True,
    who: Person | None = None,
    **more: Any,
) -> Carer:
    """Somebody who cares for the family's children, has joined and has agreed."""
    who = who or person(session, name, "family", reachable=more.pop("reachable", True), phone=more.pop("phone", None))
    if consents:
        version = _programme().privacy.text_version
        agreed = {"relation": relation, "text_version": version, "channel": "simulator", "given_at": NOW}
        _add(session, Consent(person_id=who.id, family_id=home.id, **agreed))
    return _add(session, Carer(person=who, family=home, relation=relation, joined_on=joined_on, **more))


def fosters(
    session: Session, who: Person, whom: Child | Family, starts: date, ends: date | None = None, **more: Any
) -> Assignment:
    subject = {"child_id": whom.id} if isinstance(whom, Child) else {"family_id": whom.id}
    return _add(session, Assignment(asn_id=who.id, starts=starts, ends=ends, **(subject | more)))


def organisation(session: Session, name: str = "Baznas Kota Kendari") -> Person:
    """An organisation that fosters; nobody writes as it."""
    return person(session, name, "asn", reachable=False, kind=PersonKind.ORGANISATION)


def delegate(session: Session, principal: Person, who: Person, starts: date, ends: date | None = None) -> Delegate:
    """Somebody who visits in the principal's name."""
    return _add(session, Delegate(principal_id=principal.id, person_id=who.id, starts=starts, ends=ends))


def leave(session: Session, who: Person, starts: date, ends: date) -> Leave:
    return _add(session, Leave(person_id=who.id, starts=starts, ends=ends, entered_at=NOW))


def visit(session: Session, who: Person, whom: Child | Pregnancy | Wedding, on: date, **more: Any) -> Visit:
    """A report that was handed in at four in the afternoon of the visit."""
    known: dict[str, Any] = {
        "form": "kunjungan", "met": True, "answers": {}, "personal": ["notes", "photo"], "facts": {},
        "channel": "simulator", "submitted_at": at(on, "16:00"),
    }  # fmt: skip
    column = {Child: "child_id", Pregnancy: "pregnancy_id", Wedding: "wedding_id"}[type(whom)]
    subject = {column: whom.id}
    return _add(session, Visit(asn_id=who.id, visited_on=on, **(known | subject | more)))


def measured(session: Session, whom: Child, on: date, weight: float | None, length: float | None, **more: Any):
    known: dict[str, Any] = {"kind": OFFICIAL, "source": "posyandu", "position": None, "recorded_at": at(on, "10:00")}
    return _add(
        session, Measurement(child_id=whom.id, measured_on=on, weight_kg=weight, length_cm=length, **(known | more))
    )


def referral(session: Session, whom: Child | Pregnancy, opened: datetime, *signs: str, **more: Any) -> Referral:
    subject = {"child_id": whom.id} if isinstance(whom, Child) else {"pregnancy_id": whom.id}
    known: dict[str, Any] = {"urgency": "hari ini"}
    return _add(session, Referral(signs=list(signs), opened_at=opened, **(known | subject | more)))


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
