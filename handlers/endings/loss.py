"""The death of a child, a miscarriage, a stillbirth: asked about gently, once, and then everything falls silent."""

from __future__ import annotations

import re
from datetime import timedelta

from db import referrals
from db.children import Child, Pregnancy, cared_for
from db.states import LOSSES, CareState
from flow.message import Message, Option
from flow.words import normal
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Desk, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.endings import mother_death
from programme import ending_announcements, endings
from programme.contacts import carers, who

KINDS = {"died": CareState.DIED, "miscarried": CareState.MISCARRIED, "stillborn": CareState.STILLBORN}
MOURNING = frozenset({"meninggal", "keguguran", "gugur", "wafat", "berpulang", "duka"})
MOURNING_WORDS = re.compile(
    r"\b(lahir mati|mati (dalam|di) (kandungan|perut)|(sudah|telah|udah) tiada|"
    r"(tidak|tak|tdk|gak|ga|nggak) (tertolong|selamat|bernyawa))\b"
)
SOMEBODY_ELSE = Option("loss:other", "Orang lain")


def is_mourning(text: str) -> bool:
    """Whether somebody's free words tell of a loss: "anak saya sudah meninggal", "sudah lahir tapi tidak tertolong"."""
    said = " ".join(normal(text).replace(",", " ").replace(".", " ").split())
    return not MOURNING.isdisjoint(said.split()) or MOURNING_WORDS.search(said) is not None


def begin(desk: Desk) -> None:
    """Ask whom the news is about."""
    among = choose_subject.known_to(desk)
    if not among:
        somebody_else(desk)
        return
    hers = mother_death.option(desk, among[0]) if len({one.family_id for one in among}) == 1 else ()
    choose_subject.ask(
        desk, "loss", "Kami ikut berduka mendengarnya. Kabar ini tentang siapa?", among, *hers, SOMEBODY_ELSE
    )


def begin_with_pregnancies(desk: Desk) -> None:
    """ "keguguran": only the pregnancies are asked about, where there are any."""
    pregnancies = [one for one in choose_subject.known_to(desk) if isinstance(one, Pregnancy)]
    if not pregnancies:
        begin(desk)
        return
    choose_subject.ask(
        desk, "loss", "Kami ikut berduka mendengarnya. Kabar ini tentang siapa?", pregnancies, SOMEBODY_ELSE
    )


def find(desk: Desk, text: str) -> None:
    """The name that was asked for."""
    among = choose_subject.find(desk, text)
    if among and len(among) <= choose_subject.MANY:
        desk.address.awaiting = ""
        choose_subject.ask(desk, "loss", "Kabar ini tentang siapa?", among, SOMEBODY_ELSE)
    else:
        text = "Nama itu belum ketemu, atau ada banyak. Boleh tulis lebih lengkap?"
        desk.say(Message(text, (SOMEBODY_ELSE, choose_subject.LATER)))


def somebody_else(desk: Desk) -> None:
    """Somebody whom we do not accompany here: a word, and a person to turn to."""
    contact = desk.city.programme.privacy.contact
    text = (
        "Kami turut berduka. Semoga keluarga diberi kekuatan.\n\n"
        f"Kalau ada data atau pesan yang perlu disesuaikan, sampaikan ke kader, bidan, atau {contact}."
    )
    desk.say(Message(text))


def confirm(desk: Desk, subject: str) -> None:
    """Make sure, once and gently, before anything is written down."""
    about = choose_subject.may_tell_of(desk, subject)
    if about.state in LOSSES:
        mother_death.known_already(desk)
        return
    if about.state == CareState.BORN:  # an old button of the pregnancy: the news is about a child now
        begin(desk)
        return
    name, no = who(about), Option("loss:no", "Bukan itu")
    stops = f"semua pesan dan jadwal tentang {_what(about)} berhenti sekarang juga. {_who_hears(desk, about)}"
    if isinstance(about, Child):
        options = (Option(f"loss:yes:died:{subject}", "Ya, benar"), *mother_death.option(desk, about), no)
        desk.say(Message(f"Apakah benar *{name}* telah berpulang?\n\nKalau ya, {stops}", options))
        return
    options = (
        Option(f"loss:yes:miscarried:{subject}", "Keguguran"),
        Option(f"loss:yes:stillborn:{subject}", "Bayi lahir meninggal"),
        *mother_death.option(desk, about),
        no,
    )
    text = f"Ini tentang kehamilan *{name}*. Apa yang terjadi?\n\nSetelah dijawab, {stops}"
    desk.say(Message(text, options))


def not_so(desk: Desk) -> None:
    desk.say(Message("Baik, tidak ada yang berubah. Maaf sudah bertanya.", (HOME,)))


def record(desk: Desk, what: str, subject: str) -> None:
    """It is true. At once lessons, tasks, reminders and reproach end, and everybody concerned is told once."""
    about, kind = choose_subject.may_tell_of(desk, subject), KINDS[what]
    if (kind == CareState.DIED) != isinstance(about, Child) or about.state == CareState.BORN:
        raise NotValid(subject)
    if about.state in LOSSES:
        mother_death.known_already(desk)
        return
    quiet_until = desk.today + timedelta(days=desk.city.programme.loss.quiet_days)
    endings.lose(desk.session, about, kind, desk.today, desk.now, quiet_until, desk.person.id)
    if isinstance(about, Child):  # after a lost pregnancy the mother must still be seen
        for referral in referrals.open_about(desk.session, about):
            referrals.close(desk.session, referral, desk.now, desk.person.id, "anak meninggal dunia")
    desk.note("fostering.end", subject, kind)
    desk.worth = LASTING
    ending_announcements.tell(desk.session, desk.city, about, kind, desk.now, know={desk.person.id})
    _answer(desk, about, kind)


def _answer(desk: Desk, about: Child | Pregnancy, kind: CareState) -> None:
    """A carer gets the one message of the family; somebody else is thanked, and told that nothing is left to do."""
    desk.address.draft_id = None
    mine = [carer for carer in cared_for(desk.session, desk.person.id) if carer.family_id == about.family_id]
    if mine:
        desk.say(ending_announcements.to_carer(desk.city, about, kind, mine[0]))
        return
    told = "Keluarga dan petugas" if carers(desk.session, about.family_id) else "Petugas"
    text = (
        f"Terima kasih sudah menyampaikan, {salute(desk.person)}. Kami turut berduka.\n\n"
        f"Semua pesan dan jadwal tentang {_what(about)} sudah berhenti. Tidak ada lagi yang perlu diisi. "
        f"{told} kami kabari satu kali."
    )
    desk.say(Message(text))


def _what(about: Child | Pregnancy) -> str:
    return who(about) if isinstance(about, Child) else f"kehamilan {who(about)}"


def _who_hears(desk: Desk, about: Child | Pregnancy) -> str:
    """A family reads that nothing is asked of it; others, that the family will be written to with care."""
    if any(carer.family_id == about.family_id for carer in cared_for(desk.session, desk.person.id)):
        return "Pendamping dan petugas kami kabari, jadi keluarga tidak perlu menjelaskan lagi."
    return "Keluarga dan petugas kami kabari satu kali, dengan baik-baik."
