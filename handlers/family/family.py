"""Conversations with a family: consent, welcome, pause, its own data, and notes."""

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
from db.roles import Role
from db.states import GONE, TAUGHT, CareState
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option, plain
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.names import age_words, child_name, mother_name, salute
from programme import after_loss, still_valid
from rules.stages import pregnancy_week

RELATIONS = {"ibu": "Ibu", "ayah": "Ayah", "nenek/kakek": "Nenek/kakek", "keluarga": "Keluarga lain"}
COUPLE = {"ibu": "Calon istri/istri", "ayah": "Calon suami/suami", "keluarga": "Keluarga"}
PAUSES = {7: "Seminggu", 14: "Dua minggu", 30: "Sebulan"}


def asks_consent(context: Context) -> bool:
    """Ask for the first consent this carer has not given yet. Returns whether one was asked for.

    Not asked for again: a family that the carer declined while here for another family or for work.
    """
    for carer in cared_for(context.session, context.person.id):
        if carer.stopped_at and carer.joined_on is None and _is_here_otherwise(context):
            continue
        if consent.standing(context.session, carer.person_id, carer.family_id) is None:
            _ask(context, carer.family_id)
            return True
    return False


def consent_text(city: City) -> str:
    return city.templates.say("consent", city=city.name, privacy=city.programme.privacy)


def _ask(context: Context, family_id: int) -> None:
    options = (
        Option(f"consent:yes:{family_id}", "Setuju"),
        Option(f"consent:no:{family_id}", "Tidak"),
        Option(f"consent:ask:{family_id}", "Tanya dulu"),
    )
    context.say(Message(consent_text(context.city), options))


def consents(context: Context, said: str, family_id: int) -> None:
    """Handle the answer to the consent text: "yes", "no", "ask", or the relation that completes a "yes"."""
    context.worth = LASTING
    carer = _carer(context, family_id)
    if carer is None:
        context.say(Message("Tombol ini sudah tidak berlaku."))
    elif said == "no":
        _decline(context, carer)
    elif said == "ask":
        context.say_template("consent_more", Option(f"consent:yes:{family_id}", "Setuju"),
                  Option(f"consent:no:{family_id}", "Tidak"), privacy=context.city.programme.privacy)  # fmt: skip
    elif consent.standing(context.session, context.person.id, family_id):
        context.say(Message("Persetujuan Ibu/Bapak sudah kami catat. Terima kasih."))
    elif said == "yes":
        asked, relations = _relations(context.session.get_one(Family, family_id))
        options = tuple(Option(f"consent:{key}:{family_id}", words) for key, words in relations.items())
        context.say(Message(f"Terima kasih. {asked}", options))
    elif said in RELATIONS:
        agree(context, carer, said)
        asks_consent(context)  # of another family, where there is one


def _decline(context: Context, carer: Carer) -> None:
    """Record a declined consent. Unlink who is here for this family alone; others stay without its messages."""
    if consent.standing(context.session, context.person.id, carer.family_id):
        text = "Persetujuan Ibu/Bapak sudah kami catat sebelumnya. Mau semua pesan berhenti?"
        context.say(Message(text, (Option("menu:berhenti", "Berhenti"),)))
        return
    context.note("consent.decline", Subject(SubjectKind.FAMILY, carer.family_id))
    if _is_here_otherwise(context):
        carer.stopped_at = context.now
        text = "Baik, tidak apa-apa. Tentang keluarga itu tidak ada pesan yang kami kirim. Lainnya tetap seperti biasa."
        context.say(Message(text, (Option("menu:home", "Menu utama"),)))
        return
    unlink(context.session, context.address)
    text = "Baik, tidak apa-apa. Kami tidak akan mengirim pesan. Kalau berubah pikiran, pakai lagi kode Ibu/Bapak."
    context.say(Message(text))


def _is_here_otherwise(context: Context) -> bool:
    """Whether the person has consented for another family, or has another role than family."""
    carers = cared_for(context.session, context.person.id)
    agreed = any(consent.standing(context.session, one.person_id, one.family_id) for one in carers)
    return agreed or any(held.role != Role.FAMILY for held in context.person.roles)


def _relations(home: Family) -> tuple[str, dict[str, str]]:
    """The question for the carer's relation, and its options; those of a couple where there is only a wedding."""
    if home.weddings and not home.children and not home.pregnancies:
        return "Ibu/Bapak siapa dari pasangan ini?", COUPLE
    return "Ibu/Bapak siapanya si kecil?", RELATIONS


def agree(context: Context, carer: Carer, relation: str, given_at: datetime | None = None) -> None:
    """Store the consent, begin or resume lessons, and welcome the carer. ``given_at``: when it was given, else now."""
    carer.relation, carer.joined_on = relation, context.today
    carer.stopped_at, carer.stop_reason, carer.stopped_after = None, "", ""
    if not endings.mourns(context.session, carer.family_id, _mourned_since(context)):
        carer.paused_until = None  # an earlier pause does not outlast a new consent, except after a loss
    context.session.add(
        Consent(
            person_id=carer.person_id,
            family_id=carer.family_id,
            relation=relation,
            text_version=context.city.programme.privacy.text_version,
            channel=context.incoming.channel,
            given_at=given_at or context.now,
        )
    )
    context.session.flush()
    context.note("consent.give", Subject(SubjectKind.FAMILY, carer.family_id))
    welcome(context, carer)


def welcome(context: Context, carer: Carer) -> None:
    """Welcome the carer, with the family's pregnancies, children and weddings that lessons are about."""
    family = context.session.get_one(Family, carer.family_id)
    text = context.city.templates.say(
        "welcome",
        to=salute(context.person, carer.relation),
        pregnancies=[pregnancy_week(p.due, context.today) for p in family.pregnancies if p.state == CareState.ACTIVE],
        children=[(child_name(c), age_words(c.born, context.today)) for c in family.children if c.state in TAUGHT],
        weddings=[(show_day(w.day), w.day >= context.today) for w in family.weddings if w.state == CareState.ACTIVE],
        waiting=[child_name(c) for c in family.children if c.state == CareState.ACTIVE and c.born is None],
        per_week=context.city.programme.lessons.per_week,
    )
    context.say(Message(text, commands=context.menu_of(context.person)))


def called(context: Context) -> str:
    """The person's greeting, by the relation to the child: "Bu Sari"."""
    carers = cared_for(context.session, context.person.id)
    return salute(context.person, carers[0].relation if carers else "")


def show_home(context: Context) -> None:
    """Say the first screen of a family; a carer who has stopped is asked for a new consent instead."""
    carers = cared_for(context.session, context.person.id)
    if carers and all(carer.stopped_at for carer in carers) and asks_consent(context):
        return
    awaited = any(_gets_lessons(context, carer) for carer in carers)
    first = (
        (Option("menu:atur", "Atur hari dan jam"), Option("menu:jeda", "Jeda pesan"))
        if awaited
        else (Option("menu:data", "Data saya"),)
    )
    sick = (Option("menu:sakit", "Anak sakit"),) if any(_has_child(context, carer) for carer in carers) else ()
    context.say_template(
        "family_home",
        *sick,
        *first,
        Option("menu:berhenti", "Berhenti"),
        to=called(context),
        awaited=awaited,
        paused=next(
            (show_day(c.paused_until) for c in carers if c.paused_until and c.paused_until > context.today), ""
        ),
        contact=context.city.programme.privacy.contact,
    )


def _gets_lessons(context: Context, carer: Carer) -> bool:
    """Whether the family has a child, a pregnancy or a wedding that lessons are about."""
    family = context.session.get_one(Family, carer.family_id)
    return any(one.state in TAUGHT for one in (*family.children, *family.pregnancies, *family.weddings))


def _has_child(context: Context, carer: Carer) -> bool:
    family = context.session.get_one(Family, carer.family_id)
    return any(child.state not in GONE for child in family.children)


def offer_pause(context: Context) -> None:
    """Ask how long lessons are to pause; a carer who has stopped is asked for a new consent instead."""
    if _has_stopped(context):
        resume(context)
        return
    options = tuple(Option(f"pause:{days}", words) for days, words in PAUSES.items())
    text = (
        "Mau jeda berapa lama? Kalau ada tanda bahaya selama jeda, langsung ke puskesmas atau rumah sakit.\n\n"
        "Cuma mau ganti hari atau jam? Tulis *atur*."
    )
    context.say(Message(text, options))


def pause(context: Context, days: int) -> None:
    """Pause lessons for one of ``PAUSES``, and cancel planned ones. A pause after a loss is never shortened.

    The lessons for a mother after a loss are not paused, and the carer reads so.
    """
    if days not in PAUSES:
        return
    if _has_stopped(context):
        resume(context)
        return
    carers, until = cared_for(context.session, context.person.id), context.today + timedelta(days=days)
    resting = [one for one in carers if endings.mourns(context.session, one.family_id, _mourned_since(context))]
    until = max([until, *(one.paused_until or until for one in resting)])
    for carer in carers:
        carer.paused_until = until
    context.note("carer.pause", subject(context.person))
    to_carer = Outgoing.person_id == context.person.id, Outgoing.family_id.is_not(None)
    paused = Outgoing.lane >= outbox.PLANNED_LANE, Outgoing.kind != Kind.AFTER_LOSS
    outbox.cancel(context.session, still_valid.PAUSED, context.now, *to_carer, *paused)
    context.worth = LASTING
    text = f"Baik. Pesan berhenti dulu sampai {show_day(until)}, lalu jalan lagi sendiri."
    if after_loss.of_now(context.session, [carer.family_id for carer in carers], context.today):
        text += " Yang tetap datang hanya pesan untuk menjaga ibu sesudah kehilangan. Tulis *berhenti* kalau tidak mau."
    context.say(Message(text))


def _mourned_since(context: Context) -> date:
    """The day since which a loss pauses a family's lessons."""
    return context.today - timedelta(days=context.city.programme.loss.quiet_days)


def _has_stopped(context: Context) -> bool:
    """Whether the person is a carer and has stopped the messages of every family."""
    carers = cared_for(context.session, context.person.id)
    return bool(carers) and all(carer.stopped_at for carer in carers)


def resume(context: Context) -> None:
    """Ask for a new consent; where none is missing, say the first screen."""
    if not asks_consent(context):
        show_home(context)


def show_data(context: Context) -> None:
    """Answer with everything stored about the person's families, in plain words (UU 27/2022 arts. 30 and 32)."""
    context.worth = LASTING
    carers = cared_for(context.session, context.person.id)
    families = [context.session.get_one(Family, carer.family_id) for carer in carers]
    sent = context.session.scalar(
        select(func.count()).where(
            Outgoing.person_id == context.person.id, Outgoing.kind.in_(outbox.LESSONS),
            Outgoing.settled_at.is_not(None),
            Outgoing.state.in_((outbox.SENT, outbox.DELIVERED, outbox.READ)),
        )
    )  # fmt: skip
    for carer in carers:
        context.note("family.view", Subject(SubjectKind.FAMILY, carer.family_id))
    context.say_template(
        "my_data",
        name=plain(context.person.name),
        phone=hidden(context.person.phone),
        consents=_consents(context, carers),
        places=[family.village.full_name for family in families],
        children=[
            (child_name(child), show_day(child.born) if child.born else "belum ada")
            for family in families
            for child in family.children
        ],
        weddings=[show_day(w.day) for family in families for w in family.weddings if w.state == CareState.ACTIVE],
        pregnancies=[
            (mother_name(p), show_day(p.due))
            for family in families
            for p in family.pregnancies
            if p.state == CareState.ACTIVE
        ],
        sent=sent or 0,
        privacy=context.city.programme.privacy,
    )


def keep(context: Context, text: str) -> None:
    """Store free words as a note, for a person to read."""
    context.worth = LASTING
    context.session.add(consent.Note(person_id=context.person.id, text=text, at=context.now))
    context.note("note.keep", subject(context.person))


def keep_words(context: Context, text: str) -> None:
    """Store free words as a note, and say that nobody answers them here and whom to ask."""
    keep(context, text)
    context.say_template("note_kept", Option("menu:home", "Menu utama"), contact=context.city.programme.privacy.contact)


def hidden(phone: str | None) -> str:
    """A phone number with its middle left out, as it is shown to its owner."""
    return f"{phone[:6]}…{phone[-3:]}" if phone else "belum ada"


def _carer(context: Context, family_id: int) -> Carer | None:
    return next((c for c in cared_for(context.session, context.person.id) if c.family_id == family_id), None)


def _consents(context: Context, carers: Sequence[Carer]) -> list[str]:
    given = [consent.standing(context.session, carer.person_id, carer.family_id) for carer in carers]
    return [show_day(context.city.today(one.given_at)) for one in given if one]
