"""Families: consent first, then lessons; pause and see what is kept at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from content.city import City
from db import consent, endings, outbox
from db.children import Carer, Family, cared_for
from db.consent import Consent
from db.outbox import Kind, Outgoing
from db.people import unlink
from db.states import TAUGHT
from flow.message import Message, Option, plain
from flow.questions import show_day
from handlers.chat.commands import commands_of
from handlers.chat.context import LASTING, Desk
from handlers.chat.names import age_words, child_name, mother_name, salute
from programme import still_valid
from rules.stages import pregnancy_week

RELATIONS = {"ibu": "Ibu", "ayah": "Ayah", "nenek/kakek": "Nenek/kakek", "keluarga": "Keluarga lain"}
COUPLE = {"ibu": "Calon istri/istri", "ayah": "Calon suami/suami", "keluarga": "Keluarga"}
PAUSES = {7: "Seminggu", 14: "Dua minggu", 30: "Sebulan"}


def asks_consent(desk: Desk) -> bool:
    """Ask for what this carer has not agreed to yet. Returns whether something was asked.

    Of a family that was declined beside others nothing is asked again.
    """
    for carer in cared_for(desk.session, desk.person.id):
        if carer.stopped_at and carer.joined_on is None and _is_more(desk):
            continue
        if consent.standing(desk.session, carer.person_id, carer.family_id) is None:
            _ask(desk, carer.family_id)
            return True
    return False


def consent_text(city: City) -> str:
    return city.templates.say("consent", city=city.name, privacy=city.programme.privacy)


def _ask(desk: Desk, family_id: int) -> None:
    options = (
        Option(f"consent:yes:{family_id}", "Setuju"),
        Option(f"consent:no:{family_id}", "Tidak"),
        Option(f"consent:ask:{family_id}", "Tanya dulu"),
    )
    desk.say(Message(consent_text(desk.city), options))


def consents(desk: Desk, said: str, family_id: int) -> None:
    """The family's answer to the consent text: yes, no, ask, or the relation that completes a yes."""
    desk.worth = LASTING
    carer = _carer(desk, family_id)
    if carer is None:
        desk.say(Message("Tombol ini sudah tidak berlaku."))
    elif said == "no":
        _declined(desk, carer)
    elif said == "ask":
        desk.tell("consent_more", Option(f"consent:yes:{family_id}", "Setuju"),
                  Option(f"consent:no:{family_id}", "Tidak"), privacy=desk.city.programme.privacy)  # fmt: skip
    elif consent.standing(desk.session, desk.person.id, family_id):
        desk.say(Message("Persetujuan Ibu/Bapak sudah kami catat. Terima kasih."))
    elif said == "yes":
        asked, relations = _relations(desk.session.get_one(Family, family_id))
        options = tuple(Option(f"consent:{key}:{family_id}", words) for key, words in relations.items())
        desk.say(Message(f"Terima kasih. {asked}", options))
    elif said in RELATIONS:
        agree(desk, carer, said)
        asks_consent(desk)  # for another family, where there is one


def _declined(desk: Desk, carer: Carer) -> None:
    """Who is here for this family alone is let go; the others stay, and are not asked about it again."""
    if consent.standing(desk.session, desk.person.id, carer.family_id):
        text = "Persetujuan Ibu/Bapak sudah kami catat sebelumnya. Mau semua pesan berhenti?"
        desk.say(Message(text, (Option("menu:berhenti", "Berhenti"),)))
        return
    desk.note("consent.decline", f"family:{carer.family_id}")
    if _is_more(desk):
        carer.stopped_at = desk.now
        text = "Baik, tidak apa-apa. Tentang keluarga itu tidak ada pesan yang kami kirim. Lainnya tetap seperti biasa."
        desk.say(Message(text, (Option("menu:home", "Menu utama"),)))
        return
    unlink(desk.session, desk.address)
    text = "Baik, tidak apa-apa. Kami tidak akan mengirim pesan. Kalau berubah pikiran, pakai lagi kode Ibu/Bapak."
    desk.say(Message(text))


def _is_more(desk: Desk) -> bool:
    """Whether the person is here for more than what has not been agreed to: another family, or work."""
    carers = cared_for(desk.session, desk.person.id)
    agreed = any(consent.standing(desk.session, one.person_id, one.family_id) for one in carers)
    return agreed or any(held.role != "family" for held in desk.person.roles)


def _relations(home: Family) -> tuple[str, dict[str, str]]:
    """What a carer may be here, and how that is asked: a couple has no child yet."""
    if home.weddings and not home.children and not home.pregnancies:
        return "Ibu/Bapak siapa dari pasangan ini?", COUPLE
    return "Ibu/Bapak siapanya si kecil?", RELATIONS


def agree(desk: Desk, carer: Carer, relation: str, given_at: datetime | None = None) -> None:
    """Write the consent down, and welcome the family with what fits its stage."""
    carer.relation, carer.joined_on = relation, desk.today
    carer.stopped_at, carer.stop_reason, carer.stopped_after = None, "", ""
    if not endings.mourns(desk.session, carer.family_id, _mourned_since(desk)):
        carer.paused_until = None  # who agrees anew does not mean a pause of long ago
    desk.session.add(
        Consent(
            person_id=carer.person_id,
            family_id=carer.family_id,
            relation=relation,
            text_version=desk.city.programme.privacy.text_version,
            channel=desk.incoming.channel,
            given_at=given_at or desk.now,
        )
    )
    desk.session.flush()
    desk.note("consent.give", f"family:{carer.family_id}", relation)
    welcome(desk, carer)


def welcome(desk: Desk, carer: Carer) -> None:
    family = desk.session.get_one(Family, carer.family_id)
    text = desk.city.templates.say(
        "welcome",
        to=salute(desk.person, carer.relation),
        pregnancies=[pregnancy_week(p.due, desk.today) for p in family.pregnancies if p.state == "aktif"],
        children=[(child_name(c), age_words(c.born, desk.today)) for c in family.children if c.state in TAUGHT],
        weddings=[(show_day(w.day), w.day >= desk.today) for w in family.weddings if w.state == "aktif"],
        waiting=[child_name(c) for c in family.children if c.state == "aktif" and c.born is None],
        per_week=desk.city.programme.lessons.per_week,
    )
    desk.say(Message(text, commands=commands_of(desk.person)))


def called(desk: Desk) -> str:
    """How the person is greeted: "Bu Sari", by what they are to the child."""
    carers = cared_for(desk.session, desk.person.id)
    return salute(desk.person, carers[0].relation if carers else "")


def show_home(desk: Desk) -> None:
    """What a family can do here. Who has stopped is asked for a new consent first."""
    carers = cared_for(desk.session, desk.person.id)
    if carers and all(carer.stopped_at for carer in carers) and asks_consent(desk):
        return
    awaited = any(_awaits(desk, carer) for carer in carers)
    first = (
        (Option("menu:atur", "Atur hari dan jam"), Option("menu:jeda", "Jeda pesan"))
        if awaited
        else (Option("menu:data", "Data saya"),)
    )
    desk.tell(
        "family_home",
        *first,
        Option("menu:berhenti", "Berhenti"),
        to=called(desk),
        awaited=awaited,
        paused=next((show_day(c.paused_until) for c in carers if c.paused_until and c.paused_until > desk.today), ""),
        contact=desk.city.programme.privacy.contact,
    )


def _awaits(desk: Desk, carer: Carer) -> bool:
    """Whether there is a child, a pregnancy or a wedding in this family of which lessons speak."""
    family = desk.session.get_one(Family, carer.family_id)
    return any(one.state in TAUGHT for one in (*family.children, *family.pregnancies, *family.weddings))


def offer_pause(desk: Desk) -> None:
    if _has_stopped(desk):
        resume(desk)
        return
    options = tuple(Option(f"pause:{days}", words) for days, words in PAUSES.items())
    text = (
        "Mau jeda berapa lama? Kalau ada tanda bahaya selama jeda, langsung ke puskesmas atau rumah sakit.\n\n"
        "Cuma mau ganti hari atau jam? Tulis *atur*."
    )
    desk.say(Message(text, options))


def pause(desk: Desk, days: int) -> None:
    """No lessons until a day; they go on by themselves afterwards."""
    if days not in PAUSES:
        return
    if _has_stopped(desk):
        resume(desk)
        return
    carers, until = cared_for(desk.session, desk.person.id), desk.today + timedelta(days=days)
    resting = [one for one in carers if endings.mourns(desk.session, one.family_id, _mourned_since(desk))]
    until = max([until, *(one.paused_until or until for one in resting)])  # the rest after a loss is not made shorter
    for carer in carers:
        carer.paused_until = until
    mine = Outgoing.person_id == desk.person.id, Outgoing.family_id.is_not(None)
    outbox.cancel(desk.session, still_valid.PAUSED, desk.now, *mine, Outgoing.lane >= outbox.PLANNED_LANE)
    desk.worth = LASTING
    desk.say(Message(f"Baik. Pesan berhenti dulu sampai {show_day(until)}, lalu jalan lagi sendiri."))


def _mourned_since(desk: Desk) -> date:
    """A loss since that day is one a family still rests after."""
    return desk.today - timedelta(days=desk.city.programme.loss.quiet_days)


def _has_stopped(desk: Desk) -> bool:
    """Whether nothing comes any more, so that nothing is to be promised either."""
    carers = cared_for(desk.session, desk.person.id)
    return bool(carers) and all(carer.stopped_at for carer in carers)


def resume(desk: Desk) -> None:
    """Coming back takes a new consent."""
    if not asks_consent(desk):
        show_home(desk)


def show_data(desk: Desk) -> None:
    """Everything kept about this family, in plain words (UU 27/2022 arts. 30 and 32)."""
    desk.worth = LASTING
    carers = cared_for(desk.session, desk.person.id)
    families = [desk.session.get_one(Family, carer.family_id) for carer in carers]
    sent = desk.session.scalar(
        select(func.count()).where(
            Outgoing.person_id == desk.person.id, Outgoing.kind == Kind.LESSON, Outgoing.settled_at.is_not(None),
            Outgoing.state.in_((outbox.SENT, outbox.DELIVERED, outbox.READ)),
        )
    )  # fmt: skip
    for carer in carers:
        desk.note("family.view", f"family:{carer.family_id}")
    desk.tell(
        "my_data",
        name=plain(desk.person.name),
        phone=hidden(desk.person.phone),
        consents=_consents(desk, carers),
        places=[family.village.full_name for family in families],
        children=[
            (child_name(child), show_day(child.born) if child.born else "belum ada")
            for family in families
            for child in family.children
        ],
        weddings=[show_day(w.day) for family in families for w in family.weddings if w.state == "aktif"],
        pregnancies=[
            (mother_name(p), show_day(p.due)) for family in families for p in family.pregnancies if p.state == "aktif"
        ],
        sent=sent or 0,
        privacy=desk.city.programme.privacy,
    )


def keep(desk: Desk, text: str) -> None:
    """Free words are kept, so that a person can read them."""
    desk.worth = LASTING
    desk.session.add(consent.Note(person_id=desk.person.id, text=text, at=desk.now))


def keep_words(desk: Desk, text: str) -> None:
    """Free words are kept, and the answer is honest about who will read them."""
    keep(desk, text)
    desk.tell("note_kept", Option("menu:home", "Menu utama"), contact=desk.city.programme.privacy.contact)


def hidden(phone: str | None) -> str:
    """A number with its middle left out, as it is shown back to its owner."""
    return f"{phone[:6]}…{phone[-3:]}" if phone else "belum ada"


def _carer(desk: Desk, family_id: int) -> Carer | None:
    return next((c for c in cared_for(desk.session, desk.person.id) if c.family_id == family_id), None)


def _consents(desk: Desk, carers: Sequence[Carer]) -> list[str]:
    given = [consent.standing(desk.session, carer.person_id, carer.family_id) for carer in carers]
    return [show_day(desk.city.today(one.given_at)) for one in given if one]
