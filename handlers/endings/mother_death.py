"""The death of a mother: told by those who are left, and from then on nothing is asked of her or passed on to her."""

from __future__ import annotations

from datetime import timedelta

from db import consent, referrals, subjects
from db.children import Child, Family, Pregnancy, cared_for, caregivers
from db.states import GONE, CareState
from flow.message import Message, Option
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Desk, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import births, ending_announcements, endings, names

STOPPED = "berpulang"  # Carer.stop_reason


def option(desk: Desk, about: Child | Pregnancy) -> tuple[Option, ...]:
    """The button by which it can be told; none for the mother herself, and where it has been told."""
    mine = [one for one in cared_for(desk.session, desk.person.id) if one.family_id == about.family_id]
    if about.family.mother_died_on or any(one.relation == "ibu" for one in mine):
        return ()
    return (Option(f"loss:mother:{subjects.subject_of(about)}", "Ibunya"),)


def confirm(desk: Desk, subject: str) -> None:
    """Make sure, once and gently, before anything is written down."""
    about = choose_subject.may_tell_of(desk, subject)
    if about.family.mother_died_on:
        known_already(desk)
        return
    text = (
        f"Apakah benar *{_mother(about.family)}* telah berpulang?\n\n"
        "Kalau ya, semua pesan untuk beliau berhenti sekarang juga, dan petugas kami kabari satu kali."
    )
    desk.say(Message(text, (Option(f"loss:yes:mother:{subject}", "Ya, benar"), Option("loss:no", "Bukan itu"))))


def record(desk: Desk, subject: str) -> None:
    """It is true. Her own lessons end, a pregnancy ends with her, and the family rests.

    Raises NotValid where it is not this person's to tell.
    """
    about = choose_subject.may_tell_of(desk, subject)
    family = about.family
    if family.mother_died_on:
        known_already(desk)
        return
    if not option(desk, about):
        raise NotValid(subject)
    family.mother_died_on = desk.today
    for carer in caregivers(desk.session, family.id):
        if carer.relation == "ibu" and carer.stopped_at is None:
            carer.stopped_at, carer.stop_reason = desk.now, STOPPED
            if given := consent.standing(desk.session, carer.person_id, family.id):
                given.withdrawn_at = desk.now
    quiet_until = desk.today + timedelta(days=desk.city.programme.loss.quiet_days)
    endings.rest(desk.session, family.id, desk.now, quiet_until)
    expected = [one for one in family.pregnancies if one.state in births.RUNNING]
    for pregnancy in expected:
        for referral in referrals.open_about(desk.session, pregnancy):
            referrals.close(desk.session, referral, desk.now, desk.person.id, "ibu meninggal dunia")
        endings.lose(desk.session, pregnancy, CareState.MOTHER_DIED, desk.today, desk.now, quiet_until, desk.person.id)
    children = [one for one in family.children if one.state not in GONE]
    whose = children[0] if children else about
    if not expected:  # counted once
        endings.note(desk.session, whose, CareState.MOTHER_DIED, desk.today, desk.now, desk.person.id)
    desk.note("mother.died", f"family:{family.id}")
    desk.worth = LASTING
    ending_announcements.tell(desk.session, desk.city, whose, CareState.MOTHER_DIED, desk.now, know={desk.person.id})
    desk.address.draft_id = None
    mine = [one for one in cared_for(desk.session, desk.person.id) if one.family_id == family.id]
    if mine:
        desk.say(ending_announcements.to_carer(desk.city, whose, CareState.MOTHER_DIED, mine[0]))
        return
    text = (
        f"Terima kasih sudah menyampaikan, {salute(desk.person)}. Kami turut berduka.\n\n"
        "Keluarga dan petugas kami kabari satu kali, dengan baik-baik."
    )
    desk.say(Message(text, (HOME,)))


def known_already(desk: Desk) -> None:
    """Whatever the loss was, it has been told before."""
    desk.say(Message("Kabar duka ini sudah kami catat. Tidak ada yang perlu diisi lagi. Kami turut berduka."))


def _mother(family: Family) -> str:
    return names.salute(family.mother_name, relation="ibu")
