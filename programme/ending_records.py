"""Record an end with all that follows from it, and take one back that was entered by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import consent, outbox, referrals
from db.audit import By, note
from db.children import Carer, Child, Family, Pregnancy, caregivers
from db.consent import Consent, PaperConsent
from db.endings import Ending
from db.outbox import Kind, Outgoing
from db.people import Person
from db.states import GONE, LOSSES, CareState
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message
from programme import births, disclosure, ending_announcements, endings, households
from programme.contacts import calm
from programme.names import salute
from programme.visitors import who_visit

MOTHER_STOPPED = "berpulang"  # Carer.stop_reason of a mother who has died
CLOSED_BY_DEATH = "anak meninggal dunia"  # how her open referrals end then
CLOSED_BY_MOTHERS_DEATH = "ibu meninggal dunia"
MISTAKEN = "kabarnya keliru"
TAKEN_BACK = (*LOSSES, CareState.MOVED, CareState.REFUSED)
"""The ends that somebody enters. What the measurements or the age say would be recorded again the next night."""


def record(session: Session, city: City, about: Child | Pregnancy, kind: CareState, now: datetime, by: By) -> None:
    """Record that the child or the pregnancy ended in this way, and announce it once to everybody but ``by``.

    ``kind`` is CareState.MOTHER_DIED for the death of the mother of the family, whomever of it was named.
    """
    person_id = by if isinstance(by, int) else None
    know = {person_id} if person_id else ()
    if kind == CareState.MOTHER_DIED:
        whose = _mother_died(session, city, about, now, person_id)
        note(session, now, by, "mother.died", Subject(SubjectKind.FAMILY, about.family_id))
        ending_announcements.notify(session, city, whose, kind, now, know)
        return
    if kind in LOSSES:
        endings.lose(session, about, kind, city.today(now), now, _quiet_until(city, now), person_id)
        if isinstance(about, Child):  # after a lost pregnancy the mother must still be seen
            for referral in referrals.open_about(session, about):
                referrals.close(session, referral, now, person_id, CLOSED_BY_DEATH)
    else:
        endings.end(session, about, kind, city.today(now), now, person_id)
    note(session, now, by, "fostering.end", subject(about))
    ending_announcements.notify(session, city, about, kind, now, know)


def _mother_died(
    session: Session, city: City, about: Child | Pregnancy, now: datetime, by: int | None
) -> Child | Pregnancy:
    """End her lessons, consent and pregnancy, pause the family's lessons. Returns whom the news is about."""
    family, today = about.family, city.today(now)
    family.mother_died_on = today
    for carer in caregivers(session, family.id):
        if carer.relation == "ibu" and carer.stopped_at is None:
            carer.stopped_at, carer.stop_reason = now, MOTHER_STOPPED
        if carer.relation == "ibu":
            consent.withdraw(session, carer.person_id, family.id, now)
    consent.withdraw_paper(session, family.id, "ibu", now)
    households.mother_died(session, city, family, city.local(now))
    quiet_until = _quiet_until(city, now)
    endings.rest(session, family.id, now, quiet_until)
    expected = [one for one in family.pregnancies if one.state in births.RUNNING]
    for pregnancy in expected:
        for referral in referrals.open_about(session, pregnancy):
            referrals.close(session, referral, now, by, CLOSED_BY_MOTHERS_DEATH)
        endings.lose(session, pregnancy, CareState.MOTHER_DIED, today, now, quiet_until, by)
    children = [one for one in family.children if one.state not in GONE]
    whose = children[0] if children else about
    if not expected:  # otherwise the end of the pregnancy is counted
        endings.note(session, whose, CareState.MOTHER_DIED, today, now, by)
    return whose


def _quiet_until(city: City, now: datetime) -> date:
    return city.today(now) + timedelta(days=city.programme.loss.quiet_days)


# --- the way back -----------------------------------------------------------------------------


def newest(session: Session, about: Child | Pregnancy) -> Ending | None:
    """The newest end that can be taken back of the child or the pregnancy, or of their mother.

    Her death is recorded once for the family: of her pregnancy, or else of one of her children.
    """
    family = about.family_id
    of_family = or_(
        Ending.child_id.in_(select(Child.id).where(Child.family_id == family)),
        Ending.pregnancy_id.in_(select(Pregnancy.id).where(Pregnancy.family_id == family)),
    )
    either = or_(_own(about), and_(Ending.kind == CareState.MOTHER_DIED, of_family))
    query = select(Ending).where(Ending.kind.in_(TAKEN_BACK), either)
    return session.scalar(query.order_by(Ending.id.desc()).limit(1))


def _own(about: Child | Pregnancy) -> ColumnElement[bool]:
    return (Ending.child_id if isinstance(about, Child) else Ending.pregnancy_id) == about.id


def take_back(session: Session, city: City, about: Child | Pregnancy, ending: Ending, now: datetime, by: int) -> None:
    """Undo an end that was entered by mistake, as far as it can be undone, and say so to everybody who was told of it.

    The state is the one before, the pause of the family's lessons and what a mother's death had stopped are lifted,
    and referrals that were closed for it are open again. What was thrown away, as forms that had been begun, stays so.
    """
    kind, at, family = ending.kind, ending.at, about.family
    ended = [*family.children, *family.pregnancies] if kind == CareState.MOTHER_DIED else [about]
    heard = _heard(session, ended, at, now)
    session.delete(ending)
    session.flush()
    if kind == CareState.MOTHER_DIED:
        _mother_lives(session, family, at)
    elif about.state == kind:
        before = session.scalar(select(Ending.kind).where(_own(about)).order_by(Ending.id.desc()).limit(1))
        about.state = before if before and before not in LOSSES else CareState.ACTIVE
    if kind in LOSSES:
        for carer in caregivers(session, family.id):
            if carer.paused_until == _quiet_until(city, at):
                carer.paused_until = None
        for one in ended:
            for referral in referrals.closed_by(session, one, at, (CLOSED_BY_DEATH, CLOSED_BY_MOTHERS_DEATH)):
                referrals.reopen(session, referral, now, by)
    note(session, now, by, "ending.back", subject(about))
    _say_mistaken(session, city, about, kind, heard - {by}, now)


def _mother_lives(session: Session, family: Family, at: datetime) -> None:
    family.mother_died_on = None
    for carer in session.scalars(select(Carer).where(Carer.family_id == family.id, Carer.stopped_at == at)):
        if carer.stop_reason == MOTHER_STOPPED:
            carer.stopped_at, carer.stop_reason = None, ""
    for table in (Consent, PaperConsent):
        given = select(table).where(table.family_id == family.id, table.withdrawn_at == at)
        for one in session.scalars(given):
            one.withdrawn_at = None
    for pregnancy in family.pregnancies:
        if pregnancy.state == CareState.MOTHER_DIED:
            pregnancy.state = CareState.ACTIVE
            session.execute(delete(Ending).where(Ending.pregnancy_id == pregnancy.id, Ending.at == at))


def _heard(session: Session, ended: Sequence[Child | Pregnancy], since: datetime, now: datetime) -> set[int]:
    """The ids of the people who were told of the end since then; what has not left yet is cancelled.

    The news cannot be opened again, and goes out anew where the end comes after all.
    """
    about = outbox.about(*map(subject, ended))
    news = Outgoing.kind.in_((Kind.ENDING, Kind.LOSS)), about, Outgoing.created_at >= since
    outbox.cancel(session, MISTAKEN, now, *news)
    outbox.set_aside_keys(session, now, *news)
    told = select(Outgoing.person_id).where(*news, Outgoing.state != outbox.SKIPPED)
    return {person_id for person_id in session.scalars(told) if person_id is not None}


def _say_mistaken(
    session: Session, city: City, about: Child | Pregnancy, kind: CareState, people: set[int], now: datetime
) -> None:
    named = disclosure.mother if kind == CareState.MOTHER_DIED else disclosure.called
    carers = {one.person_id: one for one in caregivers(session, about.family_id)}
    asn = {one.id for one in who_visit(session, about, city.today(now))}
    for person_id in sorted(people):
        carer = carers.get(person_id)
        if carer is not None:
            text = city.templates.say(
                "mistaken_family", to=salute(carer.person.name, relation=carer.relation),
                name=named(about, disclosure.ALL), contact=city.programme.privacy.contact,
            )  # fmt: skip
        else:
            to = session.get_one(Person, person_id)
            shown = disclosure.ALL if person_id in asn else disclosure.of_family(session, about.family, to, now)
            text = f"Kabar tentang *{named(about, shown)}* tadi ternyata keliru. Pendampingan berjalan seperti semula."
        outbox.to_person(
            session, person_id, Kind.ENDING, f"mistaken:{subject(about)}:{person_id}:{now:%Y%m%d%H%M}",
            Message(text).to_json(), now, about=[subject(about)], due_at=calm(city, now),
        )  # fmt: skip
