"""Command "ubah data": a change of the register is filled in, shown, and stored like a workbook of one or two rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from db import people, places
from db.children import Child, Family, by_code
from db.drafts import Draft
from db.people import Person
from db.places import HealthCentre, Office, Village
from db.workbook_imports import ImportState, WorkbookImport
from flow.message import Message, plain
from handlers.chat import forms
from handlers.chat.context import Context
from handlers.workbook import import_steps, words
from handlers.workbook.row_form import ASN, CHILD, ENDED, FOSTERED, MOVED, NUMBER, RegisterRow, RowFacts

FORM, SUBJECT = "register_row", "row"
FAMILY_CODE, CHILD_CODE = "KEL-{:04}", "ANAK-{:04}"
NOT_THERE = "{what} {code} tidak ditemukan. Ketuk *Perbaiki* untuk menggantinya."
NO_BIRTH = "Tanggal lahir anak ini belum tercatat. Lengkapi dulu lewat buku kerja."

Cells = dict[str, str]
Row = dict[str, Any]


def begin(context: Context) -> None:
    """Open the form."""
    forms.open_form(context, FORM, SUBJECT, facts(context, SUBJECT))


def facts(context: Context, subject: str) -> Mapping[str, object]:
    """What is printed on the form today."""
    session = context.session
    printed: RowFacts = {
        "today": context.today.isoformat(),
        "villages": {str(one.id): one.full_name for one in places.villages(session)},
        "offices": {str(one.id): one.name for one in session.scalars(select(Office).order_by(Office.name))},
        "centres": {str(one.id): one.name for one in session.scalars(select(HealthCentre).order_by(HealthCentre.name))},
    }
    return {**printed}


def submit(context: Context, answers: RegisterRow, draft: Draft) -> None:
    """Show what would change, and ask; what the register refuses is said, and the form stays."""
    rows = ROWS[answers.what or ""](context, answers)
    one = WorkbookImport(
        person_id=context.person.id, channel=context.incoming.channel, address=context.incoming.address,
        state=ImportState.SENT, rows=rows, answers={}, sent_at=context.now, reference="",
    )  # fmt: skip
    found = import_steps.compare(context.session, one, context.now, context.city)
    if found.refused:
        raise forms.Hold(Message(found.refused, (forms.HOME,)))
    if found.errors:
        raise forms.Hold(words.wrong(one, found.made.result.errors))
    asks = bool(found.made.result.questions)
    if not found.weight.changes and not asks:
        raise forms.Hold(Message(words.NOTHING.format(name="perubahan itu"), (forms.HOME,)))
    context.session.add(one)
    context.session.flush()
    context.note("workbook.send", import_steps.about(one))
    context.say(import_steps.question(one, found) if asks else import_steps.offer(one, found))


# --- the rows of each change ----------------------------------------------------------


def _row(sheet: str, **cells: str | None) -> Row:
    return {"sheet": sheet, "cells": {header: cell for header, cell in cells.items() if cell}}


def _new_child(context: Context, answers: RegisterRow) -> list[Row]:
    rows: list[Row] = []
    code = answers.family or ""
    if not answers.known:
        code = _next(context, Family.code, FAMILY_CODE)
        home = _place(context, answers.village)
        rows.append(
            _row(
                "Keluarga", kode_keluarga=code, nama_ibu=answers.mother, hp=answers.mother_phone,
                posyandu=answers.post, **home,
            )
        )  # fmt: skip
    else:
        _family(context, code)
    child = _row(
        "Anak", kode_anak=_next(context, Child.code, CHILD_CODE), kode_keluarga=code, nama=answers.child,
        jenis_kelamin=answers.sex, tanggal_lahir=_day(answers.born), status=answers.listed,
        berat_lahir_g=answers.weight,
    )  # fmt: skip
    return [*rows, child]


def _new_asn(context: Context, answers: RegisterRow) -> list[Row]:
    office = context.session.get_one(Office, int(answers.office or 0))
    return [_row("ASN", nip=answers.nip, nama=answers.staff, opd=office.name, hp=answers.staff_phone)]


def _new_number(context: Context, answers: RegisterRow) -> list[Row]:
    said = answers.whose or ""
    if asn := _foster_parent(context, said):
        office = asn.office.name if asn.office else None
        return [_row("ASN", nip=asn.nip, kode=asn.code, nama=asn.name, opd=office, hp=answers.number)]
    return [_row("Keluarga", **_of_family(_family(context, said, "Kode atau NIP")), hp=answers.number)]


def _moved(context: Context, answers: RegisterRow) -> list[Row]:
    family = _family(context, answers.moving or "")
    centre = context.session.get_one(HealthCentre, int(answers.to_centre or 0))
    new = {**_place(context, answers.to_village), "posyandu": answers.to_post, "puskesmas": centre.name}
    return [_row("Keluarga", **{**_of_family(family), **new})]


def _fostered(context: Context, answers: RegisterRow) -> list[Row]:
    child = _child(context, answers.fostered or "")
    asn = _foster_parent(context, answers.carer or "")
    if asn is None:
        raise forms.Hold(
            Message(NOT_THERE.format(what="NIP atau kode", code=plain(answers.carer or "")), (forms.HOME,))
        )
    cells = {"kode_anak": child.code, "mulai": _day(answers.starts), "nomor_sk": answers.decree}
    return [_row("Pendampingan", nip=asn.nip, kode=asn.code, **cells)]


def _ended(context: Context, answers: RegisterRow) -> list[Row]:
    child = _child(context, answers.ended or "")
    if child.born is None:
        raise forms.Hold(Message(NO_BIRTH, (forms.HOME,)))
    return [
        _row(
            "Anak", kode_anak=child.code, kode_keluarga=child.family.code, nama=child.name, jenis_kelamin=child.sex,
            tanggal_lahir=_day(child.born), status=answers.how,
        )
    ]  # fmt: skip


ROWS: Mapping[str, Callable[[Context, RegisterRow], list[Row]]] = {
    CHILD: _new_child, ASN: _new_asn, NUMBER: _new_number, MOVED: _moved, FOSTERED: _fostered, ENDED: _ended,
}  # fmt: skip


# --- what is known already ------------------------------------------------------------


def _foster_parent(context: Context, said: str) -> Person | None:
    """Whom a NIP, with or without blanks, or their own code names."""
    return context.session.scalar(select(Person).where(people.has_key(said)))


def _family(context: Context, code: str, what: str = "Keluarga") -> Family:
    found = by_code(context.session, Family, code)
    if found is None or found.forgotten_at is not None:
        raise forms.Hold(Message(NOT_THERE.format(what=what, code=plain(code)), (forms.HOME,)))
    return found


def _child(context: Context, code: str) -> Child:
    found = by_code(context.session, Child, code)
    if found is None or found.family.forgotten_at is not None:
        raise forms.Hold(Message(NOT_THERE.format(what="Anak", code=plain(code)), (forms.HOME,)))
    return found


def _of_family(family: Family) -> Cells:
    """The cells that every row of a family must have, as they are stored."""
    place = family.village
    return {
        "kode_keluarga": family.code, "nama_ibu": family.mother_name, "kelurahan": place.name,
        "kecamatan": place.district.name,
    }  # fmt: skip


def _place(context: Context, village_id: str | None) -> Cells:
    place = context.session.get_one(Village, int(village_id or 0))
    return {"kelurahan": place.name, "kecamatan": place.district.name}


def _next(context: Context, column: Any, form: str) -> str:
    """The first code of this form after all that are in use: "ANAK-0463"."""
    prefix = form.partition("{")[0]
    codes = context.session.scalars(select(column).where(column.startswith(prefix))).all()
    numbers = [int(tail) for code in codes if (tail := code.removeprefix(prefix)).isdecimal()]
    return form.format(max(numbers, default=0) + 1)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
