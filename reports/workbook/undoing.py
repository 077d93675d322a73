"""Keep what an import changed, row by row, and revert it as long as nobody has built on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Column, Table, delete, insert, null, or_, select, update
from sqlalchemy.orm import Session

from db import audit, tables, workbook_imports
from db.base import Base
from db.children import Carer, Child, Pregnancy
from db.consent import LessonGap
from db.digests import DigestTime
from db.drafts import Draft
from db.fostering import Assignment
from db.outbox import FAILED, PLANNED, SKIPPED, Kind, Outgoing, OutgoingAbout
from db.people import PersonRole
from db.subjects import KINDS, Subject
from db.visits import Visit
from db.workbook_imports import ImportedRow
from reports.workbook.register import Register
from reports.workbook.staged import StagedTable, stored

WATCHED = (
    "person", "person_role", "carer", "child", "pregnancy", "wedding", "assignment", "delegate", "leave", "ending",
    "told_ending",
)  # fmt: skip
"""Tables that more than the rows of a workbook may change: an end told by it ends fosterings too."""
AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766
DERIVED = frozenset({"imported_row", "outgoing", "outgoing_about", "lesson_gap", "digest_time"})
"""Tables whose rows nobody made: they do not keep a row of the register. Of messages those that went out do."""
NEWS = (Kind.ENDING, Kind.LOSS, Kind.TOLD, Kind.HANDOVER)
"""Kinds of messages that the news of an end, and of who fosters next, brings."""
UNSENT = (PLANNED, SKIPPED, FAILED)

T = TypeVar("T")
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    PersonRole.__tablename__: ("person_id",),
    Carer.__tablename__: ("person_id", "family_id"),
}
"""Rows that are nothing without those they name: where one of those stays, so do they."""
IN_USE, CHANGED_SINCE = "sudah dipakai", "sudah diubah lagi"


class Kept(NamedTuple):
    """A row that was not reverted, and why."""

    table: str
    id: int
    why: str


Place = tuple[str, int]  # table, id


@dataclass(frozen=True)
class Before:
    """The rows of ``WATCHED`` as they were, by table and id."""

    rows: Mapping[str, Mapping[int, Mapping[str, Any]]]


def look(session: Session) -> Before:
    """What the register is before an import is written: use cases change rows that the workbook does not name."""
    return Before({name: _rows(session, tables.metadata.tables[name]) for name in WATCHED})


def keep(session: Session, import_id: int, before: Before, register: Register) -> int:
    """Write the log of what has just been written from this register. Returns the number of its rows."""
    session.flush()
    logged: list[dict[str, Any]] = []

    def log(name: str, id: int, old: dict[str, Any] | None, new: dict[str, Any]) -> None:
        logged.append({"import_id": import_id, "of_table": name, "row_id": id, "before": old, "after": new})

    for table in tables.metadata.sorted_tables:
        if table.name in WATCHED:
            for id, old, new in _differences(before.rows[table.name], _rows(session, table)):
                log(table.name, id, old, new)
            continue
        staged = next((one for one in register.staged_tables if _table(one.table) is table), None)
        for id, values in _rows(session, table, _ids(staged)).items() if staged else ():
            log(table.name, id, None, values)
        for id, record in staged.changed.items() if staged else ():
            now = {field: record[field] for field in record.before}
            log(table.name, id, _json(stored(record.before)), _json(stored(now)))
    for some in _pieces(logged):
        session.execute(insert(ImportedRow), some)
    return len(logged)


def _ids(staged: StagedTable) -> list[int]:
    return [record.id for record in staged.added if record.id is not None]


def _differences(
    before: Mapping[int, Mapping[str, Any]], after: Mapping[int, Mapping[str, Any]]
) -> Iterator[tuple[int, dict[str, Any] | None, dict[str, Any]]]:
    """The id of each row that was added, changed or deleted, with what its log says."""
    for id, new in after.items():
        old = before.get(id)
        if old is None:
            yield id, None, dict(new)
        elif old != new:
            fields = [name for name in new if old[name] != new[name]]
            yield id, {name: old[name] for name in fields}, {name: new[name] for name in fields}
    for id in before.keys() - after.keys():
        yield id, dict(before[id]), {}


def revert(session: Session, import_id: int, written_at: datetime) -> tuple[int, list[Kept]]:
    """Revert an import. Returns how many rows went back, and those that stay because somebody has built on them.

    An added row goes where it is as it was entered and nothing refers to it; a changed one goes back where it still
    has the values of the import. What was planned to be told at ``written_at`` because of it is not told any more.
    """
    log = workbook_imports.rows_of(session, import_id)
    added = {(one.of_table, one.row_id): one for one in log if one.before is None}
    # Changed rows first: they may refer to added ones, which would seem to be in use.
    changed = {(one.of_table, one.row_id): _put_back(session, one) for one in log if one.before is not None}
    stays = {place: why for place, why in changed.items() if why} | _staying(session, added)
    _untell(session, [place for place, why in changed.items() if not why], written_at)
    going = [place for place in added if place not in stays]
    _forget_derived(session, going)
    # Rows that refer to others were entered after them, so they go first.
    for name in reversed(list(dict.fromkeys(table for table, _ in added))):
        table = tables.metadata.tables[name]
        for some in _pieces([id for of, id in going if of == name]):
            session.execute(delete(table).where(table.c.id.in_(some)))
    session.expire_all()
    return len(log) - len(stays), [Kept(*place, why) for place, why in stays.items()]


def _forget_derived(session: Session, going: Sequence[Place]) -> None:
    """Delete what was planned for or about rows that go, and their names in the audit: SQLite gives their ids again."""
    kinds = {_table(table).name: kind for table, kind in KINDS.items()}
    subjects = [Subject(kinds[name], id) for name, id in going if name in kinds]
    audit.forget(session, subjects)
    unsent = Outgoing.state.in_(UNSENT)
    for kind in {one.kind for one in subjects}:
        for some in _pieces([one.id for one in subjects if one.kind == kind]):
            named = select(OutgoingAbout.outgoing_id).where(
                OutgoingAbout.kind == kind, OutgoingAbout.subject_id.in_(some)
            )
            _delete_unsent(session, session.scalars(select(Outgoing.id).where(Outgoing.id.in_(named), unsent)).all())
    for target, column in (("person", Outgoing.person_id), ("family", Outgoing.family_id)):
        for some in _pieces([id for name, id in going if name == target]):
            _delete_unsent(session, session.scalars(select(Outgoing.id).where(column.in_(some), unsent)).all())
    for some in _pieces([id for name, id in going if name == "person"]):
        for of_person in (LessonGap, DigestTime):
            session.execute(delete(of_person).where(of_person.person_id.in_(some)))


def _untell(session: Session, places: Sequence[Place], written_at: datetime) -> None:
    """Delete what has not gone out yet of the news that an import has told of these rows.

    A message to somebody who cannot be written to is about nobody; its key must not stay either.
    """
    kinds = {_table(table).name: kind for table, kind in KINDS.items()}
    told = Outgoing.created_at == written_at, Outgoing.state.in_(UNSENT), Outgoing.kind.in_(NEWS)
    for kind in {kinds[name] for name, _ in places if name in kinds}:
        for some in _pieces([id for name, id in places if kinds.get(name) == kind]):
            about = select(OutgoingAbout.outgoing_id).where(
                OutgoingAbout.kind == kind, OutgoingAbout.subject_id.in_(some)
            )
            found = select(Outgoing.id).where(*told, or_(Outgoing.id.in_(about), Outgoing.state == SKIPPED))
            _delete_unsent(session, session.scalars(found).all())


def _delete_unsent(session: Session, ids: Sequence[int]) -> None:
    within = or_(Outgoing.id.in_(ids), Outgoing.said_in.in_(ids), Outgoing.resend_of.in_(ids))
    session.execute(delete(Outgoing).where(within).execution_options(synchronize_session=False))


def _staying(session: Session, added: Mapping[Place, ImportedRow]) -> dict[Place, str]:
    """The added rows that cannot go, with the reason."""
    stays: dict[Place, str] = {}
    gone: set[Place] = set()
    by_table: dict[str, list[int]] = defaultdict(list)
    for name, id in added:
        by_table[name].append(id)
    for name, ids in by_table.items():
        current = _rows(session, tables.metadata.tables[name], ids)
        for id in ids:
            if id not in current:
                gone.add((name, id))  # somebody has deleted it already
            elif current[id] != added[name, id].after:
                stays[name, id] = CHANGED_SINCE
    for place in _referred_to(session, by_table, added):
        stays.setdefault(place, IN_USE)
    for place in _acted_on(session, added):
        stays.setdefault(place, IN_USE)
    while more := set(_drawn_along(added, stays)) - set(stays):
        stays |= dict.fromkeys(more, IN_USE)
    return {place: why for place, why in stays.items() if place not in gone}


def _referred_to(session: Session, ids: Mapping[str, list[int]], added: Mapping[Place, ImportedRow]) -> Iterator[Place]:
    """The added rows to which a row refers that this import has not added, by a foreign key."""
    for table in tables.metadata.sorted_tables:
        if table.name in DERIVED:
            continue
        for column in table.columns:
            for key in column.foreign_keys:
                target = key.column.table.name
                for some in _pieces(ids.get(target, [])):
                    own = table.c.get("id", null())
                    for referring, id in session.execute(select(own, column).where(column.in_(some))):
                        if (table.name, referring) not in added:
                            yield target, id
    for target, column in (("person", Outgoing.person_id), ("family", Outgoing.family_id)):
        for some in _pieces(ids.get(target, [])):
            for id in session.scalars(select(column).where(column.in_(some), Outgoing.state.not_in(UNSENT))):
                yield target, id or 0


def _acted_on(session: Session, added: Mapping[Place, ImportedRow]) -> Iterator[Place]:
    """The added rows that somebody is filling a form about, and fosterings within which a visit was reported."""
    kinds = {_table(table).name: kind for table, kind in KINDS.items()}
    named = {str(Subject(kinds[name], id)): (name, id) for name, id in added if name in kinds}
    for some in _pieces(list(named)):
        for subject in session.scalars(select(Draft.subject).where(Draft.subject.in_(some))):
            yield named[subject]
    for (name, id), row in added.items():
        if name == Assignment.__tablename__ and _is_visited(session, row.after):
            yield name, id


def _is_visited(session: Session, fostering: Mapping[str, Any]) -> bool:
    child, family = fostering["child_id"], fostering["family_id"]
    children = select(Child.id).where(Child.id == child if child else Child.family_id == family)
    pregnancies = select(Pregnancy.id).where(Pregnancy.family_id == (family or 0))
    query = select(Visit.id).where(
        or_(Visit.asn_id == fostering["asn_id"], Visit.carer_id == fostering["asn_id"]),
        Visit.child_id.in_(children) | Visit.pregnancy_id.in_(pregnancies),
        Visit.visited_on >= date.fromisoformat(fostering["starts"]),
    )
    return session.scalar(query.limit(1)) is not None


def _drawn_along(added: Mapping[Place, ImportedRow], stays: Mapping[Place, str]) -> Iterator[Place]:
    """What stays because of what stays: the rows it refers to, and those that are nothing without it."""
    for (name, id), row in added.items():
        table = tables.metadata.tables[name]
        for column in table.columns:
            for key in column.foreign_keys:
                place = key.column.table.name, row.after.get(column.name)
                if place in added and (name, id) in stays:
                    yield cast(Place, place)
                if place in stays and column.name in FOLLOWS.get(name, ()):
                    yield name, id


def _put_back(session: Session, one: ImportedRow) -> str:
    """Give a changed row its old values again. Returns why not, "" where it was done."""
    table = tables.metadata.tables[one.of_table]
    if not one.after:  # it was deleted
        values = {field: _value(table.c[field], said) for field, said in (one.before or {}).items()}
        session.execute(insert(table).values(values))
        return ""
    columns = [table.c[field] for field in one.after]
    row = session.execute(select(*columns).where(_id(table) == one.row_id).with_for_update()).mappings().one_or_none()
    if row is None:
        return IN_USE
    if _json(dict(row)) != one.after:
        return CHANGED_SINCE
    values = {field: _value(table.c[field], said) for field, said in (one.before or {}).items()}
    session.execute(update(table).where(_id(table) == one.row_id).values(values))
    return ""


def _rows(session: Session, table: Table, ids: Sequence[int] | None = None) -> dict[int, dict[str, Any]]:
    """Every column of these rows, or of all, as JSON, by id."""
    found: dict[int, dict[str, Any]] = {}
    names = table.columns.keys()
    for some in [None] if ids is None else _pieces(ids):
        query = select(table).order_by(_id(table))
        for row in session.execute(query if some is None else query.where(_id(table).in_(some))):
            values = {name: _said(value) for name, value in zip(names, row, strict=True)}
            found[values["id"]] = values
    return found


def _table(of: type[Base]) -> Table:
    return cast(Table, of.__table__)


def _id(table: Table) -> Column[int]:
    return table.c.id


def _pieces(listed: Sequence[T]) -> Iterable[Sequence[T]]:
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _said(value) for name, value in values.items()}


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return value.isoformat() if isinstance(value, date) else value


def _value(column: Column[Any], said: Any) -> Any:
    """The value of a column from what the log says."""
    kind = column.type.python_type
    if said is None or kind not in (date, datetime):
        return said
    if kind is datetime:
        return datetime.fromtimestamp(said, UTC)
    return date.fromisoformat(said)
