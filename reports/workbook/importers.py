"""Enter each row of each sheet into the register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, cast

from db.measurements import OFFICIAL, REPORTED
from db.roles import Role, ScopeKind, Title
from db.states import CareState
from reports.workbook import foster_parents, fostering
from reports.workbook.cells import code_of
from reports.workbook.columns import AGAIN, LEFT, LISTED, OFFICIAL_SOURCES, RED
from reports.workbook.events import ChildEnded
from reports.workbook.names import norm
from reports.workbook.people import same_name
from reports.workbook.problem import FORGOTTEN, Wrong
from reports.workbook.read import Row
from reports.workbook.register import Register
from reports.workbook.staged import Record
from rules.growth import Measured, Position
from rules.history import check_scores
from rules.stages import corrected_age_days
from rules.tables import Sex
from rules.trust import check_weight

LONGEST_AHEAD = timedelta(days=300)
"""No HPL lies further ahead: a pregnancy lasts 280 days."""
SAME_PREGNANCY = timedelta(days=90)
"""An HPL moved by less is the same pregnancy, dated again."""
WEDDING_AHEAD, WEDDING_PAST = timedelta(days=400), timedelta(days=365)
"""The lessons for couples begin three months before the wedding and end a year after it."""
PAST_FIVE = timedelta(days=6 * 365)
KEPT_AS_DOUBTFUL = "Bila memang begitu, angka ini disimpan dengan tanda meragukan."
LONG_BORN = timedelta(days=365)
"""An HPL longer ago than this is a slip of the year, unless it is known."""
SAME_BIRTH, NEXT_BIRTH = timedelta(days=3), timedelta(days=180)
"""Twins are born within days of each other, and the next child of a mother half a year later at the earliest."""


def _health_centre(register: Register, row: Row) -> Record:
    district = register.places.district(row["kecamatan"]) if row["kecamatan"] else None
    centre = register.places.centre(row["puskesmas"], district, "puskesmas")
    register.once("puskesmas", centre)
    values = {"district_id": district, "phone": row["telepon"], "hours": row["jam_buka"]}
    return register.put(register.places.centres, centre, values)


def _household(register: Register, row: Row) -> Record:
    code = row["kode_keluarga"]
    register.once("kode_keluarga", code)
    village = register.places.village(row["kelurahan"], row["kecamatan"])
    post = register.places.post(row["posyandu"], village) if row["posyandu"] else None
    centre = row["puskesmas"] and register.places.centre(row["puskesmas"], village["district_id"], "puskesmas")
    values = {
        "mother_name": row["nama_ibu"], "phone": row["hp"], "village_id": village,
        "posyandu_id": post, "health_centre_id": centre,
    }  # fmt: skip
    known_family = register.family.get(code)
    if known_family and known_family["forgotten_at"]:
        if code not in register.again:
            raise Wrong(FORGOTTEN, "kode_keluarga")
        # Entered anew today: the register of erasures, which is older, does not erase it again.
        register.families.clear(known_family, "forgotten_at")
        values["created_at"] = register.now
    family = register.put(
        register.families, known_family, values, code=code, joined_by="register", created_at=register.now
    )
    register.family[code] = family
    carer = register.mothers.get(family)
    known = carer["person_id"] if carer else register.people.at(row["hp"], row["nama_ibu"])
    mother = register.person(known, row["nama_ibu"], row["hp"])
    register.appoint(mother, Role.FAMILY)
    if carer is None and (mother, family) not in register.cares:
        bond = {"person_id": mother, "family_id": family, "relation": "ibu"}
        register.mothers[family] = register.put(register.carers, None, bond)
    return family


def _foster_child(register: Register, row: Row) -> Record:
    code, status = row["kode_anak"], row["status"]
    register.once("kode_anak", code)
    if row["tanggal_lahir"] > register.today:
        raise Wrong("Tanggal lahir ini belum tiba. Periksa hari, bulan, dan tahunnya.", "tanggal_lahir")
    known = register.child.get(code)
    # A status of the health office never reopens an ending that was entered in Asuh; only "aktif" does.
    listed, state = (status, None) if status in LISTED else (None, status)
    if known and known["state"] == CareState.DIED and status != CareState.DIED:
        raise Wrong(
            "Anak ini tercatat meninggal. Tulis meninggal. Bila catatan itu keliru, hubungi pengelola Asuh dahulu.",
            "status",
        )
    if state == AGAIN and known and known["state"] == CareState.AGED_OUT:
        state = None
    fostered = (state or (known["state"] if known else AGAIN)) == AGAIN
    if fostered and register.today - row["tanggal_lahir"] > PAST_FIVE:
        register.warn(
            "tanggal_lahir", "Menurut tanggal lahirnya anak ini sudah lebih dari lima tahun. Periksa kembali."
        )
    family = register.family_of(row["kode_keluarga"])
    if known is None and (told := register.told_in_chat(family, row)):
        register.warn(
            "kode_anak",
            f"Keluarga ini sudah punya anak yang lahir hari itu, dengan kode {told['code']}. "
            "Kalau itu anak yang sama, pakai kode tersebut supaya tidak tercatat dua kali.",
        )
    else:
        _warn_of_sibling(register, row, code, family)
    values = {
        "family_id": family, "name": row["nama"],
        "sex": row["jenis_kelamin"], "born": row["tanggal_lahir"], "birth_weight_g": row["berat_lahir_g"],
        "gestation_weeks": row["usia_kehamilan_minggu"], "listed": listed, "state": state,
    }  # fmt: skip
    ends = known is not None and known["state"] != state and state in LEFT
    child = register.put(
        register.children,
        known,
        values,
        code=code,
        listed=listed or "tidak stunting",
        state=state or AGAIN,
        created_at=register.now,
    )
    if ends:
        # What is said of a child's end in chat is said of it here too: a use case records it after the rows.
        child.held.add("state")
        register.events.append(ChildEnded(child, CareState(state)))
    register.child[code] = child
    register.know_child(child)
    return child


def _warn_of_sibling(register: Register, row: Row, code: str, family: Record) -> None:
    """Warn of a child of the family that seems to be entered twice, or whose birth is too near to another's."""
    for other in register.children_of(family):
        if code_of(other["code"]) == code or not other["born"]:
            continue
        apart = abs(other["born"] - row["tanggal_lahir"])
        if norm(other["name"]) == norm(row["nama"]) and apart <= SAME_BIRTH and other["sex"] == row["jenis_kelamin"]:
            register.warn(
                "kode_anak",
                f"Anak ini sama dengan {other['code']}: nama, jenis kelamin, dan tanggal lahirnya. "
                "Kalau itu anak yang sama, pakai satu kode saja.",
            )
            return
        if SAME_BIRTH < apart < NEXT_BIRTH:
            register.warn(
                "tanggal_lahir",
                f"Saudaranya ({other['code']}) lahir {other['born']:%d/%m/%Y}, hanya {apart.days} hari bedanya. "
                "Periksa tanggal lahir keduanya.",
            )
            return


def _pregnancy(register: Register, row: Row) -> Record:
    family, due = register.family_of(row["kode_keluarga"]), row["hpl"]
    register.once("hpl", family, due)
    if due - register.today > LONGEST_AHEAD:
        raise Wrong("HPL ini lebih dari 10 bulan lagi. Periksa bulan dan tahunnya.", "hpl")
    mother = row["nama_ibu"] or family["mother_name"]
    known = register.pregnancies_of[(family,)]
    found = next((one for one in known if one["due"] == due), None)
    if found is None and register.today - due > LONG_BORN:
        register.warn("hpl", "HPL ini sudah lewat lebih dari setahun. Periksa tahunnya.")
    if found is None:
        found = next((one for one in known if _dated_again(one, mother, due)), None)
        if found and found["state"] != CareState.ACTIVE:
            register.warn(
                "hpl", f"Kehamilan ini sudah tercatat {found['state']}. HPL diperbarui, catatan itu tidak diubah."
            )
    values = {"family_id": family, "mother_name": row["nama_ibu"], "due": due, "sure": True}
    record = register.put(
        register.pregnancies, found, values, mother_name=mother, state=CareState.ACTIVE, created_at=register.now
    )
    record.said["due"] = register.place()
    if found is None:
        known.append(record)
    return record


def _dated_again(pregnancy: Record, mother: str, due: date) -> bool:
    """Whether the row is this mother's known pregnancy with another HPL. A workbook names each pregnancy once."""
    near = abs(pregnancy["due"] - due) <= SAME_PREGNANCY
    return near and same_name(pregnancy["mother_name"]) == same_name(mother) and not pregnancy.said


def _wedding(register: Register, row: Row) -> Record:
    family, day = register.family_of(row["kode_keluarga"]), row["tanggal_nikah"]
    register.once("kode_keluarga", family)
    if day - register.today > WEDDING_AHEAD:
        raise Wrong("Pernikahan ini lebih dari setahun lagi. Periksa bulan dan tahunnya.", "tanggal_nikah")
    if register.today - day > WEDDING_PAST:
        register.warn("tanggal_nikah", "Pernikahan ini sudah lewat setahun, jadi tidak ada pesan untuk pengantin.")
    known = register.weddings_of[(family,)]
    found = next((one for one in known if one["day"] == day), None)
    # A postponed wedding is the same wedding on another day.
    found = found or next((one for one in known if abs(one["day"] - day) <= WEDDING_AHEAD), None)
    red = row["elsimil"] and row["elsimil"] == RED
    values = {"family_id": family, "day": day, "red": red}
    return register.put(register.weddings, found, values, red=bool(red), state=AGAIN, created_at=register.now)


def _coordinator(register: Register, row: Row) -> Record | None:
    scope = ScopeKind(row["lingkup"])
    charge = register.places.charge(scope, row["nilai"])
    register.once("nama", row["hp"], same_name(row["nama"]), scope, charge)
    known = register.people.serving(row["hp"], row["nama"], Role.COORDINATOR, scope, charge)
    if _is_over(register, row, known, Role.COORDINATOR, scope, charge):
        return known
    person = register.person(known, row["nama"], row["hp"], sex=row["jk"])
    return register.appoint(person, Role.COORDINATOR, Title.NONE, scope, charge, row["selesai"])


def _health_worker(register: Register, row: Row) -> Record | None:
    scope, place = register.places.workplace(row["tempat"])
    register.once("nama", row["hp"], same_name(row["nama"]), scope, place)
    known = register.people.serving(row["hp"], row["nama"], Role.HEALTH, scope, place)
    if _is_over(register, row, known, Role.HEALTH, scope, place):
        return known
    person = register.person(known, row["nama"], row["hp"], sex=row["jk"])
    return register.appoint(person, Role.HEALTH, Title(row["peran"]), scope, place, row["selesai"])


def _is_over(
    register: Register, row: Row, known: Record | None, role: Role, scope: ScopeKind, place: Record | int
) -> bool:
    """Whether the row only says that somebody who does not hold the role any more once held it."""
    held = known and register.people.role(known, role, scope, place)
    return held is None and row["selesai"] is not None and row["selesai"] < register.today


def _measuring(register: Register, row: Row) -> Record:
    child, on = register.child_of(row["kode_anak"]), row["tanggal"]
    kind = OFFICIAL if row["sumber"] in OFFICIAL_SOURCES else REPORTED
    register.once("tanggal", child, on, kind)
    if on > register.today:
        raise Wrong("Tanggal ini belum tiba. Periksa hari, bulan, dan tahunnya.", "tanggal")
    if child["born"] and on < child["born"]:
        raise Wrong(f"Tanggal ini sebelum anak lahir ({child['born']:%d/%m/%Y}). Periksa kembali.", "tanggal")
    weight = row["bb_kg"]
    if weight is None and row["pb_tb_cm"] is None and row["lila_cm"] is None:
        raise Wrong("Isi sedikitnya satu angka: bb_kg, pb_tb_cm, atau lila_cm.", "bb_kg")
    doubts = _doubts(row, child, on)
    for column, sentence in doubts.items():
        register.warn(column, f"{sentence} {KEPT_AS_DOUBTFUL}")
    values = {
        "child_id": child, "measured_on": on, "kind": kind, "weight_kg": weight, "length_cm": row["pb_tb_cm"],
        "position": row["posisi"], "muac_cm": row["lila_cm"], "oedema": row["edema"], "source": row["sumber"],
    }  # fmt: skip
    found = _standing(register.measurements_of[(child, on, kind)], values)
    if found is None or found["visit_id"] is None:
        values["doubtful"] = bool(doubts)
    return register.put(register.measurements, found, values, oedema=bool(row["edema"]), recorded_at=register.now)


def _doubts(row: Row, child: Record, on: date) -> dict[str, str]:
    """What is asked about a row's numbers for the age and sex of the child, by column; the same is asked in chat."""
    if not child["born"]:
        return {}
    days = (on - child["born"]).days
    sex, age = cast(Sex, child["sex"]), corrected_age_days(days, child["gestation_weeks"])
    kg, cm, arm = row["bb_kg"], row["pb_tb_cm"], row["lila_cm"]
    if kg is not None and (slip := check_weight(kg, days)):
        return {"bb_kg": f"Berat ini tidak biasa untuk umurnya. {slip.question}"}
    position = cast(Position | None, row["posisi"])
    scored = {
        "bb_kg": Measured(sex, age, weight_kg=kg),
        "pb_tb_cm": Measured(sex, age, weight_kg=kg, length_cm=cm, position=position) if cm is not None else None,
        "lila_cm": Measured(sex, age, muac_cm=arm),
    }
    found = {column: check_scores(one) for column, one in scored.items() if one}
    return {column: doubt.question for column, doubt in found.items() if doubt}


def _standing(known: list[Record], values: dict[str, Any]) -> Record | None:
    """The stored measurement of the row. One that belongs to a visit is never changed here."""
    same = (one for one in known if all(v is None or v == one[f] for f, v in values.items() if f != "source"))
    if found := next(same, None):
        if found["visit_id"] is not None:
            values["source"] = None
        return found
    if found := next((one for one in known if one["visit_id"] is None), None):
        return found
    if known:
        raise Wrong(
            "Tanggal ini sudah diisi lewat laporan kunjungan dengan angka lain. "
            "Perbaiki laporan kunjungannya, atau hapus baris ini.",
            "tanggal",
        )
    return None


IMPORTERS: dict[str, Callable[[Register, Row], Record | None]] = {
    "ASN": foster_parents.foster_parent,
    "Wakil": foster_parents.delegate,
    "Puskesmas": _health_centre,
    "Keluarga": _household,
    "Anak": _foster_child,
    "Kehamilan": _pregnancy,
    "Pernikahan": _wedding,
    "Pendampingan": fostering.assignment,
    "Koordinator": _coordinator,
    "Nakes": _health_worker,
    "Pengukuran": _measuring,
}
"""How a row of each sheet is entered: takes the register and the row, gives the record the row is about,
or None where it tells nothing that is kept.

They raise Wrong for what cannot stand and DependsOnError where an earlier row of the workbook is at fault."""
ORDER: dict[str, Callable[[Row], Any]] = {"Pendampingan": fostering.ends_first}
"""By what the rows of a sheet are sorted before they are entered, where not as they are written."""
LINKS: dict[str, Callable[[Register, Sequence[tuple[Row, Record]], Callable[[Row, Wrong], None]], None]] = {
    "ASN": foster_parents.superiors,
}
"""What rows of a sheet say of each other, entered after all of them: takes the register, the rows with what they are
about, and what to do with a row that cannot stand."""
