"""Record the death of a mother, and stop every message to her or for her."""

from __future__ import annotations

from db.children import Child, Family, Pregnancy, cared_for
from db.states import CareState
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.endings import deciding
from programme import ending_announcements, names, told_endings


def option(context: Context, about: Child | Pregnancy) -> tuple[Option, ...]:
    """The button that reports the mother's death; none for herself, and none where it is recorded already."""
    as_carer = [one for one in cared_for(context.session, context.person.id) if one.family_id == about.family_id]
    if about.family.mother_died_on or any(one.relation == "ibu" for one in as_carer):
        return ()
    return (Option(f"loss:mother:{subject(about)}", "Ibunya"),)


def confirm(context: Context, subject: str) -> None:
    """Ask for confirmation before anything is recorded."""
    about = choose_subject.told_of(context, subject)
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
    about = choose_subject.told_of(context, subject)
    family = about.family
    if family.mother_died_on:
        known_already(context)
        return
    if not option(context, about):
        raise NotValid(subject)
    context.worth = LASTING
    if told_endings.needs_second(context.session, context.person, about):
        deciding.say_told(context, about, CareState.MOTHER_DIED)
        return
    deciding.record_end(context, about, CareState.MOTHER_DIED)
    as_carer = [one for one in cared_for(context.session, context.person.id) if one.family_id == family.id]
    if as_carer:
        context.say(
            ending_announcements.to_carer(context.city, about, CareState.MOTHER_DIED, as_carer[0], context.today)
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
