"""Enter whom somebody fosters: a new assignment, its end, and who follows whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from db.fostering import AssignmentState, EndReason, Part
from reports.workbook.answers import Answer
from reports.workbook.cells import code_of, show
from reports.workbook.columns import COMPANION, CORRECTION, MAIN, STAND_IN, SUCCESSOR
from reports.workbook.events import AssignmentBegun, AssignmentEnded, Succeeded
from reports.workbook.foster_parents import days
from reports.workbook.names import norm
from reports.workbook.problem import Wrong
from reports.workbook.questions import OpenQuestion, Question
from reports.workbook.read import Row
from reports.workbook.register import Register
from reports.workbook.staged import Record

A_DAY = timedelta(days=1)
FOSTERED_AHEAD, FOSTERED_PAST = timedelta(days=365), timedelta(days=6 * 365)
"""No foster child is older than five, so nobody has fostered one for longer; a later start is a slip of the year."""


def ends_first(row: Row) -> tuple[bool, bool]:
    """Sorts rows: first what has ended, since the child may be free by then; then who is to be the main one."""
    return row["selesai"] is None, row["peran"] != MAIN


def assignment(register: Register, row: Row) -> Record:
    who = register.foster_parent(row["nip"], row["kode"])
    child, family = _subject(register, row)
    starts, last = days(row)
    if row["alasan"] and not last and row["peran"] not in (SUCCESSOR, CORRECTION):
        raise Wrong("Tulis juga hari terakhirnya.", "selesai")
    if row["peran"] == STAND_IN and not last:
        raise Wrong("Pengganti sementara perlu hari terakhir.", "selesai")
    # One who came back has an earlier row with its last day.
    register.once("nip" if row["nip"] else "kode", who, child or family, starts if last else None)
    _warn_of_start(register, starts, child)
    _warn_of_nobody(register, who, row)
    found = _found(register.assignments_of[(who, child, family)], starts, row["peran"])
    if found is not None:
        return _change(register, row, found)
    return _add(register, row, who, child, family)


def _subject(register: Register, row: Row) -> tuple[Record | None, Record | None]:
    """The child or the family of the row; the child where both are written."""
    child = register.child_of(row["kode_anak"]) if row["kode_anak"] else None
    family = register.family_of(row["kode_keluarga"]) if row["kode_keluarga"] else None
    if child is None and family is None:
        raise Wrong("Isi kode_anak atau kode_keluarga yang didampingi.", "kode_anak")
    if child and family and child["family_id"] is not family:
        raise Wrong(
            f"Anak {child['code']} ada di keluarga {child['family_id']['code']}. Perbaiki atau kosongkan sel ini.",
            "kode_keluarga",
        )
    return child, None if child else family


def _warn_of_start(register: Register, starts: date, child: Record | None) -> None:
    """Warn of a start that cannot be right."""
    if child and child["born"] and starts < child["born"]:
        born = f"{child['born']:%d/%m/%Y}"
        register.warn("mulai", f"Tanggal ini sebelum anak lahir ({born}). Periksa hari, bulan, dan tahunnya.")
    elif not -FOSTERED_PAST <= starts - register.today <= FOSTERED_AHEAD:
        register.warn("mulai", "Tanggal mulai ini terlalu jauh dari hari ini. Periksa tahunnya.")


def _warn_of_nobody(register: Register, who: Record, row: Row) -> None:
    """Warn once of an organisation for which nobody visits."""
    if not register.visiting(who) and "Pendampingan" not in who.said:
        who.said["Pendampingan"] = register.place()
        sentence = f"{who['name']} belum punya wakil, jadi belum ada yang berkunjung. Isi lembar Wakil."
        register.warn("nip" if row["nip"] else "kode", sentence)


def _found(known: Iterable[Record], starts: date, part: str | None) -> Record | None:
    """The assignment of the row: of the same start, else the newest that goes on then."""
    same = [one for one in known if _is_of_part(one, starts, part)]
    same.sort(key=lambda one: one["state"] == AssignmentState.ACTIVE)
    exact = [one for one in same if one["starts"] == starts]
    overlapping = [one for one in same if one["ends"] is None or starts <= one["ends"]]
    return next(iter([*reversed(exact), *reversed(overlapping)]), None)


def _is_of_part(one: Record, starts: date, part: str | None) -> bool:
    """Whether a row that says ``part`` may be about this assignment: who stands in is told from who fosters."""
    if one["state"] == AssignmentState.PROPOSED:
        return False
    if one["part"] == Part.SUBSTITUTE:
        return part == STAND_IN or (part is None and one["starts"] == starts)
    return part != STAND_IN


def _change(register: Register, row: Row, found: Record) -> Record:
    starts, last, reason = row["mulai"], row["selesai"], EndReason(row["alasan"] or "")
    active, part = found["state"] == AssignmentState.ACTIVE, found["part"]
    values: dict[str, object] = {"starts": starts, "decree": row["nomor_sk"]}
    if active and row["peran"] == COMPANION and part == Part.MAIN:
        values["part"] = Part.COMPANION
    if (
        active
        and row["peran"] in (MAIN, SUCCESSOR, CORRECTION)
        and part == Part.COMPANION
        and not _over(register, last)
    ):
        other = _main(register, found, starts)
        if other is not None:
            return _replace(register, row, other, found["asn_id"], found["child_id"], found["family_id"], found)
        values["part"] = Part.MAIN
    if last and last != found["ends"]:
        if active and found.id is not None:
            return _end(register, found, values, last, reason)
        values["ends"] = last
    if reason and last and not active:
        values["end_reason"] = reason
    return register.put(register.assignments, found, values)


def _end(register: Register, found: Record, values: dict[str, object], last: date, reason: EndReason) -> Record:
    """The assignment gets its last day; a use case writes it after the rows."""
    values |= {"ends": last, "end_reason": reason or None}
    if _over(register, last):
        values["state"] = AssignmentState.ENDED
    register.put(register.assignments, found, values)
    found.held |= {"ends", "end_reason", "state"}
    register.events.append(AssignmentEnded(found, last, reason))
    return found


def _over(register: Register, last: date | None) -> bool:
    return last is not None and last <= register.today


def _add(register: Register, row: Row, who: Record, child: Record | None, family: Record | None) -> Record:
    starts, last = row["mulai"], row["selesai"]
    part = {COMPANION: Part.COMPANION, STAND_IN: Part.SUBSTITUTE}.get(row["peran"] or "", Part.MAIN)
    past = last is not None and last < register.today
    about = register.assignments_about[(child, family)]
    replaces = None
    if part == Part.SUBSTITUTE:
        replaces = _main_of(about, who, starts)
        if replaces is None:
            raise Wrong("Belum ada pendamping utama yang digantikan.", "peran")
    elif part == Part.MAIN and not past and (other := _main_of(about, who, starts)):
        if other.id is not None:
            return _replace(register, row, other, who, child, family)
        part, replaces = _in_one_file(register, row, other)
    record = register.put(
        register.assignments, None,
        {
            "asn_id": who, "child_id": child, "family_id": family, "starts": starts, "ends": last, "part": part,
            "known_from": max(starts, register.today), "decree": row["nomor_sk"] or "", "replaces_id": replaces,
            "state": AssignmentState.ENDED if past else AssignmentState.ACTIVE,
            "end_reason": EndReason(row["alasan"] or "") if last else EndReason.NONE,
        },
    )  # fmt: skip
    if part == Part.MAIN and not past and any(one["state"] == AssignmentState.PROPOSED for one in about):
        record.held.add("state")
        register.events.append(AssignmentBegun(record))
    _know(register, record)
    return record


def _know(register: Register, record: Record) -> None:
    record.said["part"] = register.place()
    register.assignments_of[(record["asn_id"], record["child_id"], record["family_id"])].append(record)
    register.assignments_about[(record["child_id"], record["family_id"])].append(record)


def _main(register: Register, found: Record, starts: date) -> Record | None:
    return _main_of(register.assignments_about[(found["child_id"], found["family_id"])], found["asn_id"], starts)


def _main_of(about: Iterable[Record], who: Record, starts: date) -> Record | None:
    """The main foster parent's assignment, if it is another's and goes on after ``starts``."""
    for one in about:
        goes_on = one["ends"] is None or one["ends"] > starts
        if one["part"] == Part.MAIN and one["state"] == AssignmentState.ACTIVE and one["asn_id"] is not who and goes_on:
            return one
    return None


def _in_one_file(register: Register, row: Row, other: Record) -> tuple[Part, Record | None]:
    """What the second of two new foster parents of a child is, and whom they follow."""
    if row["peran"] in (SUCCESSOR, CORRECTION):
        ends = max(row["mulai"] - A_DAY, other["starts"])
        wrong = EndReason.WRONG if row["peran"] == CORRECTION else EndReason(row["alasan"] or EndReason.HANDED_OVER)
        over = AssignmentState.ENDED if ends < register.today else AssignmentState.ACTIVE
        register.assignments.change(other, {"ends": ends, "state": over, "end_reason": wrong})
        return Part.MAIN, other
    if row["peran"] == MAIN:
        stands = f"{other['asn_id']['name']} sudah tertulis sebagai pendamping utama di {other.said['part']}"
        raise Wrong(f"{stands}. Tulis {COMPANION} di salah satu baris.", "peran")
    register.warn(
        "peran",
        f"Anak atau keluarga ini sudah didampingi {other['asn_id']['name']}. "
        "Baris ini dicatat sebagai pendamping kedua.",
    )
    return Part.COMPANION, None


def _replace(
    register: Register,
    row: Row,
    other: Record,
    who: Record,
    child: Record | None,
    family: Record | None,
    companion: Record | None = None,
) -> Record:
    """Let ``who`` take the place of the main foster parent, or stand beside them, as the row or an answer says.

    Raises OpenQuestion where nothing says it.
    """
    about = child or family
    answer = _answer(register, row, other, who, about)
    if answer == Answer.COMPANION:
        if companion is not None:
            return companion
        values = {"part": Part.COMPANION, "end_reason": EndReason.NONE}
    else:
        values = {"part": Part.MAIN, "replaces_id": other, "end_reason": EndReason.NONE}
    record = register.put(
        register.assignments, None,
        {
            "asn_id": who, "child_id": child, "family_id": family, "starts": row["mulai"], "ends": row["selesai"],
            "known_from": max(row["mulai"], register.today), "decree": row["nomor_sk"] or "",
            "state": AssignmentState.ACTIVE, **values,
        },
    )  # fmt: skip
    _know(register, record)
    if answer != Answer.COMPANION:
        given = EndReason(row["alasan"]) if row["alasan"] and not row["selesai"] else EndReason.HANDED_OVER
        reason = EndReason.WRONG if answer == Answer.CORRECTION else given
        record.held.add("state")
        last = max(register.today if row["mulai"] <= register.today else row["mulai"] - A_DAY, other["starts"])
        state = AssignmentState.ENDED if row["mulai"] <= register.today else other["state"]
        register.assignments.change(other, {"ends": last, "end_reason": reason, "state": state})
        ended = "keliru" if reason == EndReason.WRONG else f"selesai {last:%d/%m/%Y}"
        register.tell(f"{who['name']} menggantikan {other['asn_id']['name']} ({ended})")
        other.held |= {"ends", "end_reason", "state"}
        register.events.append(Succeeded(other, record, reason))
    return record


def _answer(register: Register, row: Row, other: Record, who: Record, about: Record | None) -> Answer:
    code, name = (about["code"], about["name"] or about["mother_name"]) if about else ("", "")
    key = f"{code}:{who['nip'] or code_of(who['code'] or '') or norm(who['name'])}"
    if row["peran"] in tuple(Answer):
        return Answer(row["peran"])
    if said := register.answers.get(key) or register.answer:
        return said
    sentence = (
        f"{name} ({code}) sudah didampingi {other['asn_id']['name']}. Gantikan dengan {who['name']}? Tulis di kolom "
        f"peran: {SUCCESSOR} (yang lama selesai), {COMPANION} (keduanya mendampingi), "
        f"atau {CORRECTION} (yang lama keliru)."
    )
    problem = row.problem("peran", sentence)
    raise OpenQuestion(Question(key, show(code), name, other["asn_id"]["name"], who["name"], problem))
