"""Record the death of a mother, and stop every message to her or for her."""

from __future__ import annotations

from datetime import timedelta

from db import consent, referrals
from db.children import Child, Family, Pregnancy, cared_for, caregivers
from db.states import GONE, CareState
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import births, ending_announcements, endings, names

STOPPED = "berpulang"  # Carer.stop_reason


def option(context: Context, about: Child | Pregnancy) -> tuple[Option, ...]:
    """The button that reports the mother's death; none for herself, and none where it is recorded already."""
    as_carer = [one for one in cared_for(context.session, context.person.id) if one.family_id == about.family_id]
    if about.family.mother_died_on or any(one.relation == "ibu" for one in as_carer):
        return ()
    return (Option(f"loss:mother:{subject(about)}", "Ibunya"),)


def confirm(context: Context, subject: str) -> None:
    """Ask for confirmation before anything is recorded."""
    about = choose_subject.may_tell_of(context, subject)
    if about.family.mother_died_on:
        known_already(context)
        return
    text = (
        f"Apakah benar *{_mother(about.family)}* telah berpulang?\n\n"
        "Kalau ya, semua pesan untuk beliau berhenti sekarang juga, dan petugas kami kabari satu kali."
    )
    context.say(Message(text, (Option(f"loss:yes:mother:{subject}", "Ya, benar"), Option("loss:no", "Bukan itu"))))


def record(context: Context, subject: str) -> None:
    """Record the death: end her lessons and consent, end a running pregnancy, pause the family's lessons, notify.

    Raises NotValid where the person may not report of the family.
    """
    about = choose_subject.may_tell_of(context, subject)
    family = about.family
    if family.mother_died_on:
        known_already(context)
        return
    if not option(context, about):
        raise NotValid(subject)
    family.mother_died_on = context.today
    for carer in caregivers(context.session, family.id):
        if carer.relation == "ibu" and carer.stopped_at is None:
            carer.stopped_at, carer.stop_reason = context.now, STOPPED
        if carer.relation == "ibu":
            consent.withdraw(context.session, carer.person_id, family.id, context.now)
    consent.withdraw_paper(context.session, family.id, "ibu", context.now)
    quiet_until = context.today + timedelta(days=context.city.programme.loss.quiet_days)
    endings.rest(context.session, family.id, context.now, quiet_until)
    expected = [one for one in family.pregnancies if one.state in births.RUNNING]
    for pregnancy in expected:
        for referral in referrals.open_about(context.session, pregnancy):
            referrals.close(context.session, referral, context.now, context.person.id, "ibu meninggal dunia")
        endings.lose(
            context.session,
            pregnancy,
            CareState.MOTHER_DIED,
            context.today,
            context.now,
            quiet_until,
            context.person.id,
        )
    children = [one for one in family.children if one.state not in GONE]
    whose = children[0] if children else about
    if not expected:  # otherwise the end of the pregnancy is counted
        endings.note(context.session, whose, CareState.MOTHER_DIED, context.today, context.now, context.person.id)
    context.note("mother.died", Subject(SubjectKind.FAMILY, family.id))
    context.worth = LASTING
    ending_announcements.notify(
        context.session, context.city, whose, CareState.MOTHER_DIED, context.now, know={context.person.id}
    )
    context.address.draft_id = None
    as_carer = [one for one in cared_for(context.session, context.person.id) if one.family_id == family.id]
    if as_carer:
        context.say(
            ending_announcements.to_carer(context.city, whose, CareState.MOTHER_DIED, as_carer[0], context.today)
        )
        return
    text = (
        f"Terima kasih sudah menyampaikan, {salute(context.person)}. Kami turut berduka.\n\n"
        "Keluarga dan petugas kami kabari satu kali, dengan baik-baik."
    )
    context.say(Message(text, (HOME,)))


def known_already(context: Context) -> None:
    """Answer that the loss is recorded already."""
    context.say(Message("Kabar duka ini sudah kami catat. Tidak ada yang perlu diisi lagi. Kami turut berduka."))


def _mother(family: Family) -> str:
    return names.salute(family.mother_name, relation="ibu")
