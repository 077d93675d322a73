"""Lists as files for coordinators and administrators: "ekspor", "ekspor anak"."""

from __future__ import annotations

from db.audit import Rows
from db.exports import ExportRequest
from drawing import attachments
from flow.message import Attachment, Message, Option, plain
from flow.words import normal
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from programme.scopes import CITY, Scope, title
from reports.exports import kinds
from reports.exports.file import PARTLY, is_partly
from reports.exports.kinds import LABELS, Export
from reports.exports.rows import rows

WORD = "ekspor "
LONG = 1_000
"""Rows from which on the file takes so long that a line says first that it is being made."""
CARE = "Berkas ini berisi data keluarga: simpan baik-baik, jangan diteruskan."


def show(context: Context) -> None:
    """Offer the lists that this person may have."""
    found = kinds.offered(context.person)
    if not found:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
        return
    options = tuple(Option(f"export:{what}", LABELS[what]) for what in found)
    text = f"Daftar apa yang mau diambil sebagai berkas Excel?\nUntuk: {_where(context)}."
    context.say(Message(text, options, (HOME,)))


def hears(context: Context) -> bool:
    """Whether "ekspor" was written with the name of a list, by somebody who may."""
    return _said(context) in set(Export) and context.may("export.make")


def answer(context: Context) -> None:
    """Answer "ekspor anak"."""
    make(context, _said(context))


def make(context: Context, what: str) -> None:
    """Answer with the list as a file, which is written when it is sent. Raises NotValid where it is not offered."""
    wanted = Export(what)
    if wanted not in kinds.offered(context.person):
        raise NotValid(what)
    reader = kinds.reader(context.person, wanted, context.today)
    found = rows(context.session, wanted, reader, context.city)
    if not found:
        context.say(Message(f"Daftar {LABELS[wanted]} masih kosong.", (HOME,)))
        return
    for scope in reader.held or (CITY,):
        context.note(f"export.{wanted}", f"{scope.kind}-{scope.id}", Rows(len(found)))
    context.note_all("export.row", (one.about for one in found if one.about))
    file = attachments.place(
        context.city.files, f"export:{context.incoming.channel}:{context.incoming.message_id}", "xlsx"
    )
    asked = ExportRequest(path=file.name, what=wanted, person_id=context.person.id, asked_at=context.now)
    context.session.add(asked)
    context.worth = LASTING
    if len(found) > LONG:
        context.say(
            Message(f"Daftarnya panjang, {_count(len(found))} baris. Sedang dibuat, berkasnya menyusul di sini.")
        )
    lines = [f"*{LABELS[wanted]}*, {_where(context, reader.held)}: {_count(len(found))} baris.", CARE]
    if any(is_partly(one) for one in found):
        lines.append(
            f"Lembar *{PARTLY.format(found[0].sheet)}* tidak memuat semua kolom, jadi tidak bisa dikirim kembali."
        )
    document = Attachment("document", file.name, f"{wanted}-{context.today}.xlsx")
    context.say(Message("\n".join(lines), (HOME,), attachment=document))


def _said(context: Context) -> str:
    said = normal(context.incoming.text or "")
    return said.removeprefix(WORD) if said.startswith(WORD) else ""


def _where(context: Context, held: tuple[Scope, ...] | None = None) -> str:
    scopes = list(kinds.reader(context.person, Export.CHILDREN, context.today).held if held is None else held)
    return plain(title(context.session, [CITY] if CITY in scopes or not scopes else scopes, context.city))


def _count(count: int) -> str:
    """ "5.544", as numbers are written."""
    return f"{count:,}".replace(",", ".")
