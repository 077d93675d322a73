"""A file that was sent: whether it is a workbook from somebody who may send one, and what is said at once."""

from __future__ import annotations

from db.workbook_imports import ImportState, WorkbookImport
from drawing import attachments
from flow.message import Attachment, Message
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.workbook import import_steps, words
from reports.workbook import checked, template
from reports.workbook.areas import pairs_of

SUFFIXES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv")
MIMES = ("application/vnd.openxmlformats-officedocument.spreadsheetml", "application/vnd.ms-excel", "text/csv")
TEMPLATE = "data-kota.xlsx"


def is_workbook(context: Context) -> bool:
    """Whether a spreadsheet was sent, by its name or its kind. A coordinator's file with any name is taken for one."""
    document = context.incoming.document
    if document is None:
        return False
    sheet = document.name.casefold().endswith(SUFFIXES) or document.mime.casefold().startswith(MIMES)
    return sheet or (bool(document.name) and may_send(context))


def may_send(context: Context) -> bool:
    return context.address.person is not None and context.may("workbook.send")


def take(context: Context) -> None:
    """Keep that the file was sent; a worker fetches it and says what it would change. Others are told who may."""
    document = context.incoming.document
    if document is None:
        raise LookupError("no file was sent")
    if not may_send(context):
        context.say(Message(words.NOT_TAKEN, (HOME,) if context.address.person else ()))
        return
    if document.size > checked.LARGEST_FILE:
        context.say(Message(checked.TOO_LARGE, (HOME,)))
        return
    one = WorkbookImport(
        person_id=context.person.id, channel=context.incoming.channel, address=context.incoming.address,
        state=ImportState.SENT, reference=document.reference, mime=document.mime, name=document.name,
        rows=[], sent_at=context.now,
    )  # fmt: skip
    context.session.add(one)
    context.session.flush()
    context.note("workbook.send", import_steps.about(one))
    context.say(Message(words.READING))


def send_template(context: Context) -> None:
    """Answer with the empty workbook, its drop-downs filled with the city's places."""
    context.worth = LASTING
    file = attachments.place(context.city.files, f"template:{context.today}", "xlsx")
    template.write(file, pairs_of(context.session))
    attachments.date(file, context.now)
    attached = Attachment("document", file.name, TEMPLATE)
    context.say(
        Message("Isi seperlunya, lalu kirim kembali ke sini. Lembar pertama menjelaskan caranya.", attachment=attached)
    )
