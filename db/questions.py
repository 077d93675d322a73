"""Questions of families and ASN: a thread of messages between who asked and who answers, and whose it is now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from db.base import Base, Key, enum_type
from db.children import Child, Family, Pregnancy
from db.outbox import PLANNED, Kind, Outgoing
from db.people import Person
from db.roles import Role


class QuestionState(StrEnum):
    """How far a thread has come."""

    OPEN = "open"  # who asked waits for an answer
    ANSWERED = "answered"  # they may still write on, and then it is open again
    CLOSED = "closed"


LIVE = (QuestionState.OPEN, QuestionState.ANSWERED)


class Part(StrEnum):
    """What one line of a thread is."""

    ASKED = "asked"  # words of who asked
    ANSWERED = "answered"  # words of a health worker
    SAID = "said"  # what the service said by itself to who asked
    GIVEN = "given"  # it was given to this person to answer
    REMINDED = "reminded"  # this person was reminded
    CLOSED = "closed"
    HELD = "held"  # words of a health worker that are sent once they have tapped to whom


class Question(Base):
    """One thread. ``person_id`` has asked, as ``role`` FAMILY or ASN; about a child, a pregnancy or a family.

    ``waits_since`` is when the first words without an answer came, None where there are none. ``counted_from`` is the
    moment from which it is counted how long that takes: they may have come at night, and at another person's first.
    ``responsible_id`` answers now, None where nobody can. ``reminded_at`` and ``late_told_at``: when who is responsible
    was reminded, and when who asked heard that it takes long. ``closed_why`` is a word of
    ``programme.question_messages.ENDS``.
    """

    __tablename__ = "question"
    __table_args__ = (Index(None, "state", "counted_from"), Index(None, "person_id", "state"))

    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role, 16))
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"))
    state: Mapped[QuestionState] = mapped_column(enum_type(QuestionState, 12), default=QuestionState.OPEN)
    opened_at: Mapped[datetime]
    waits_since: Mapped[datetime | None]
    counted_from: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reminded_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_why: Mapped[str] = mapped_column(String(16), default="")
    writer: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    responsible: Mapped[Person | None] = relationship(foreign_keys=[responsible_id])
    family: Mapped[Family | None] = relationship()
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()

    @property
    def about(self) -> Child | Pregnancy | Family | None:
        """Whom it is about; None where an ASN asks in general."""
        return self.child or self.pregnancy or self.family


class QuestionMessage(Base):
    """One line of a thread, oldest first by id. ``words`` are empty where there are none, and once forgotten."""

    __tablename__ = "question_message"

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    part: Mapped[Part] = mapped_column(enum_type(Part, 12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[Person | None] = relationship()


class QuestionOutgoing(Base):
    """Which messages of the outbox belong to a thread: a reply to one of them is written into it.

    ``from_line``: of a message with words that came later, the first line that it shows; 0 for one with all of it.
    """

    __tablename__ = "question_outgoing"

    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    from_line: Mapped[int] = mapped_column(default=0)


def current(session: Session, person_id: int, since: datetime) -> Question | None:
    """The thread into which this person's words go: the newest that waits, or was written in since then."""
    query = select(Question).where(Question.person_id == person_id, Question.state.in_(LIVE))
    for one in session.scalars(query.order_by(Question.id.desc())):
        if one.state == QuestionState.OPEN or last_written(session, one.id) >= since:
            return one
    return None


def live_of(session: Session, person_id: int) -> Sequence[Question]:
    """The threads of this person that nobody has closed, oldest first."""
    query = select(Question).where(Question.person_id == person_id, Question.state.in_(LIVE))
    return session.scalars(query.order_by(Question.id)).all()


def waiting_for(session: Session, person_id: int) -> Sequence[Question]:
    """The threads that wait for this person's answer, oldest first."""
    query = select(Question).where(Question.responsible_id == person_id, Question.state == QuestionState.OPEN)
    return session.scalars(query.order_by(Question.counted_from, Question.id)).all()


def answered_by(session: Session, person_id: int, since: datetime) -> Sequence[Question]:
    """The threads that this person has answered since then and nobody has closed, newest first."""
    query = select(Question).where(
        Question.answered_by == person_id, Question.answered_at >= since, Question.state == QuestionState.ANSWERED
    )
    return session.scalars(query.order_by(Question.answered_at.desc(), Question.id.desc())).all()


def waiting(session: Session, or_answered_since: datetime | None = None) -> Sequence[Question]:
    """Every thread that waits for an answer, oldest first; also those that were answered or closed since then, if it is
    given."""
    whole = (selectinload(one) for one in (Question.family, Question.child, Question.pregnancy, Question.responsible))
    wanted = Question.state == QuestionState.OPEN
    if or_answered_since is not None:
        wanted = or_(wanted, Question.answered_at >= or_answered_since, Question.closed_at >= or_answered_since)
    query = select(Question).where(wanted).options(*whole)
    return session.scalars(query.order_by(Question.counted_from, Question.id)).all()


def quiet_since(session: Session, before: datetime) -> Sequence[int]:
    """The ids of answered threads in which nobody has written since then."""
    written = select(QuestionMessage.id).where(QuestionMessage.question_id == Question.id, QuestionMessage.at >= before)
    query = select(Question.id).where(Question.state == QuestionState.ANSWERED, ~written.exists())
    return session.scalars(query.order_by(Question.id)).all()


def families_waiting(session: Session, since: datetime) -> set[int]:
    """The families for whom somebody is to answer a question that was asked since then."""
    query = select(Question.family_id).where(
        Question.state == QuestionState.OPEN, Question.role == Role.FAMILY, Question.responsible_id.is_not(None),
        Question.waits_since >= since, Question.family_id.is_not(None),
    )  # fmt: skip
    return {family for family in session.scalars(query) if family is not None}


def thread(session: Session, question_id: int) -> Sequence[QuestionMessage]:
    """Every line of the thread, oldest first."""
    query = select(QuestionMessage).where(QuestionMessage.question_id == question_id)
    return session.scalars(query.order_by(QuestionMessage.id)).all()


def write(
    session: Session, question: Question, part: Part, now: datetime, person_id: int | None = None, words: str = ""
) -> QuestionMessage:
    """Add a line to the thread."""
    line = QuestionMessage(question_id=question.id, at=now, part=part, person_id=person_id, words=words)
    session.add(line)
    session.flush()
    return line


def last_written(session: Session, question_id: int) -> datetime:
    """When the last line was added."""
    query = select(func.max(QuestionMessage.at)).where(QuestionMessage.question_id == question_id)
    return session.execute(query).scalar_one()


def given_to(session: Session, question_id: int) -> list[int]:
    """The ids of the people to whom it was given, in order."""
    query = select(QuestionMessage.person_id).where(
        QuestionMessage.question_id == question_id, QuestionMessage.part == Part.GIVEN
    )
    return [one for one in session.scalars(query.order_by(QuestionMessage.id)) if one is not None]


def belongs(session: Session, question_id: int, outgoing_id: int, from_line: int = 0) -> None:
    """Note that this message of the outbox belongs to the thread."""
    session.add(QuestionOutgoing(outgoing_id=outgoing_id, question_id=question_id, from_line=from_line))
    session.flush()


def unsent(session: Session, question_id: int, person_id: int) -> tuple[Outgoing, int] | None:
    """The message of the thread to this person that waits to be sent, with its ``from_line``; locked."""
    query = (
        select(Outgoing, QuestionOutgoing.from_line)
        .join(QuestionOutgoing, QuestionOutgoing.outgoing_id == Outgoing.id)
        .where(
            QuestionOutgoing.question_id == question_id, Outgoing.person_id == person_id,
            Outgoing.kind == Kind.QUESTION, Outgoing.state == PLANNED,
        )
        .order_by(Outgoing.id.desc())
        .with_for_update(of=Outgoing)
    )  # fmt: skip
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def of_outgoing(session: Session, outgoing_id: int) -> Question | None:
    """The thread to which this message of the outbox belongs."""
    query = select(Question).join(QuestionOutgoing, QuestionOutgoing.question_id == Question.id)
    return session.scalar(query.where(QuestionOutgoing.outgoing_id == outgoing_id))


def outgoing_of(session: Session, questions: Collection[int]) -> Sequence[int]:
    """The ids of the messages of the outbox that belong to these threads."""
    query = select(QuestionOutgoing.outgoing_id).where(QuestionOutgoing.question_id.in_(questions))
    return session.scalars(query).all()


def of_family(session: Session, family_id: int) -> Sequence[Question]:
    """Every thread about this family, its children and pregnancies, whoever asked."""
    return session.scalars(select(Question).where(Question.family_id == family_id).order_by(Question.id)).all()


def asked_by(session: Session, person_id: int) -> Sequence[int]:
    """The ids of every thread that this person began."""
    return session.scalars(select(Question.id).where(Question.person_id == person_id)).all()


def words_of(session: Session, person_id: int) -> Sequence[tuple[datetime, str]]:
    """When and what this person wrote in threads, as long as it is kept."""
    query = select(QuestionMessage.at, QuestionMessage.words).where(
        QuestionMessage.person_id == person_id, QuestionMessage.part.in_((Part.ASKED, Part.ANSWERED)),
        QuestionMessage.words != "",
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(query.order_by(QuestionMessage.id))]


def forget(session: Session, questions: Collection[int]) -> None:
    """Empty the words of these threads, take out who asked, and end them: their counts stay."""
    in_them = QuestionMessage.question_id.in_(questions)
    session.execute(update(QuestionMessage).where(in_them).values(words=""))
    asked = update(QuestionMessage).where(in_them, QuestionMessage.part == Part.ASKED)
    session.execute(asked.values(person_id=None))
    session.execute(delete(QuestionOutgoing).where(QuestionOutgoing.question_id.in_(questions)))
    gone = update(Question).where(Question.id.in_(questions))
    session.execute(gone.values(person_id=None, state=QuestionState.CLOSED, waits_since=None))


def forget_words(session: Session, before: datetime) -> None:
    """Empty the words that were written before then; that they were written stays."""
    old = update(QuestionMessage).where(QuestionMessage.at < before, QuestionMessage.words != "")
    session.execute(old.values(words=""))
