"""The rows of each list, with what its reader may be shown; under the headers that the import reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from content.city import City
from db.children import Child, Family, Pregnancy
from db.consent import family_agrees
from db.fostering import Assignment, AssignmentState, Delegate, Part, current
from db.measurements import OFFICIAL, Measurement
from db.people import Person, PersonRole
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.referrals import Referral
from db.roles import Role, ScopeKind
from db.subjects import Subject, SubjectKind
from db.visits import Aid, Visit
from programme import disclosure, proposals
from programme.disclosure import Shown
from programme.names import call_name
from programme.roles import PLACES
from programme.scopes import families_in
from reports.exports.kinds import Export, Reader
from reports.workbook.columns import COMPANION, LEFT, MAIN, OFFICIAL_SOURCES, REPORTED_SOURCES, STAND_IN

Values = dict[str, Any]
Query = Select[*tuple[Any, ...]]


class Listed(NamedTuple):
    """A row of the sheet of this name; ``about`` is whom it shows, for the audit; None for a place."""

    sheet: str
    values: Values
    about: Subject | None = None


PARTS = {Part.MAIN: MAIN, Part.COMPANION: COMPANION, Part.SUBSTITUTE: STAND_IN}
STATES = {
    "sent": "belum ditangani", "accepted": "ditangani", "seen": "sudah diperiksa",
    "referred_on": "dirujuk ke rumah sakit", "back_referred": "kembali dari rumah sakit", "closed": "selesai",
}  # fmt: skip


def rows(session: Session, what: Export, reader: Reader, city: City) -> list[Listed]:
    """All rows of the list. A family whose names were taken out is in none."""
    return list(LISTS[what](session, reader, city))


def _children(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    fosters = _carers(session, reader)
    query = _of_families(select(Child, Family, Village, Posyandu.name, family_agrees(Family.id)), reader)
    query = query.join(Child, Child.family_id == Family.id).outerjoin(Posyandu, Posyandu.id == Family.posyandu_id)
    for child, family, village, post, agrees in _found(session, query.order_by(Child.code)):
        shown = reader.shown(family, agrees)
        name = child.name if shown.is_full else call_name(child.name) if child.name else ""
        values: Values = {
            "kode_anak": child.code,
            "kode_keluarga": family.code,
            "nama": name if Shown.NAME in shown else None,
            "kelurahan": village.full_name,
            "posyandu": post,
            "pendamping": ", ".join(fosters.get(("child", child.id), []) + fosters.get(("family", family.id), [])),
        }
        if shown.is_full:
            left = child.state in LEFT
            values |= {
                "jenis_kelamin": child.sex, "tanggal_lahir": child.born, "berat_lahir_g": child.birth_weight_g,
                "status": str(child.state) if left else child.listed, "usia_kehamilan_minggu": child.gestation_weeks,
            }  # fmt: skip
        yield Listed("Anak", values, Subject(SubjectKind.CHILD, child.id))


def _families(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    query = _of_families(select(Family, Village, Posyandu.name, HealthCentre.name, family_agrees(Family.id)), reader)
    query = query.outerjoin(Posyandu, Posyandu.id == Family.posyandu_id)
    query = query.outerjoin(HealthCentre, HealthCentre.id == Family.health_centre_id).order_by(Family.code)
    for family, village, post, centre, agrees in _found(session, query):
        shown = reader.shown(family, agrees)
        values: Values = {
            "kode_keluarga": family.code, "kecamatan": village.district.name, "kelurahan": village.name,
            "posyandu": post, "puskesmas": centre,
        }  # fmt: skip
        if shown.is_full:
            values |= {"nama_ibu": family.mother_name, "hp": _dialled(family.phone)}
        yield Listed("Keluarga", values, Subject(SubjectKind.FAMILY, family.id))


def _asn(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    query = (
        select(Person, Office.name)
        .join(PersonRole, and_(PersonRole.person_id == Person.id, PersonRole.role == Role.ASN))
        .outerjoin(Office, Office.id == Person.office_id)
        .order_by(Person.name, Person.id)
    )
    if not reader.is_everywhere:
        query = query.where(or_(Person.office_id.in_(reader.offices), Person.id.in_(_fostering(reader))))
    listed: dict[int, Person] = {}
    for person, office in _found(session, query):
        listed[person.id] = person
        above = person.superior
        values = {
            "nip": person.nip, "nama": person.name, "opd": office, "hp": _dialled(person.phone), "jk": person.sex,
            "kode": person.code, "jenis": str(person.kind), "jabatan": person.rank, "bidang": person.unit,
            "atasan": above and (above.nip or above.code),
        }  # fmt: skip
        yield Listed("ASN", values, Subject(SubjectKind.PERSON, person.id))
    for one in session.scalars(select(Delegate).order_by(Delegate.id)):
        if one.principal_id in listed and one.person_id in listed:
            for_whom, who = listed[one.principal_id], listed[one.person_id]
            values = {
                "untuk": for_whom.nip or for_whom.code, "wakil": who.nip or who.code, "mulai": one.starts,
                "selesai": one.ends,
            }  # fmt: skip
            yield Listed("Wakil", values, Subject(SubjectKind.PERSON, who.id))


def _assignments(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    """Those that hold, begin later or have ended; what is only proposed is nobody's yet."""
    through = aliased(Family)
    query = (
        select(Assignment, Person, Child.code, through)
        .join(Person, Person.id == Assignment.asn_id)
        .outerjoin(Child, Child.id == Assignment.child_id)
        .join(through, or_(through.id == Assignment.family_id, through.id == Child.family_id))
        .where(through.forgotten_at.is_(None), _theirs(reader, through.id))
        .where(Assignment.state != AssignmentState.PROPOSED)
        .order_by(Person.name, Assignment.id)
    )
    for held, asn, child_code, family in _found(session, query):
        values: Values = {
            "nip": asn.nip, "kode": asn.code, "pendamping": asn.name, "mulai": held.starts, "nomor_sk": held.decree,
            "peran": PARTS[held.part], "selesai": held.ends, "alasan": str(held.end_reason) if held.ends else None,
        }  # fmt: skip
        if Shown.CODE not in reader.shown(family, agrees=False):
            yield Listed("Pendampingan", values, Subject(SubjectKind.PERSON, asn.id))
            continue
        values |= {"kode_anak": child_code} if held.child_id else {"kode_keluarga": family.code}
        whom = (SubjectKind.CHILD, held.child_id) if held.child_id else (SubjectKind.FAMILY, family.id)
        yield Listed("Pendampingan", values, Subject(*whom))


def _proposals(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    """Who would foster each child that nobody fosters, as rows that the import takes: sent back, they are accepted."""
    children = proposals.waiting(session, reader.places, reader.today)
    for child, asn, why in proposals.drafted(session, children, reader.today):
        values: Values = {
            "nip": asn.nip, "kode": asn.code, "pendamping": asn.name, "kode_anak": child.code,
            "kelurahan": child.family.village.full_name, "mulai": reader.today, "peran": PARTS[Part.MAIN],
            "mengapa": why,
        }  # fmt: skip
        yield Listed("Pendampingan", values, Subject(SubjectKind.CHILD, child.id))


def _visits(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    query = _visited(select(Visit, Person, Office.name, Child, Family, Village, family_agrees(Family.id)), reader)
    query = query.outerjoin(Office, Office.id == Person.office_id).order_by(Visit.visited_on, Visit.id)
    for visit, asn, office, child, family, village, agrees in _found(session, query):
        shown = reader.shown(family, agrees)
        values: Values = {
            "tanggal": visit.visited_on, "nip": asn.nip, "pendamping": asn.name, "opd": office,
            **_whom(shown, child, family, village), "bertemu": visit.met,
            "dilaporkan": city.today(visit.submitted_at),
        }  # fmt: skip
        yield Listed("Kunjungan", values, Subject(SubjectKind.VISIT, visit.id))


def _aid(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    query = _visited(select(Aid, Visit, Person, Child, Family, Village, family_agrees(Family.id)), reader)
    query = query.join(Aid, Aid.visit_id == Visit.id).order_by(Visit.visited_on, Aid.id)
    words, givers = city.programme.aid, city.programme.aid_sources
    for aid, visit, asn, child, family, village, agrees in _found(session, query):
        shown = reader.shown(family, agrees)
        values: Values = {
            "tanggal": visit.visited_on, "pendamping": asn.name, **_whom(shown, child, family, village),
            "bantuan": words.get(aid.item, aid.item), "jumlah": aid.amount, "nilai_rp": aid.value_rp,
            "dari": givers.get(aid.source, aid.source),
        }  # fmt: skip
        yield Listed("Bantuan", values, Subject(SubjectKind.VISIT, visit.id))


def _measurements(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    """The newest of a day and kind as the import reads it; second measurings never come from a workbook."""
    query = _of_families(select(Measurement, Child, Village, family_agrees(Family.id)), reader)
    query = query.join(Child, Child.family_id == Family.id).join(Measurement, Measurement.child_id == Child.id)
    query = query.where(Measurement.withdrawn_at.is_(None), Measurement.repeats.is_(None))
    # Of two on a day the one without a visit: an import finds it first.
    order = (Child.code, Measurement.measured_on, Measurement.visit_id.is_not(None), Measurement.id)
    seen: set[tuple[Any, ...]] = set()
    for one, child, village, agrees in _found(session, query.order_by(*order)):
        key = child.id, one.measured_on, one.kind
        if key in seen:
            continue
        seen.add(key)
        sources = OFFICIAL_SOURCES if one.kind == OFFICIAL else REPORTED_SOURCES
        values: Values = {"kode_anak": child.code, "kelurahan": village.full_name, "tanggal": one.measured_on}
        if reader.shown(child.family, agrees).is_full:
            values |= {
                "bb_kg": one.weight_kg, "pb_tb_cm": one.length_cm, "posisi": one.position, "lila_cm": one.muac_cm,
                "edema": one.oedema,
            }  # fmt: skip
        values |= {"sumber": one.source if one.source in sources else None, "catatan": str(one.kind)}
        yield Listed("Pengukuran", values, Subject(SubjectKind.CHILD, child.id))


def _referrals(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    mother, taken = aliased(Pregnancy), aliased(Person)
    query = select(Referral, Child, Family, Village, taken.name, family_agrees(Family.id))
    query = query.outerjoin(Child, Child.id == Referral.child_id).outerjoin(mother, mother.id == Referral.pregnancy_id)
    query = query.join(Family, Family.id.in_((Referral.family_id, Child.family_id, mother.family_id)))
    query = query.outerjoin(taken, taken.id == Referral.accepted_by).order_by(Referral.opened_at, Referral.id)
    query = query.join(Village, Village.id == Family.village_id)
    query = query.where(Family.forgotten_at.is_(None), Family.id.in_(families_in(reader.places, reader.today)))
    for one, child, family, village, by, agrees in _found(session, query):
        shown = reader.shown(family, agrees)
        values: Values = {
            **_whom(shown, child, family, village), "dibuka": city.today(one.opened_at), "perlu dilihat": one.urgency,
            "keadaan": STATES[one.state], "ditangani": by,
            "ditutup": one.closed_at and city.today(one.closed_at),
        }  # fmt: skip
        if Shown.SIGN in shown:
            values["tanda"] = ", ".join(disclosure.public(one.signs))
        yield Listed("Rujukan", values, Subject(SubjectKind.REFERRAL, one.id))


def _staff(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    names: dict[str, dict[int, Any]] = {
        scope: {one.id: one for one in session.scalars(select(table)).unique()} for scope, table in PLACES.items()
    }
    villages = names[ScopeKind.VILLAGE]
    query = (
        select(Person, PersonRole)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role.in_((Role.COORDINATOR, Role.HEALTH)))
        .order_by(PersonRole.role, Person.name, PersonRole.id)
    )
    for person, held in _found(session, query):
        place: Any = names.get(held.scope, {}).get(held.scope_id)
        name = "" if place is None else getattr(place, "full_name", place.name)
        if isinstance(place, Posyandu):
            name = f"Posyandu {place.name} ({villages[place.village_id].full_name.replace(' (', ', ').rstrip(')')})"
        values: Values = {"nama": person.name, "hp": _dialled(person.phone), "jk": person.sex, "selesai": held.ends}
        if held.role == Role.COORDINATOR:
            values |= {"lingkup": str(held.scope), "nilai": name}
        else:
            values |= {"peran": str(held.title), "tempat": name}
        sheet = "Koordinator" if held.role == Role.COORDINATOR else "Nakes"
        yield Listed(sheet, values, Subject(SubjectKind.PERSON, person.id))


def _places(session: Session, reader: Reader, city: City) -> Iterator[Listed]:
    posts = (
        select(Posyandu, Village).join(Village, Village.id == Posyandu.village_id).order_by(Posyandu.name, Posyandu.id)
    )
    for post, village in _found(session, posts):
        values = {
            "posyandu": post.name, "kecamatan": village.district.name, "kelurahan": village.name, "hari": post.day,
            "jam": post.opens,
        }  # fmt: skip
        yield Listed("Posyandu", values)
    districts = select(HealthCentre, District.name).outerjoin(District, District.id == HealthCentre.district_id)
    for centre, district in _found(session, districts.order_by(HealthCentre.name)):
        values = {
            "puskesmas": centre.name, "kecamatan": district, "telepon": centre.phone, "jam_buka": centre.hours,
        }  # fmt: skip
        yield Listed("Puskesmas", values)


LISTS: Mapping[Export, Callable[[Session, Reader, City], Iterator[Listed]]] = {
    Export.CHILDREN: _children,
    Export.FAMILIES: _families,
    Export.ASN: _asn,
    Export.ASSIGNMENTS: _assignments,
    Export.PROPOSALS: _proposals,
    Export.VISITS: _visits,
    Export.MEASUREMENTS: _measurements,
    Export.REFERRALS: _referrals,
    Export.AID: _aid,
    Export.STAFF: _staff,
    Export.PLACES: _places,
}


# --- parts of the queries ---------------------------------------------------------------


def _found(session: Session, query: Query) -> Iterable[Any]:
    """The rows, each the tuple that its loop takes apart."""
    return session.execute(query)


def _of_families(query: Query, reader: Reader) -> Query:
    """The query from the families of the reader's places, with their kelurahan."""
    here = Family.id.in_(families_in(reader.places, reader.today))
    return (
        query.select_from(Family)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(Family.forgotten_at.is_(None), here)
    )


def _theirs(reader: Reader, family_id: Any) -> ColumnElement[bool]:
    """For a query with Person as the ASN: of an office's own ASN, or a family of the places."""
    return or_(Person.office_id.in_(reader.offices), family_id.in_(families_in(reader.places, reader.today)))


def _fostering(reader: Reader) -> Select[Any]:
    """The ids of the ASN who foster in the reader's places today."""
    families = families_in(reader.places, reader.today)
    children = select(Child.id).where(Child.family_id.in_(families))
    held = or_(Assignment.family_id.in_(families), Assignment.child_id.in_(children))
    return select(Assignment.asn_id).where(held, *current(reader.today))


def _visited(query: Query, reader: Reader) -> Query:
    """The query from the visits that stand, with the ASN, the child if it was one, the family and its kelurahan."""
    mother = aliased(Pregnancy)
    return (
        query.select_from(Visit)
        .join(Person, Person.id == Visit.asn_id)
        .outerjoin(Child, Child.id == Visit.child_id)
        .outerjoin(mother, mother.id == Visit.pregnancy_id)
        .join(Family, or_(Family.id == Child.family_id, Family.id == mother.family_id))
        .join(Village, Village.id == Family.village_id)
        .where(Visit.undone_at.is_(None), Family.forgotten_at.is_(None), _theirs(reader, Family.id))
    )


def _carers(session: Session, reader: Reader) -> dict[tuple[str, int], list[str]]:
    """The names of those who foster today, by child or family."""
    query = select(Person.name, Assignment.child_id, Assignment.family_id).join(Assignment.asn)
    found: dict[tuple[str, int], list[str]] = {}
    for name, child, family in _found(session, query.where(*current(reader.today)).order_by(Assignment.id)):
        found.setdefault(("child", child) if child else ("family", family), []).append(name)
    return found


def _whom(shown: Shown, child: Child | None, family: Family, village: Village) -> Values:
    """Whom a row is about, as it may be shown."""
    code, name, place = disclosure.row(
        shown, child.code if child else family.code,
        call_name(child.name if child else family.mother_name) if (child.name if child else True) else "",
        village.full_name,
    )  # fmt: skip
    return {"kode": code or None, "nama panggilan": name or None, "kelurahan": place or None}


def _dialled(phone: str | None) -> str | None:
    """ "081234567890" of "+6281234567890", as people write it."""
    return f"0{phone.removeprefix('+62')}" if phone and phone.startswith("+62") else phone
