"""The death of a child, a miscarriage, a stillbirth: asked about gently, once, and then everything falls silent."""

from __future__ import annotations

import re

from db.children import Child, Pregnancy, cared_for
from db.states import LOSSES, CareState
from flow.message import Message, Option
from flow.words import normal
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.endings import deciding, mother_death
from programme import ending_announcements, told_endings
from programme.contacts import carers

KINDS = {"died": CareState.DIED, "miscarried": CareState.MISCARRIED, "stillborn": CareState.STILLBORN}
MOURNING = frozenset({"meninggal", "keguguran", "gugur", "wafat", "berpulang", "duka"})
MOURNING_WORDS = re.compile(
    r"\b(lahir mati|mati (dalam|di) (kandungan|perut)|(sudah|telah|udah) tiada|"
    r"(tidak|tak|tdk|gak|ga|nggak) (tertolong|selamat|bernyawa))\b"
)
DEATHS = frozenset({"meninggal", "wafat", "berpulang"})
FEARED = frozenset({"takut", "jangan", "semoga", "kalau", "kalo", "klo", "jika", "hampir", "hampirji", "nyaris"})
NOT_SO = frozenset(
    {"tidak", "tdk", "tak", "gak", "ga", "nggak", "ndak", "belum", "blm", "bukan", "mau", "akan", "seperti", "kayak"}
)
SOMEBODY_ELSE = Option("loss:other", "Orang lain")


def is_mourning(text: str) -> bool:
    """Whether somebody's free words tell of a loss: "anak saya sudah meninggal", "sudah lahir tapi tidak tertolong"."""
    said = " ".join(normal(text).replace(",", " ").replace(".", " ").split())
    return _is_said(text, MOURNING) or MOURNING_WORDS.search(said) is not None


def is_death(text: str) -> bool:
    """Whether the words tell that somebody has died; a lost pregnancy is another matter."""
    return _is_said(text, DEATHS)


def _is_said(text: str, words: frozenset[str]) -> bool:
    """Whether one of these words is said of what happened: not "hampir meninggal", "takut meninggal"."""
    for clause in re.split(r"[,.;!?\n]+", text):
        said = normal(clause).split()
        for at, word in enumerate(said):
            if word in words and FEARED.isdisjoint(said[:at]) and NOT_SO.isdisjoint(said[max(0, at - 1) : at]):
                return True
    return False


def begin(context: Context) -> None:
    """Ask whom the news is about."""
    among = choose_subject.known_to(context)
    if not among:
        somebody_else(context)
        return
    hers = mother_death.option(context, among[0]) if len({one.family_id for one in among}) == 1 else ()
    choose_subject.ask(
        context, "loss", "Kami ikut berduka mendengarnya. Kabar ini tentang siapa?", among, *hers, SOMEBODY_ELSE
    )


def begin_with_pregnancies(context: Context) -> None:
    """ "keguguran": only the pregnancies are asked about, where there are any."""
    pregnancies = [one for one in choose_subject.known_to(context) if isinstance(one, Pregnancy)]
    if not pregnancies:
        begin(context)
        return
    choose_subject.ask(
        context, "loss", "Kami ikut berduka mendengarnya. Kabar ini tentang siapa?", pregnancies, SOMEBODY_ELSE
    )


def find(context: Context, text: str) -> None:
    """The name that was asked for."""
    among = choose_subject.find(context, text)
    if among and len(among) <= choose_subject.MANY:
        context.address.awaiting = ""
        choose_subject.ask(context, "loss", "Kabar ini tentang siapa?", among, SOMEBODY_ELSE)
    else:
        text = "Nama itu belum ketemu, atau ada banyak. Boleh tulis lebih lengkap?"
        context.say(Message(text, (SOMEBODY_ELSE, choose_subject.LATER)))


def somebody_else(context: Context) -> None:
    """Somebody whom we do not accompany here: a word, and a person to turn to."""
    contact = context.city.programme.privacy.contact
    text = (
        "Kami turut berduka. Semoga keluarga diberi kekuatan.\n\n"
        f"Kalau ada data atau pesan yang perlu disesuaikan, sampaikan ke kader, bidan, atau {contact}."
    )
    context.say(Message(text))


def confirm(context: Context, subject: str) -> None:
    """Make sure, once and gently, before anything is written down."""
    about = choose_subject.told_of(context, subject)
    if about.state in LOSSES:
        mother_death.known_already(context)
        return
    if about.state == CareState.BORN:  # an old button of the pregnancy: the news is about a child now
        begin(context)
        return
    name, no = context.called(about), Option("loss:no", "Bukan itu")
    what = deciding.what(context, about)
    stops = f"semua pesan dan jadwal tentang {what} berhenti sekarang juga. {_who_hears(context, about)}"
    if isinstance(about, Child):
        options = (Option(f"loss:yes:died:{subject}", "Ya, benar"), *mother_death.option(context, about), no)
        context.say(Message(f"Apakah benar *{name}* telah berpulang?\n\nKalau ya, {stops}", options))
        return
    options = (
        Option(f"loss:yes:miscarried:{subject}", "Keguguran"),
        Option(f"loss:yes:stillborn:{subject}", "Bayi lahir meninggal"),
        *mother_death.option(context, about),
        no,
    )
    text = f"Ini tentang kehamilan *{name}*. Apa yang terjadi?\n\nSetelah dijawab, {stops}"
    context.say(Message(text, options))


def not_so(context: Context) -> None:
    context.say(Message("Baik, tidak ada yang berubah. Maaf sudah bertanya.", (HOME,)))


def record(context: Context, what: str, subject: str) -> None:
    """It is true. At once lessons, tasks, reminders and reproach end, and everybody concerned is told once."""
    about, kind = choose_subject.told_of(context, subject), KINDS[what]
    if (kind == CareState.DIED) != isinstance(about, Child) or about.state == CareState.BORN:
        raise NotValid(subject)
    if about.state in LOSSES:
        mother_death.known_already(context)
        return
    context.worth = LASTING
    if told_endings.needs_second(context.session, context.person, about):
        deciding.say_told(context, about, kind)
        return
    deciding.record_end(context, about, kind)
    _answer(context, about, kind)


def _answer(context: Context, about: Child | Pregnancy, kind: CareState) -> None:
    """A carer gets the one message of the family; somebody else is thanked, and told that nothing is left to do."""
    context.address.draft_id = None
    mine = [carer for carer in cared_for(context.session, context.person.id) if carer.family_id == about.family_id]
    if mine:
        context.say(ending_announcements.to_carer(context.city, about, kind, mine[0], context.today))
        return
    told = "Keluarga dan petugas" if carers(context.session, about.family_id) else "Petugas"
    text = (
        f"Terima kasih sudah menyampaikan, {salute(context.person)}. Kami turut berduka.\n\n"
        f"Semua pesan dan jadwal tentang {deciding.what(context, about)} sudah berhenti. "
        f"Tidak ada lagi yang perlu diisi. {told} kami kabari satu kali."
    )
    context.say(Message(text))


def _who_hears(context: Context, about: Child | Pregnancy) -> str:
    """A family reads that nothing is asked of it; others, that the family will be written to with care."""
    if any(carer.family_id == about.family_id for carer in cared_for(context.session, context.person.id)):
        return "Pendamping dan petugas kami kabari, jadi keluarga tidak perlu menjelaskan lagi."
    return "Keluarga dan petugas kami kabari satu kali, dengan baik-baik."
