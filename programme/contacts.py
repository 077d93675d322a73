"""The people around a child or a pregnancy, what it is called in messages, and when they may be written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Carer, Child, Family, Pregnancy, Wedding, cared_for, health_workers
from db.consent import carer_reads
from db.people import Person, addresses, holders
from db.referrals import Referral
from db.roles import Role, ScopeKind
from db.states import CareState
from db.visits import Visit
from programme import names, visitors
from programme.names import child_name, salute
from programme.quiet_hours import quiet_hours
from programme.scopes import CITY, Scope
from rules.stages import age, pregnancy_week


def who(about: Child | Pregnancy | Wedding | Family | None) -> str:
    """ "Adik Rafa", "Bu Wati", "Pasangan Bu Wati", "Keluarga Bu Wati", or somebody who is not known."""
    if about is None:
        return "Orang yang belum terdaftar"
    if isinstance(about, Family):
        return f"Keluarga {salute(about.mother_name, relation='ibu')}"
    if isinstance(about, Child):
        return f"Adik {child_name(about.name)}"
    if isinstance(about, Wedding):
        return f"Pasangan {salute(about.family.mother_name, relation='ibu')}"
    return salute(about.mother_name, relation="ibu")


def who_to(about: Child | Pregnancy | Family | None, relation: str) -> str:
    """The same, as this carer hears it: a mother's own pregnancy is hers."""
    if isinstance(about, Family):
        return "keluarga"
    return "Ibu" if isinstance(about, Pregnancy) and relation == "ibu" else who(about)


def age_of(about: Child | Pregnancy | Family | None, today: date) -> str:
    """ "14 bulan 3 hari" or "hamil 28 minggu"; empty for a family."""
    if about is None or isinstance(about, Family):
        return ""
    if isinstance(about, Pregnancy):
        born = about.state == CareState.BORN
        return "sesudah melahirkan" if born else f"hamil {pregnancy_week(about.due, today)} minggu"
    return "tanggal lahir belum ada" if about.born is None else str(age(about.born, today))


def called(person: Person) -> str:
    """ "Pak Anwar"; an organisation by its name."""
    return visitors.called(person)


def pronoun(session: Session, person: Person) -> str:
    """How the person is addressed within a sentence: "Ibu", "Bapak"; "Bapak/Ibu" where nothing tells."""
    relation = next((carer.relation for carer in cared_for(session, person.id)), "")
    return names.pronoun(person.name, nip=person.nip, sex=person.sex, relation=relation)


def carers(session: Session, family_id: int) -> Sequence[Carer]:
    """The carers who agreed and have not stopped: the only ones of a family who get messages."""
    query = select(Carer).where(Carer.family_id == family_id, Carer.stopped_at.is_(None), carer_reads())
    return session.scalars(query.order_by(Carer.id)).all()


def coordinators(session: Session, family: Family) -> Sequence[Person]:
    """The nearest coordinators of the place: kelurahan, else kecamatan, else city."""
    village = family.village
    for scope, place in (
        (ScopeKind.VILLAGE, village.id),
        (ScopeKind.DISTRICT, village.district_id),
        (ScopeKind.CITY, 0),
    ):
        if found := holders(session, Role.COORDINATOR, scope, place):
            return found
    return ()


def second_people(session: Session, sender_id: int, scope: Scope = CITY) -> list[Person]:
    """Who may agree beside the sender to what concerns this scope, nearest first, and can be written to.

    Its coordinators, the city's, and administrators; whether one still may is asked again when they do.
    """
    held = [
        *holders(session, Role.COORDINATOR, ScopeKind(scope.kind), scope.id),
        *holders(session, Role.COORDINATOR, ScopeKind.CITY, 0),
        *holders(session, Role.ADMIN, ScopeKind.NONE, 0),
    ]
    others = {person.id: person for person in held if person.id != sender_id}
    return [person for person in others.values() if addresses(session, person.id)]


def helpers(session: Session, referral: Referral) -> Sequence[Person]:
    """Who helps on with the referral: whoever took it on, else the health workers, for a stranger the coordinators."""
    if referral.acceptor is not None:
        return (referral.acceptor,)
    if referral.family is not None:
        return health_workers(session, referral.family)
    return holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)


def referral_visitors(session: Session, referral: Referral, today: date) -> Sequence[Person]:
    """Who raised the referral at a visit, as long as they visit the child, else everybody who visits it today."""
    visit = session.get(Visit, referral.visit_id) if referral.visit_id else None
    if (about := referral.about) is None:
        return ()
    visiting = visitors.who_visit(session, about, today)
    return [asn for asn in visiting if visit and asn.id == visit.asn_id] or visiting


def calm(city: City, now: datetime) -> datetime:
    """Now, or the first moment after the quiet hours."""
    return quiet_hours(city).open_at(city.local(now))
