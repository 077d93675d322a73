"""Files that are sent beside what is said about a workbook: its copy with marked cells, and every changed row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from content.city import City
from db.workbook_imports import WorkbookImport
from drawing import attachments
from flow.message import Attachment, Message
from handlers.workbook import words
from reports.workbook.errors import mark
from reports.workbook.importing import Plan


def marked(one: WorkbookImport, made: Plan, now: datetime, city: City) -> list[Message]:
    """The copy with marked cells, where the file can be marked."""
    if not one.is_file:
        return []
    file = attachments.place(city.files, f"workbook:{one.id}:{now.isoformat()}:marked", "xlsx")
    try:
        mark(city.files / one.file, file, (*made.result.errors, *made.result.warnings))
    except Exception:  # openpyxl raises many types for parts that it does not know; the sentences have been said
        file.unlink(missing_ok=True)
        return []
    attachments.date(file, now)
    name = f"{Path(one.name).stem or 'data'}-ditandai.xlsx"
    return [Message(words.MARKED, attachment=Attachment("document", file.name, name))]


def changes(one: WorkbookImport, made: Plan, now: datetime, city: City) -> list[Message]:
    """Every changed row in a file, where the message could not say all of them."""
    said = made.result.changes
    if not one.is_file or len(said) <= words.SHOWN:
        return []
    file = attachments.place(city.files, f"workbook:{one.id}:{now.isoformat()}:list", "txt")
    file.write_text("\n".join((*words.counts(made.result), "", *said)) + "\n", encoding="utf-8")
    attachments.date(file, now)
    name = f"{Path(one.name).stem or 'data'}-perubahan.txt"
    return [Message(words.LISTED, attachment=Attachment("document", file.name, name))]
