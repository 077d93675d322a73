"""What happens in families, written to the tables as the conversations write it, and into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from bench.three_years.ledger import Recipient, Span, Subject, Told, local
from bench.three_years.world import World
from db import outbox
from db.children import Carer, Child, Pregnancy, Wedding
from db.consent import Consent, LessonAnswer
from db.outbox import LESSONS, PLANNED, SKIPPED, Outgoing
from db.people import Address, AddressState
from db.states import LOSSES, CareState
from db.subjects import Subject as Origin
from programme import births, endings
from programme.births import Baby


def drop(world: World, people: Sequence[int], reason: str, now: datetime) -> None:
    """What is planned for somebody is not sent."""
    planned = update(Outgoing).where(
        Outgoing.person_id.in_(people), Outgoing.kind.in_(LESSONS), Outgoing.state == PLANNED
    )
    world.session.execute(planned.values(state=SKIPPED, reason=reason, settled_at=now))


def join(world: World, carer: Carer, now: datetime) -> None:
    """A carer agrees, for the first time or again."""
    recipient = world.ledger.recipients.setdefault(
        carer.id, Recipient(carer.id, carer.person_id, carer.family_id, carer.relation)
    )
    if recipient.span(now):
        return
    if not recipient.joined:
        world.ledger.people[carer.person_id].append(carer.id)
        world.ledger.families[carer.family_id].append(carer.id)
    carer.joined_on, carer.stopped_at = local(now).date(), None
    agreed = {"relation": carer.relation, "text_version": "t", "channel": "simulator", "given_at": now}
    world.session.add(Consent(person_id=carer.person_id, family_id=carer.family_id, **agreed))
    recipient.joined.append(Span(now))
    world.ledger.counts["bergabung" if len(recipient.joined) == 1 else "kembali dengan persetujuan baru"] += 1


def stop(world: World, person: int, now: datetime) -> None:
    """All of the person's families at once; the consent stands."""
    for carer in world.session.scalars(select(Carer).where(Carer.person_id == person)):
        carer.stopped_at = carer.stopped_at or now
        if (recipient := world.ledger.recipients.get(carer.id)) and (span := recipient.span(now)):
            span.end = now
    drop(world, [person], "berhenti", now)
    world.ledger.counts["berhenti"] += 1


def pause(world: World, person: int, days: int, now: datetime) -> None:
    until = local(now).date() + timedelta(days=days)
    for carer in world.session.scalars(select(Carer).where(Carer.person_id == person)):
        carer.paused_until = until
        if recipient := world.ledger.recipients.get(carer.id):
            recipient.pauses.append((now, until))
    drop(world, [person], "jeda", now)
    world.ledger.counts["jeda"] += 1


def lose_touch(world: World, person: int, days: int, now: datetime) -> None:
    """The address is blocked; some days later the person writes again."""
    change = update(Address).where(Address.person_id == person)
    world.session.execute(change.values(state=AddressState.BLOCKED))
    for row in world.session.scalars(
        select(Outgoing).where(Outgoing.person_id == person, Outgoing.state == PLANNED, Outgoing.lane > outbox.REPLY)
    ):
        row.state, row.reason, row.settled_at = SKIPPED, "diblokir", now
    span = Span(now)
    world.ledger.away[person].append(span)
    world.ledger.counts["tak terjangkau sementara"] += 1

    def again(world: World, then: datetime) -> None:
        world.session.execute(change.values(state=AddressState.OK, last_heard_at=then))
        span.end = then

    world.at(now + timedelta(days=days), again)


def wish(world: World, person: int, weekday: int | None, hour: int | None, now: datetime) -> None:
    of_person = update(Carer).where(Carer.person_id == person)
    world.session.execute(of_person.values(weekday=weekday, hour=hour))
    world.ledger.wishes[person].append((now, weekday, hour))


def give_birth(world: World, subject: Subject, born: date, babies: Sequence[Baby], now: datetime) -> list[Child]:
    """The birth is told: of these babies, on that day."""
    pregnancy = world.session.get_one(Pregnancy, subject.ref)
    weeks = (born - (pregnancy.due - timedelta(days=280))).days // 7
    weeks = weeks if pregnancy.sure and 22 <= weeks < 45 else None
    children = births.record(world.session, pregnancy, born, babies, weeks, now)
    births.close(world.session, pregnancy, now)
    subject.gone, subject.why = now, "sudah lahir"
    for child in children:
        known(world, child, now)
    return children


def known(world: World, child: Child, now: datetime) -> Subject:
    """A child with its day of birth enters the ledger; a twin beside its twin."""
    assert child.born
    ledger = world.ledger
    ledger.sex[child.id] = child.sex
    if (child.birth_weight_g or 3000) < 2500 or (child.gestation_weeks or 40) < 37:
        ledger.small.add(child.id)
    for one in ledger.homes[child.family_id]:
        if one.anchor == "lahir" and one.day(now) == child.born:
            one.members[child.id] = now
            ledger.children[child.id] = one
            return one
    heard = local(child.created_at).date()
    subject = Subject("lahir", child.id, child.family_id, heard, [(now, child.born)], {child.id: now})
    ledger.add(subject)
    return subject


def ends(world: World, about: Child | Pregnancy, kind: CareState, now: datetime) -> None:
    """A loss, a move, a refusal of visits."""
    today = local(now).date()
    if kind in LOSSES:
        quiet = today + timedelta(days=world.city.programme.loss.quiet_days)
        endings.lose(world.session, about, kind, today, now, quiet)
        for recipient in world.ledger.recipients.values():
            if recipient.family == about.family_id:
                recipient.pauses.append((now, max(quiet, recipient.paused_until(now))))
    else:
        endings.end(world.session, about, kind, today, now)
    world.ledger.counts[kind] += 1
    if kind != CareState.REFUSED:
        part(world, about, kind, now)


def part(world: World, about: Child | Pregnancy, kind: str, now: datetime) -> None:
    """The child or pregnancy is not spoken of any more; a twin that is left goes on."""
    if isinstance(about, Pregnancy):
        subject = world.ledger.pregnancies.get(about.id)
    elif subject := world.ledger.children.get(about.id):
        subject.members.pop(about.id)
        if subject.members:
            return
    if subject:
        subject.gone, subject.why = now, kind


def expect(world: World, family: int, mother: str, due: date, sure: bool, now: datetime) -> Subject:
    """A pregnancy is entered; a couple's own lessons are over."""
    row = Pregnancy(family_id=family, mother_name=mother, due=due, sure=sure, state=CareState.ACTIVE, created_at=now)
    world.session.add(row)
    world.session.flush()
    births.end_weddings(world.session, row.family, now)
    for one in world.ledger.homes[family]:
        if one.anchor == "nikah" and one.here(now):
            one.gone, one.why = now, "sudah hamil"
    subject = Subject("hpl", row.id, family, local(now).date(), [(now, due)])
    world.ledger.add(subject)
    return subject


def correct(world: World, subject: Subject, due: date, now: datetime) -> None:
    row = world.session.get_one(Pregnancy, subject.ref)
    taken = select(Pregnancy.id).where(Pregnancy.family_id == row.family_id, Pregnancy.due == due)
    if subject.here(now) and not world.session.scalar(taken):
        row.due, row.sure = due, True
        subject.days.append((now, due))
        world.ledger.counts["HPL diperbaiki"] += 1


def marry(world: World, family: int, day: date, red: bool, now: datetime) -> Subject:
    row = Wedding(family_id=family, day=day, red=red, created_at=now)
    world.session.add(row)
    world.session.flush()
    subject = Subject("nikah", row.id, family, local(now).date(), [(now, day)], red=red)
    world.ledger.add(subject)
    return subject


def answer(world: World, row: Outgoing, number: int, now: datetime) -> None:
    """A tap under a lesson's question."""
    lesson, about, person = row.lesson, ref(row.origin, row.called_on), row.person_id
    asked = world.city.library.by_id[lesson].question
    assert asked
    assert person
    said = LessonAnswer(person_id=person, lesson=lesson, about=about, answer=asked.answers[number - 1])
    said.answered_at = now
    world.session.add(said)
    anchor = world.city.library.by_id[lesson].anchor
    whom = {"lahir": f"c{about}", "hpl": f"p{about}"}.get(anchor, about.split("@")[0])
    raised = frozenset({asked.raised_by(number)} - {""})
    world.ledger.tell(Told(now, whom, raised, person, f"{lesson}:{about}"))


def ref(origin: Origin | None, called_on: date | None) -> str:
    """What a lesson is counted from as its buttons name it: "7", "c7@2026-03-04", "@2026-03-04", "tugas"."""
    if called_on is None:
        return str(origin.id) if origin else "tugas"
    return f"{origin.kind[0]}{origin.id}@{called_on}" if origin else f"@{called_on}"
