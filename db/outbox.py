"""The outbox: one row for every message to be sent. Only ``delivery`` sends them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from db.base import Base, Key, enum_type
from db.people import addresses
from db.subjects import MESSAGE_KINDS, Subject, SubjectKind

AT_ONCE = 5_000  # keys in one query; SQLite takes 32,766
REPLY, ALERT, PLANNED_LANE, BROADCAST = range(4)


class OutgoingState(StrEnum):
    """The state of a row: planned, being sent, or how it ended."""

    PLANNED = "planned"
    TAKEN = "taken"  # being sent
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    SKIPPED = "skipped"


PLANNED, TAKEN = OutgoingState.PLANNED, OutgoingState.TAKEN
SENT, DELIVERED, READ = OutgoingState.SENT, OutgoingState.DELIVERED, OutgoingState.READ
FAILED, SKIPPED = OutgoingState.FAILED, OutgoingState.SKIPPED
TOO_LATE = "terlambat"
BEHIND = "menunggu pesan sebelumnya dibuka"
"""The reason of an answer that waits: an announcement that nobody has opened yet says already that there is one."""
REPORTS_STATUS = frozenset({"whatsapp"})
"""Channels that report what became of a message: there "sent" says only that the channel has it."""
AWAITED = "tidak pasti terkirim, menunggu kabar"
"""The reason of a SENT row whose send got no answer, on a channel that reports later whether it arrived."""
# Conditions of the partial indexes below. Queries must use them as they are: a database does not use a partial index
# for a value that comes as a parameter.
IS_PLANNED, IS_TAKEN = text("outgoing.state = 'planned'"), text("outgoing.state = 'taken'")
IS_AWAITED = text(f"outgoing.state = 'sent' AND outgoing.reason = '{AWAITED}'")
IS_OVER = text("outgoing.state IN ('failed', 'skipped')")
IS_NAMED = text("outgoing.provider_id <> ''")
IS_TEMPLATE = text("outgoing.template <> ''")


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(f"ix_outgoing_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))


class Kind(StrEnum):
    """What a message is. It decides the template that announces it, and whether a loss or a pause holds it back.

    A new kind is not sent about somebody who died or left, unless ``programme.still_valid`` says so.
    """

    REPLY = "reply"  # the answer to what somebody wrote
    HELP = "help"  # the answer to a cry for help
    RECOVER = "recover"  # one line where a reply may be missing
    LESSON = "lesson"
    CHART = "chart"
    BIRTH = "birth"  # the question whether the baby is born
    BORN = "born"  # the news of a birth
    ENDING = "ending"  # the news that a fostering has ended
    TOLD = "told"  # to those who decide whether news of an end is true, and their answer to who told it
    LOSS = "loss"  # the one message about a death or a lost pregnancy
    AFTER_LOSS = "after-loss"  # a lesson for a mother after a loss: no pause holds it back
    REMINDER = "reminder"
    LADDER = "ladder"  # a superior or a coordinator is told of visits that are late
    NUDGE = "nudge"  # a coordinator reminds an ASN
    PROMISE = "promise"  # when can you visit, and on the day that was promised: today you wanted to
    ALERT = "alert"  # the first message about a referral
    CLIMB = "climb"  # the next level of a referral that nobody has answered
    REFERRAL = "referral"  # how a referral goes on
    STUCK = "stuck"  # once a day: what is to be done about referrals that stay open
    ASKED = "asked"  # the question whether the family has reached the puskesmas
    QUESTION = "question"  # the question of a family or an ASN, to who answers it
    ANSWER = "answer"  # what a health worker answered, and other news of a question, to who asked
    QUESTION_NEWS = "question-news"  # that one was answered or is over: to the ASN, and to who need not answer it
    LETTER = "letter"  # what a coordinator writes to somebody, and the answer
    HANDOVER = "handover"  # who fosters has changed: to the old and the new one, coordinators and the family
    DUTY = "duty"  # somebody else has entered that one is on duty or on leave
    TEST = "test"  # the monthly test alert
    REMEASURE = "remeasure"
    DIGEST = "digest"
    LAPSE = "lapse"  # visits have fallen, or an office has none: to its coordinators
    INTRODUCTION = "introduction"  # of a family and who visits it, to each of them
    NUMBER = "number"  # the number that one side of a pair lets the other see
    APPOINTMENT = "appointment"  # a visit that is being arranged, and the reminder before it
    CALLED_OFF = "called-off"  # an arranged visit does not take place because its pair is one no more
    WORKBOOK = "workbook"  # what a workbook would change or has changed, and the question to the second person
    ANNOUNCEMENT = "announcement"  # what a coordinator announces to many
    BROADCAST = "broadcast"  # to who writes an announcement or agrees to it: the question, and whom it reached
    DATA = "data"  # a request about data: to the data officer, and the answer to it
    MOVED = "moved"  # to the old phone: messages go to another one now, or somebody seems to be its owner
    CODE = "code"  # carries an invitation code: its words are emptied once it was sent


URGENT = frozenset({Kind.TEST, Kind.HELP, Kind.ALERT, Kind.CLIMB, Kind.REFERRAL, Kind.ASKED})
"""About somebody in danger: no wish for fewer messages holds these back, neither "berhenti" nor one in the channel."""

LESSONS = (Kind.LESSON, Kind.AFTER_LOSS)


class Outgoing(Base):
    """One message to one address, under a readable key: "reply:telegram:881:0", "lesson:31:hamil-28:7".

    The key is for people and for idempotence: nothing reads its parts. Columns say what the message is:
    ``kind``; whom it is about in ``OutgoingAbout``; ``family_id``, where somebody gets it as a carer of that family and
    only while they neither stopped nor pause; ``lesson`` with what it is counted from (``origin_kind``, ``origin_id``,
    and ``called_on``, the day of the trigger that called for it). ``resend_of`` is the row that this one repeats on
    another channel, ``said_in`` the row whose message includes this one.

    ``lane``: REPLY, ALERT, PLANNED_LANE or BROADCAST; ``db.queue`` says in which order. After ``expires_at`` it is
    skipped. A skipped or failed row always has a ``reason``. ``address`` is empty for a person who
    cannot be written to yet (then the row is skipped). ``forgotten`` says that its words were emptied after their time.
    ``template``: it could only go out as this approved template, which announces it. ``category`` is what the channel
    charged it as.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(None, "due_at"),
        # In the order of claiming; with the address, to pass quickly over rows whose address must wait.
        _partial("claim", "channel", "lane", "due_at", "id", "address", where="state = 'planned'"),
        _partial("expiry", "expires_at", where="state = 'planned' AND expires_at IS NOT NULL"),
        _partial("retry", "state", "due_at", where="state = 'planned' AND attempts > 0"),
        _partial("taken", "state", "channel", "address", "taken_at", where="state = 'taken'"),
        _partial("awaited", "settled_at", where=f"state = 'sent' AND reason = '{AWAITED}'"),
        _partial("template", "taken_at", where="template <> ''"),
        _partial("provider_id", "provider_id", where="provider_id <> ''"),
        Index(None, "channel", "address", "state"),
        Index(None, "kind", "created_at"),
        CheckConstraint("(origin_kind is null) = (origin_id is null)", "origin"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(160))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    lane: Mapped[int]
    message: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[OutgoingState] = mapped_column(enum_type(OutgoingState, 12), default=PLANNED)
    reason: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    forgotten: Mapped[bool] = mapped_column(default=False)
    template: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[str] = mapped_column(String(16), default="")
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    lesson: Mapped[str] = mapped_column(String(60), default="")
    origin_kind: Mapped[str | None] = mapped_column(String(12))
    origin_id: Mapped[int | None]
    called_on: Mapped[date | None]
    resend_of: Mapped[int | None] = mapped_column(ForeignKey("outgoing.id"), index=True)
    said_in: Mapped[int | None] = mapped_column(ForeignKey("outgoing.id"))

    @property
    def origin(self) -> Subject | None:
        """The wedding, pregnancy or child that a lesson is counted from; None for training cards."""
        return Subject(SubjectKind(self.origin_kind), self.origin_id) if self.origin_kind and self.origin_id else None


_TABLE = cast("Table", Outgoing.__table__)


class OutgoingAbout(Base):
    """Whom or what a message is about, one row each; none for a row that was skipped when it was written."""

    __tablename__ = "outgoing_about"
    __table_args__ = (
        Index(None, "kind", "subject_id"),
        CheckConstraint(f"kind in ({', '.join(repr(str(kind)) for kind in MESSAGE_KINDS)})", "kind"),
    )

    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)


class Report(Base):
    """A status report that arrived before the send call returned; kept until its message is known."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "channel", "provider_id"),)

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(200))
    news: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def row(
    kind: Kind,
    key: str,
    channel: str,
    address: str,
    message: Mapping[str, Any],
    now: datetime,
    *,
    lane: int = REPLY,
    person_id: int | None = None,
    about: Iterable[Subject] = (),
    family_id: int | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    skipped: str = "",
    lesson: str = "",
    origin: Subject | None = None,
    called_on: date | None = None,
    resend_of: int | None = None,
    said_in: int | None = None,
) -> dict[str, Any]:
    """A row for ``promise``. ``skipped`` records a message that will not be sent, and why."""
    return {
        "kind": kind, "key": key, "channel": channel, "address": address, "person_id": person_id, "lane": lane,
        "message": dict(message), "due_at": due_at or now, "expires_at": expires_at,
        "state": SKIPPED if skipped else PLANNED, "reason": skipped, "attempts": 0, "provider_id": "",
        "created_at": now, "forgotten": False, "settled_at": now if skipped else None, "template": "", "category": "",
        "family_id": family_id, "lesson": lesson, "origin_kind": origin and origin.kind,
        "origin_id": origin and origin.id, "called_on": called_on, "resend_of": resend_of, "said_in": said_in,
        "about": () if skipped else tuple(about),
    }  # fmt: skip


def to_person(
    session: Session,
    person_id: int,
    kind: Kind,
    key: str,
    message: Mapping[str, Any],
    now: datetime,
    *,
    about: Iterable[Subject] = (),
    lane: int = PLANNED_LANE,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    again: bool = False,
) -> bool:
    """Promise a message to a person on the channel they used last; recorded as skipped when there is none.

    Returns whether it was written: False where this key exists already. ``again``: an existing row that was not sent is
    planned anew.
    """
    reachable = addresses(session, person_id, urgent=kind in URGENT)
    channel, address = (reachable[0].channel, reachable[0].address) if reachable else ("", "")
    skipped = "" if reachable else "belum terhubung"
    one = row(
        kind, key, channel, address, message, now,
        lane=lane, person_id=person_id, about=about, due_at=due_at, expires_at=expires_at, skipped=skipped,
    )  # fmt: skip
    return bool((renew if again else promise)(session, [one]))


def promise(session: Session, rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Write rows, and return the ids of those that were written, by key.

    A row whose key exists already stays as it is.
    """
    return _write(session, rows, anew=False)


def record_skipped(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows that are skipped at once (``row`` with ``skipped``); one whose key exists already stays as it is.

    They are about nobody, so their ids are not read back: half the work of ``promise`` for a large batch.
    """
    if listed := [_columns(one) for one in rows]:
        session.flush()  # the rows may refer to objects that are still to be written
        session.execute(_insert(_dialect(session)).on_conflict_do_nothing(index_elements=["key"]), listed)


def renew(session: Session, rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Promise rows; an existing one that failed or was skipped is planned anew under its old id."""
    return _write(session, rows, anew=True)


def promise_together(
    session: Session, messages: Iterable[tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]]
) -> None:
    """Promise messages with several parts: the row that is sent, and a row for each other part with ``said_in``.

    Rows of a message that was skipped after a loss are planned anew.
    """
    listed = list(messages)
    written = renew(session, [sent for sent, _ in listed])
    renew(
        session,
        [{**one, "said_in": written[sent["key"]]} for sent, rest in listed if sent["key"] in written for one in rest],
    )


def _write(session: Session, rows: Iterable[Mapping[str, Any]], *, anew: bool) -> dict[str, int]:
    given = list(rows)
    if not given:
        return {}
    listed = [_columns(one) for one in given]
    statement = _promised(_dialect(session), tuple(listed[0]) if anew else ())
    session.flush()  # the rows may refer to objects that are still to be written
    returned = session.execute(statement, listed)
    written: dict[str, int] = {one.key: one.id for one in returned}
    if anew and written:
        session.execute(delete(OutgoingAbout).where(OutgoingAbout.outgoing_id.in_(written.values())))
    about: dict[str, Sequence[Subject]] = {one["key"]: one["about"] for one in given}
    links = [
        {"outgoing_id": id, "kind": one.kind, "subject_id": one.id}
        for key, id in written.items()
        for one in dict.fromkeys(about[key])
    ]
    if links:
        session.execute(insert(OutgoingAbout), links)
    return written


@cache
def _promised(dialect: str, anew: tuple[str, ...]) -> ReturningInsert[Any, Any]:
    """An insert that returns keys and ids; ``anew`` are the columns that a failed or skipped row takes anew.

    Built once: it runs for every answer, and building it takes longer than running it. It has no parameters but the
    rows' own: with others SQLAlchemy would send each row as a statement by itself.
    """
    statement = _insert(dialect)
    if anew:
        kept = {"key", "attempts", "created_at", "template", "category"}
        again = {name: statement.excluded[name] for name in anew if name not in kept}
        statement = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={**again, "taken_at": null()},
            where=IS_OVER,
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=["key"])
    return statement.returning(_TABLE.c.key, _TABLE.c.id)


def _insert(dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert into the table itself: through the mapped class each row costs half as much again."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(_TABLE)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without "about", which has a table of its own."""
    return {name: value for name, value in row.items() if name != "about"}


def about(*subjects: Subject) -> ColumnElement[bool]:
    """The condition that a row is about any of these."""
    pairs = or_(*(and_(OutgoingAbout.kind == one.kind, OutgoingAbout.subject_id == one.id) for one in subjects))
    return Outgoing.id.in_(select(OutgoingAbout.outgoing_id).where(pairs))


def about_only(one: Subject) -> ColumnElement[bool]:
    """The condition that a row is about this and nothing else."""
    other = or_(OutgoingAbout.kind != one.kind, OutgoingAbout.subject_id != one.id)
    return and_(about(one), ~exists().where(OutgoingAbout.outgoing_id == Outgoing.id, other))


def subjects(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[Subject]]:
    """Whom or what each of these rows is about; a row about nobody is left out."""
    found: dict[int, list[Subject]] = {}
    query = select(OutgoingAbout).where(OutgoingAbout.outgoing_id.in_(ids))
    for one in session.scalars(query):
        found.setdefault(one.outgoing_id, []).append(Subject(SubjectKind(one.kind), one.subject_id))
    return found


def arrived_otherwise() -> ColumnElement[bool]:
    """The condition that a row's copy on another channel was sent or is still planned."""
    copy = aliased(Outgoing)
    return exists().where(copy.resend_of == Outgoing.id, copy.state.not_in((FAILED, SKIPPED)))


def stop_address(session: Session, channel: str, address: str, reason: str, now: datetime) -> None:
    """Skip everything planned for this address, with the reason."""
    cancel(session, reason, now, Outgoing.channel == channel, Outgoing.address == address)


def mute_address(session: Session, channel: str, address: str, reason: str, now: datetime) -> None:
    """Skip everything planned for this address that is neither an answer nor urgent, with the reason."""
    unasked = Outgoing.lane > REPLY, Outgoing.kind.not_in(URGENT)
    cancel(session, reason, now, Outgoing.channel == channel, Outgoing.address == address, *unasked)


def hasten(session: Session, channel: str, address: str, now: datetime) -> None:
    """Plan at once, for an address that has written, alerts and answers that the channel would not take before.

    Objects of these rows that the session holds are not refreshed.
    """
    session.execute(_HASTEN, {"to_channel": channel, "to_address": address, "now": now})


_NOW = bindparam("now", type_=_TABLE.c.due_at.type)
# Built once: it runs before every message that comes in, and building it takes longer than running it.
_HASTEN = (
    update(_TABLE)
    .where(
        _TABLE.c.channel == bindparam("to_channel"),
        _TABLE.c.address == bindparam("to_address"),
        _TABLE.c.state == PLANNED,
        or_(and_(_TABLE.c.lane == ALERT, _TABLE.c.reason != ""), _TABLE.c.reason == BEHIND),
        _TABLE.c.due_at > _NOW,
    )
    .values(due_at=_NOW)
)


def rename(session: Session, channel: str, aliases: Collection[str], address: str) -> None:
    """Send what is planned for one of the ``aliases`` to ``address`` instead."""
    if aliases:
        planned = Outgoing.channel == channel, Outgoing.address.in_(aliases), Outgoing.state == PLANNED
        session.execute(update(Outgoing).where(*planned).values(address=address))


def put_off(session: Session, channel: str, address: str, until: datetime) -> None:
    """Delay everything planned for this address until ``until``; the order of its rows stays."""
    planned = Outgoing.channel == channel, Outgoing.address == address, Outgoing.state == PLANNED
    session.execute(update(Outgoing).where(*planned, Outgoing.due_at < until).values(due_at=until))


def anonymise(session: Session, person_id: int, now: datetime) -> None:
    """Empty the messages sent to a person who is being erased and remove their id; cancel planned ones.

    Lessons that were sent keep the id of the person, whose name is erased: counts of lessons are counts of people.
    """
    cancel(session, "data dihapus", now, Outgoing.person_id == person_id, Outgoing.lane > REPLY)
    sent_to_person = update(Outgoing).where(Outgoing.person_id == person_id)
    said = sent_to_person.where(Outgoing.state != PLANNED)
    session.execute(said.values(message={"text": ""}, address="", forgotten=True))
    counted = and_(Outgoing.kind.in_(LESSONS), Outgoing.state.in_((SENT, DELIVERED, READ)))
    session.execute(sent_to_person.where(~counted).values(person_id=None))


def forget_bare_addresses(session: Session) -> None:
    """Empty the addresses of last messages to people who were erased, once these have been sent."""
    last = update(Outgoing).where(
        Outgoing.kind == Kind.DATA, Outgoing.person_id.is_(None), Outgoing.address != "",
        Outgoing.state.not_in((PLANNED, TAKEN)),
    )  # fmt: skip
    session.execute(last.values(address=""))


def settle(row: Outgoing, state: OutgoingState, reason: str, now: datetime) -> None:
    """Record the outcome of a row: its state, reason (cut at 200 characters) and time."""
    row.state, row.reason, row.settled_at = state, reason[:200], now


def plan_again(row: Outgoing) -> None:
    """Undo ``settle``: the row is planned as before."""
    row.state, row.reason, row.settled_at = PLANNED, "", None


def empty(row: Outgoing) -> None:
    """Forget the words of a row that must not be kept once it was sent."""
    row.message, row.forgotten = {"text": ""}, True


def empty_codes(session: Session) -> None:
    """Forget the words of messages with a code that are settled, however they ended."""
    settled = Outgoing.kind == Kind.CODE, Outgoing.state.not_in((PLANNED, TAKEN)), ~Outgoing.forgotten
    session.execute(update(Outgoing).where(*settled).values(message={"text": ""}, forgotten=True))


def cancel(session: Session, reason: str, now: datetime, *which: ColumnElement[bool]) -> int:
    """Skip what is planned and meets all of these conditions. Returns how many rows."""
    planned = update(Outgoing).where(Outgoing.state == PLANNED, *which)
    settled = planned.values(state=SKIPPED, reason=reason, settled_at=now)
    return session.execute(settled).rowcount  # pyright: ignore


def cancel_unasked(session: Session, reason: str, now: datetime, person_id: int, *which: ColumnElement[bool]) -> None:
    """Skip what would come to this person unasked and meets these conditions; news of danger is never among it."""
    unasked = Outgoing.person_id == person_id, Outgoing.lane >= PLANNED_LANE, Outgoing.kind.not_in(URGENT)
    cancel(session, reason, now, *unasked, *which)


def set_aside_keys(session: Session, now: datetime, *which: ColumnElement[bool]) -> None:
    """Give the rows that meet all of these conditions other keys: no button opens them, and theirs can be used anew."""
    session.execute(update(Outgoing).where(*which).values(key=Outgoing.key + f":{now:%Y%m%d%H%M%S}"))


def told_about(session: Session, subject: Subject) -> set[int]:
    """The ids of the people with a message about this that was not skipped."""
    query = select(Outgoing.person_id).where(about(subject), Outgoing.state != SKIPPED)
    return {person_id for person_id in session.scalars(query) if person_id is not None}


def promised(session: Session, keys: Iterable[str], *, dropped: str) -> set[str]:
    """Those of these keys that exist, without rows of a message that was skipped for the reason ``dropped``."""
    spoken = aliased(Outgoing)  # the row whose message includes it: another one, or itself
    query = (
        select(Outgoing.key)
        .join(spoken, spoken.id == func.coalesce(Outgoing.said_in, Outgoing.id))
        .where(or_(spoken.state != SKIPPED, spoken.reason != dropped))
    )
    listed, found = sorted(keys), set[str]()
    for start in range(0, len(listed), AT_ONCE):
        found.update(session.scalars(query.where(Outgoing.key.in_(listed[start : start + AT_ONCE]))))
    return found


def forget_words(session: Session, before: datetime, among: Collection[int]) -> int:
    """Empty the text of those of these messages that were settled before; their rows stay. Returns how many."""
    old = update(Outgoing).where(Outgoing.id.in_(among), Outgoing.settled_at < before, ~Outgoing.forgotten)
    return session.execute(old.values(message={"text": ""}, forgotten=True)).rowcount  # pyright: ignore
