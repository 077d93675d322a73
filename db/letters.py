"""Letters: what a coordinator writes to a foster parent or a health worker, and what is answered, one row each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key
from db.children import Child, Family, Pregnancy
from db.outbox import Outgoing
from db.people import Person
from db.referrals import Referral


class Letter(Base):
    """One letter. ``answers_id`` is the letter that it answers; None for one that begins a thread.

    It may be about a child, a pregnancy or a referral. ``outgoing_id`` is the message that carries it to ``receiver``.
    ``text`` is empty once it was forgotten; that it was written stays.
    """

    __tablename__ = "letter"
    __table_args__ = (Index(None, "receiver_id", "writer_id", "at"),)

    id: Mapped[Key]
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing.id", ondelete="SET NULL"), index=True)
    writer: Mapped[Person] = relationship(foreign_keys=[writer_id])
    receiver: Mapped[Person] = relationship(foreign_keys=[receiver_id])
    answers: Mapped[Letter | None] = relationship(remote_side="Letter.id")
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()
    referral: Mapped[Referral | None] = relationship()

    @property
    def about(self) -> Child | Pregnancy | Family | None:
        """Whom it is about; None for a letter about nobody in particular, and for a referral of somebody unknown."""
        return self.referral.about if self.referral else self.child or self.pregnancy


def write(
    session: Session,
    now: datetime,
    writer: Person,
    receiver: Person,
    text: str,
    about: Child | Pregnancy | Referral | None = None,
    answers: Letter | None = None,
) -> Letter:
    """Keep a letter; an answer is about what it answers."""
    letter = Letter(
        writer=writer, receiver=receiver, text=text, at=now, answers=answers,
        child=answers.child if answers else about if isinstance(about, Child) else None,
        pregnancy=answers.pregnancy if answers else about if isinstance(about, Pregnancy) else None,
        referral=answers.referral if answers else about if isinstance(about, Referral) else None,
    )  # fmt: skip
    session.add(letter)
    session.flush()
    return letter


def carried_by(session: Session, outgoing_id: int) -> Letter | None:
    """The letter that this message of the outbox carries."""
    return session.scalar(select(Letter).where(Letter.outgoing_id == outgoing_id))


def unanswered(session: Session, writer_id: int, receiver_id: int, since: datetime) -> int:
    """How many letters the one has written to the other since then, and since the other's last one."""
    back = select(func.max(Letter.id)).where(Letter.writer_id == receiver_id, Letter.receiver_id == writer_id)
    there = Letter.writer_id == writer_id, Letter.receiver_id == receiver_id, Letter.at >= since
    query = select(func.count()).select_from(Letter).where(*there, Letter.id > func.coalesce(back.scalar_subquery(), 0))
    return session.scalar(query) or 0


def forget_words(session: Session, before: datetime) -> None:
    """Empty the letters that were written before then."""
    session.execute(update(Letter).where(Letter.at < before, Letter.text != "").values(text=""))


def forget_about(
    session: Session, children: Collection[int], pregnancies: Collection[int], referrals: Collection[int]
) -> None:
    """Empty the letters about these, and those whose messages have been emptied."""
    emptied = select(Outgoing.id).where(Outgoing.forgotten)
    named = or_(
        Letter.child_id.in_(children), Letter.pregnancy_id.in_(pregnancies), Letter.referral_id.in_(referrals),
        Letter.outgoing_id.in_(emptied),
    )  # fmt: skip
    session.execute(update(Letter).where(named, Letter.text != "").values(text=""))


def forget_person(session: Session, person_id: int) -> None:
    """Empty what this person has written and what was written to them."""
    theirs = or_(Letter.writer_id == person_id, Letter.receiver_id == person_id)
    session.execute(update(Letter).where(theirs).values(text=""))
