"""The audit: who saw or changed a record, and when. Its lines name nobody by themselves.

A line holds pseudonyms: random tokens, whose meaning stands in ``AuditName`` alone. Taking a name out of that table
makes every line about somebody nameless at once, while the line itself, which may be sealed already, stays as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Index, String, UniqueConstraint, and_, bindparam, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.subjects import Subject, SubjectKind

OPERATOR = "operator"  # the kind of a name that is no person's of the programme: of who ran a command, for example
AT_ONCE = 500  # names that are looked up by one statement
T = TypeVar("T")


class Audit(Base):
    """One line: ``action`` in a word ("visit.submit"), ``actor`` and ``subject`` as pseudonyms ("person:3f0c...").

    ``actor`` is empty where the service itself acted. ``subject`` may also be a plain word that is nobody's
    ("danger_texts"). ``detail`` is one of ``Detail``, ``Rows``, or a pseudonym. Sealed lines cannot be changed
    (``audit_seals``).
    """

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject"), Index(None, "actor"))

    id: Mapped[Key]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(400), default="")


class AuditName(Base):
    """Whom a token means: the row ``subject_id`` of this kind, or an operator by ``name``."""

    __tablename__ = "audit_name"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "name"),)

    token: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(120), default="")


class Detail(StrEnum):
    """All that a line may say besides: no name, no sign, no measurement and nothing that anybody wrote."""

    NONE = ""
    NEW = "baru"
    CHANGED = "berubah"
    DUTY = "jaga"
    LEAVE = "cuti"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    SIMULATOR = "simulator"
    ASN = "asn"  # the role that was given or ended
    FAMILY = "family"
    HEALTH = "health"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows a list had that somebody took as a file: "45 baris"."""

    count: int

    def __str__(self) -> str:
        return f"{self.count} baris"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody by name who is no person of the programme: who ran ``asuh`` on the server."""

    name: str


By = int | Operator | None
"""Who acts: the id of a person, an operator, or None for the service itself."""


class Note(NamedTuple):
    """A line to be written."""

    by: By
    action: str
    subject: Subject | str
    detail: Detail | Subject | Rows = Detail.NONE


class Name(NamedTuple):
    """What a pseudonym stands for: the key of ``AuditName``."""

    kind: str
    id: int
    name: str = ""


def note(
    session: Session,
    now: datetime,
    by: By,
    action: str,
    subject: Subject | str,
    detail: Detail | Subject | Rows = Detail.NONE,
) -> None:
    """Add a line to the audit."""
    note_all(session, now, [Note(by, action, subject, detail)])


def note_all(session: Session, now: datetime, notes: Iterable[Note]) -> None:
    """Add lines to the audit, with as few statements as possible."""
    listed = [Note(by, action, _parsed(subject), detail) for by, action, subject, detail in notes]
    names = {name for one in listed for name in (_of_actor(one.by), _of(one.subject), _of(one.detail)) if name}
    known = _pseudonyms(session, names, makes=True)
    lines = [
        {
            "at": now,
            "actor": known.get(_of_actor(one.by), ""),
            "action": one.action,
            "subject": known.get(_of(one.subject), str(one.subject)),
            "detail": known.get(_of(one.detail)) or _word(one.detail),
        }
        for one in listed
    ]
    if lines:
        session.execute(insert(Audit), lines)


def forget(session: Session, subjects: Collection[Subject]) -> None:
    """Take out what the pseudonyms of these rows mean: no line says any more that it was about or by them."""
    for kind in {one.kind for one in subjects}:
        for ids in _several({one.id for one in subjects if one.kind == kind}):
            session.execute(delete(AuditName).where(AuditName.kind == kind, AuditName.subject_id.in_(ids)))


def is_noted(
    session: Session, action: str, subject: Subject, by: int | None = None, since: datetime | None = None
) -> bool:
    """Whether there is a line of this action about the subject, by this person and not before ``since`` if given."""
    subject_name, actor = _of(subject), _of_actor(by)
    known = _pseudonyms(session, {name for name in (subject_name, actor) if name})
    if subject_name not in known or (actor and actor not in known):
        return False
    query = select(Audit.id).where(Audit.action == action, Audit.subject == known[subject_name])
    if actor:
        query = query.where(Audit.actor == known[actor])
    if since is not None:
        query = query.where(Audit.at >= since)
    return session.scalar(query.limit(1)) is not None


def has_acted(session: Session, person_id: int) -> bool:
    """Whether any line is by this person."""
    known = _pseudonyms(session, {Name(SubjectKind.PERSON, person_id)})
    return bool(known) and session.scalar(select(Audit.id).where(Audit.actor.in_(known.values())).limit(1)) is not None


def newest(session: Session, action: str, subject: str) -> Audit | None:
    """The newest line of this action about a plain word ("danger_texts")."""
    query = select(Audit).where(Audit.subject == subject, Audit.action == action)
    return session.scalar(query.order_by(Audit.id.desc()).limit(1))


def about(
    session: Session,
    subjects: Collection[Subject],
    *,
    skip: int = 0,
    limit: int,
    readers: Collection[Subject] = (),
    only: Collection[str] = (),
) -> Sequence[Audit]:
    """Lines about any of these rows, and about ``readers`` those of the actions ``only``; newest first."""
    known = _pseudonyms(session, {Name(one.kind, one.id) for one in (*subjects, *readers)})

    def of(rows: Collection[Subject]) -> ColumnElement[bool]:
        return Audit.subject.in_([known[name] for one in rows if (name := Name(one.kind, one.id)) in known])

    query = select(Audit).where(or_(of(subjects), and_(of(readers), Audit.action.in_(only))))
    return session.scalars(query.order_by(Audit.at.desc(), Audit.id.desc()).offset(skip).limit(limit)).all()


def meaning(session: Session, pseudonyms: Collection[str]) -> Mapping[str, Name]:
    """What these pseudonyms stand for, without those that have been forgotten."""
    tokens = {one.partition(":")[2] for one in pseudonyms if ":" in one}
    found: dict[str, Name] = {}
    for some in _several(tokens):
        for row in session.scalars(select(AuditName).where(AuditName.token.in_(some))):
            found[f"{row.kind}:{row.token}"] = Name(row.kind, row.subject_id, row.name)
    return found


def _parsed(subject: Subject | str) -> Subject | str:
    try:
        return subject if isinstance(subject, Subject) else Subject.parse(subject)
    except ValueError:
        return subject


def _of(subject: Subject | str | Rows) -> Name | None:
    return Name(subject.kind, subject.id) if isinstance(subject, Subject) else None


def _word(detail: Detail | Subject | Rows) -> str:
    """The word, where it is one of ``Detail`` or a count: whatever else was handed over is somebody's, and not kept."""
    if isinstance(detail, Rows):
        return str(detail)
    return str(detail) if detail in set(Detail) else ""


def _of_actor(by: By) -> Name | None:
    if isinstance(by, Operator):
        return Name(OPERATOR, 0, by.name[:120])
    return None if by is None else Name(SubjectKind.PERSON, by)


def _pseudonyms(session: Session, names: Collection[Name], *, makes: bool = False) -> dict[Name | None, str]:
    """The pseudonyms of these names; ``makes`` one for each that has none yet."""
    found = _stored(session, names)
    lacking = sorted(set(names) - set(found)) if makes else []
    if lacking:
        rows = [
            {"token": secrets.token_hex(8), "kind": kind, "subject_id": id, "name": name} for kind, id, name in lacking
        ]
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        new = (postgresql.insert if on_postgresql else sqlite.insert)(AuditName)
        # Two messages handled at once may need the same name: the first one's token holds.
        session.execute(new.on_conflict_do_nothing(index_elements=["kind", "subject_id", "name"]), rows)
        found |= _stored(session, lacking)
    return found


def _stored(session: Session, names: Collection[Name]) -> dict[Name | None, str]:
    found: dict[Name | None, str] = {}
    for kind in {one.kind for one in names}:
        wanted = {one for one in names if one.kind == kind}
        for ids in _several({one.id for one in wanted}):
            for row in session.scalars(_NAMES, {"of": kind, "ids": ids, "names": list({one.name for one in wanted})}):
                name = Name(row.kind, row.subject_id, row.name)
                if name in wanted:
                    found[name] = f"{row.kind}:{row.token}"
    return found


# Built once: it runs for each line of the audit, and building it takes longer than running it. Rows have no name.
_NAMES = select(AuditName).where(
    AuditName.kind == bindparam("of"),
    AuditName.subject_id.in_(bindparam("ids", expanding=True)),
    AuditName.name.in_(bindparam("names", expanding=True)),
)


def _several(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of at most AT_ONCE."""
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
