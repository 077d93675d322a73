"""Conversations with a family: consent, welcome, pause, its own data, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from content.city import City
from db import consent, endings, outbox
from db.children import Carer, Family, cared_for, caregivers
from db.consent import Consent, ConsentText
from db.outbox import Kind, Outgoing
from db.people import Person, unlink
from db.roles import Role
from db.states import GONE, TAUGHT, CareState
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.names import age_words, child_name, salute
from programme import after_loss, numbers, still_valid
from programme import consents as gate
from rules.stages import pregnancy_week

RELATIONS = {"ibu": "Ibu", "ayah": "Ayah", "nenek/kakek": "Nenek/kakek", "keluarga": "Keluarga lain"}
COUPLE = {"ibu": "Calon istri/istri", "ayah": "Calon suami/suami", "keluarga": "Keluarga"}
CHART, SICK = Option("menu:grafik", "Grafik"), Option("menu:sakit", "Anak sakit")
MORE = Option("menu:lainnya", "Lainnya")
PAUSES = {7: "Seminggu", 14: "Dua minggu", 30: "Sebulan"}


def asks_consent(context: Context) -> bool:
    """Ask for the first consent this carer has not given yet. Returns whether one was asked for.

    Not asked for again: a family that the carer declined while here for another family or for work, and one for which
    they withdrew while they agreed for another.
    """
    for carer in cared_for(context.session, context.person.id):
        if carer.stopped_at and (_has_agreed(context) or (carer.joined_on is None and _is_here_otherwise(context))):
            continue
        if consent.standing(context.session, carer.person_id, carer.family_id) is None:
            _ask(context, carer)
            return True
    return False


def consent_text(city: City) -> str:
    return city.templates.say("consent", city=city.name, privacy=city.programme.privacy)


def kept_text(context: Context) -> ConsentText:
    """The stored wording of the consent as it is shown now."""
    version = context.city.programme.privacy.text_version
    return consent.keep_text(context.session, consent_text(context.city), version, context.now)


def _ask(context: Context, carer: Carer, preface: str = "") -> None:
    family_id, asked = carer.family_id, kept_text(context)
    carer.asked_text_id = asked.id
    options = (
        Option(f"consent:yes:{family_id}", "Setuju"),
        Option(f"consent:no:{family_id}", "Tidak"),
        Option(f"consent:ask:{family_id}", "Tanya dulu"),
    )
    context.say(Message(preface + asked.text, options))


def _asks_anew(context: Context) -> None:
    """Ask once for the consent to a raised version of the text; what was agreed to holds meanwhile."""
    for carer in cared_for(context.session, context.person.id):
        given = consent.standing(context.session, carer.person_id, carer.family_id)
        asked = context.session.get(ConsentText, carer.asked_text_id) if carer.asked_text_id else None
        is_new = asked is None or _is_older(context, asked.text_version)
        if given and is_new and _is_older(context, given.text_version):
            _ask(context, carer, "Teks persetujuan kami berubah. Persetujuan yang lama tetap berlaku.\n\n")
            return


def _is_older(context: Context, version: str) -> bool:
    return version < context.city.programme.privacy.text_version


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
    elif given := consent.standing(context.session, context.person.id, family_id):
        if said == "yes" and _is_older(context, given.text_version):
            _store(context, carer, given.relation)
        context.say(Message("Persetujuan Ibu/Bapak sudah kami catat. Terima kasih."))
    elif said == "yes":
        asked, offered = _relations(context.session.get_one(Family, family_id))
        relations = dict(offered)
        if _is_mothers(context, carer):
            del relations["ibu"]
        options = tuple(Option(f"consent:{key}:{family_id}", words) for key, words in relations.items())
        context.say(Message(f"Terima kasih. {asked}", options))
    elif said in RELATIONS and not (said == "ibu" and _is_mothers(context, carer)):
        agree(context, carer, said)
        asks_consent(context)  # of another family, where there is one


def _is_mothers(context: Context, carer: Carer) -> bool:
    """Whether somebody else has agreed as this family's mother: nobody else becomes her by a tap."""
    others = [one for one in caregivers(context.session, carer.family_id) if one.person_id != carer.person_id]
    given = (consent.standing(context.session, one.person_id, one.family_id) for one in others)
    return any(one is not None and one.relation == "ibu" for one in given)


def _decline(context: Context, carer: Carer) -> None:
    """Record a declined consent. Unlink who is here for this family alone; others stay without its messages."""
    if consent.standing(context.session, context.person.id, carer.family_id):
        text = "Persetujuan yang lama tetap berlaku. Mau pesan berhenti, atau persetujuannya ditarik?"
        context.say(Message(text, (Option("menu:berhenti", "Berhenti"), Option("menu:tarik", "Tarik persetujuan"))))
        return
    context.note("consent.decline", Subject(SubjectKind.FAMILY, carer.family_id))
    gate.report_conflict(context.session, context.city, carer, context.now)
    if _is_here_otherwise(context):
        carer.stopped_at = context.now
        text = "Baik, tidak apa-apa. Tentang keluarga itu tidak ada pesan yang kami kirim. Lainnya tetap seperti biasa."
        context.say(Message(text, (Option("menu:home", "Menu utama"),)))
        return
    unlink(context.session, context.address, context.now)
    text = "Baik, tidak apa-apa. Kami tidak akan mengirim pesan. Kalau berubah pikiran, pakai lagi kode Ibu/Bapak."
    context.say(Message(text))


def _is_here_otherwise(context: Context) -> bool:
    """Whether the person has consented for another family, or has another role than family."""
    return _has_agreed(context) or any(held.role != Role.FAMILY for held in context.person.roles)


def _has_agreed(context: Context) -> bool:
    """Whether a consent of this person stands, for whichever family."""
    carers = cared_for(context.session, context.person.id)
    return any(consent.standing(context.session, one.person_id, one.family_id) for one in carers)


def _relations(home: Family) -> tuple[str, dict[str, str]]:
    """The question for the carer's relation, and its options; those of a couple where there is only a wedding."""
    if home.weddings and not home.children and not home.pregnancies:
        return "Ibu/Bapak siapa dari pasangan ini?", COUPLE
    return "Ibu/Bapak siapanya si kecil?", RELATIONS


def agree(
    context: Context,
    carer: Carer,
    relation: str,
    given_at: datetime | None = None,
    text_id: int | None = None,
    waits: str = "",
) -> None:
    """Store the consent, begin or resume lessons, and welcome the carer. ``given_at``: when it was given, else now.

    ``waits``: who was asked for the HPL, where lessons wait for it.

    Another carer than the mother of a family that has one reader gets no more than the welcome, and is not told so.
    """
    family = context.session.get_one(Family, carer.family_id)
    carer.relation = relation
    if family.one_reader and relation != "ibu":
        carer.closed_at = carer.closed_at or context.now
    _begin(context, carer)
    _store(context, carer, relation, given_at, text_id)
    context.note("consent.give", Subject(SubjectKind.FAMILY, carer.family_id))
    welcome(context, carer, waits)


def _begin(context: Context, carer: Carer) -> None:
    """Begin or resume this carer's lessons from today on."""
    carer.joined_on = context.today
    carer.stopped_at, carer.stop_reason, carer.stopped_after = None, "", ""
    if not endings.mourns(context.session, carer.family_id, _mourned_since(context)):
        carer.paused_until = None  # an earlier pause does not outlast a new beginning, except after a loss


def _store(
    context: Context, carer: Carer, relation: str, given_at: datetime | None = None, text_id: int | None = None
) -> None:
    """Store the consent to the wording the carer was asked about, else to today's."""
    text_id = text_id or carer.asked_text_id
    text = context.session.get_one(ConsentText, text_id) if text_id else kept_text(context)
    context.session.add(
        Consent(
            person_id=carer.person_id,
            family_id=carer.family_id,
            relation=relation,
            text_version=text.text_version,
            text_id=text.id,
            channel=context.incoming.channel,
            given_at=given_at or context.now,
        )
    )
    context.session.flush()


def welcome(context: Context, carer: Carer, waits: str = "") -> None:
    """Welcome the carer, who wrote."""
    context.say(welcome_message(context, carer, waits))


def welcome_message(context: Context, carer: Carer, waits: str = "") -> Message:
    """The welcome to a carer, with the family's pregnancies, children and weddings that lessons are about.

    ``waits`` says who was asked for the HPL, where nothing else is known yet.
    """
    family, person = context.session.get_one(Family, carer.family_id), context.session.get_one(Person, carer.person_id)
    reads = carer.closed_at is None
    pregnancies, children, weddings = (family.pregnancies, family.children, family.weddings) if reads else ([], [], [])
    text = context.city.templates.say(
        "welcome",
        to=salute(person, carer.relation),
        pregnancies=[
            (pregnancy_week(p.due, context.today), p.sure) for p in pregnancies if p.state == CareState.ACTIVE
        ],
        children=[(child_name(c), age_words(c.born, context.today)) for c in children if c.state in TAUGHT],
        weddings=[(show_day(w.day), w.day >= context.today) for w in weddings if w.state == CareState.ACTIVE],
        waiting=[child_name(c) for c in children if c.state == CareState.ACTIVE and c.born is None],
        unknown=waits,
        per_week=context.city.programme.lessons.per_week,
    )
    return Message(text, (Option("menu:home", "Menu utama"),), commands=context.menu_of(person))


def called(context: Context) -> str:
    """The person's greeting, by the relation to the child: "Bu Sari"."""
    carers = cared_for(context.session, context.person.id)
    return salute(context.person, carers[0].relation if carers else "")


def show_home(context: Context) -> None:
    """Say the first screen of a family; a carer who has stopped is asked whether they want to read again instead.

    Where their consent was withdrawn too, they are asked for a new one.
    """
    carers = cared_for(context.session, context.person.id)
    if _has_stopped(context):
        if not asks_consent(context):
            context.say_template(
                "family_stopped", Option("resume", "Mulai lagi"), Option("menu:data", "Data saya"), to=called(context)
            )
        return
    context.say_template(
        "family_home",
        *_ways(context, carers),
        # Two taps from here people are told: a sick child waits for no screen in between. WhatsApp shows three buttons,
        # so these stand in the row, which it names by their words.
        row=(*((CHART, SICK) if any(_has_child(context, carer) for carer in carers) else ()), MORE),
        to=called(context),
        awaited=any(_gets_lessons(context, carer) for carer in carers),
        waits=any(is_waiting(carer.family) for carer in carers),
        paused=show_day(until) if (until := _paused_until(context, carers)) else "",
        contact=asked_at(context),
    )
    _asks_anew(context)


def _ways(context: Context, carers: Sequence[Carer]) -> list[Option]:
    """What a family needs most, in the order of the screen; nothing of a child or a pregnancy that is not there."""
    health = any(_has_child(context, carer) or _expects(carer.family) for carer in carers)
    return [
        *((Option("menu:lanjut", "Lanjutkan pesan"),) if _paused_until(context, carers) else ()),
        *((Option("menu:tanda", "Tanda bahaya"), Option("menu:jadwal", "Jadwal")) if health else ()),
        *((Option("menu:hamil", "Isi HPL"),) if any(is_waiting(carer.family) for carer in carers) else ()),
        Option("menu:tanya", "Tanya"),
    ]


def show_more(context: Context) -> None:
    """Say what stands behind the first screen: when and how lessons come, who reads, one's own data, the end."""
    several = len(context.city.library.languages) > 1
    carers = cared_for(context.session, context.person.id)
    paused = _paused_until(context, carers) is not None
    awaited = any(_gets_lessons(context, carer) for carer in carers)
    pause = Option("menu:lanjut", "Lanjutkan pesan") if paused else Option("menu:jeda", "Jeda pesan")
    options = (
        *((Option("menu:atur", "Atur hari dan jam"), pause) if awaited else ()),
        *((Option("menu:bahasa", "Bahasa / Language"),) if several else ()),
        Option("menu:janji", "Pendamping saya"),
        *((Option("menu:ajak", "Ajak keluarga"),) if any(_may_invite(context, one) for one in carers) else ()),
        Option("menu:pembaca", "Siapa ikut membaca"),
        Option("menu:data", "Data saya"),
        Option("menu:berhenti", "Berhenti"),
        Option("menu:bantuan", "Bantuan"),
        Option("menu:home", "Menu utama"),
    )
    context.say(
        Message("*Pilihan lain*\nSemuanya bisa juga ditulis, misalnya *atur*, *jeda*, atau *berhenti*.", options)
    )


def _may_invite(context: Context, carer: Carer) -> bool:
    return context.may("household.invite", context.session.get_one(Family, carer.family_id))


def is_waiting(home: Family) -> bool:
    """Whether the family joined for a pregnancy whose HPL nobody has told yet: nothing else was ever entered for it."""
    return home.joined_by == "self" and not (home.children or home.pregnancies or home.weddings)


def _expects(home: Family) -> bool:
    return is_waiting(home) or any(one.state in TAUGHT for one in home.pregnancies)


def _paused_until(context: Context, carers: Sequence[Carer]) -> date | None:
    """The last day of the person's pause; None where nothing is paused."""
    days = [one.paused_until for one in carers if one.paused_until and one.paused_until > context.today]
    return max(days, default=None)


def _gets_lessons(context: Context, carer: Carer) -> bool:
    """Whether the family has a child, a pregnancy or a wedding that lessons are about."""
    family = context.session.get_one(Family, carer.family_id)
    return any(one.state in TAUGHT for one in (*family.children, *family.pregnancies, *family.weddings))


def _has_child(context: Context, carer: Carer) -> bool:
    family = context.session.get_one(Family, carer.family_id)
    return any(child.state not in GONE for child in family.children)


def offer_pause(context: Context) -> None:
    """Ask how long lessons are to pause; a carer who has stopped is asked whether they want to read again instead."""
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
    options = () if resting else (Option("menu:lanjut", "Lanjutkan pesan"),)
    if options:
        text += " Mau lebih cepat? Tulis *lanjut* kapan saja."
    if after_loss.of_now(context.session, [carer.family_id for carer in carers], context.today):
        text += " Yang tetap datang hanya pesan untuk menjaga ibu sesudah kehilangan. Tulis *berhenti* kalau tidak mau."
    context.say(Message(text, options))


def end_pause(context: Context) -> bool:
    """End the person's pause today, and say so; the quiet after a loss goes on. Returns whether there was a pause.

    The lessons count from today, so that those of the pause do not come all at once.
    """
    carers = cared_for(context.session, context.person.id)
    paused = [one for one in carers if one.paused_until and one.paused_until > context.today and not one.stopped_at]
    if not paused:
        return False
    context.worth = LASTING
    ended = [one for one in paused if not endings.mourns(context.session, one.family_id, _mourned_since(context))]
    for carer in ended:
        carer.paused_until = context.today
        context.note("carer.resume", Subject(SubjectKind.FAMILY, carer.family_id))
    if ended:
        text = f"Baik, {called(context)}. Pesan jalan lagi mulai hari ini."
    else:
        text = f"Pesan masih kami tahan sampai {show_day(max(one.paused_until or context.today for one in paused))}."
    context.say(Message(text, (Option("menu:home", "Menu utama"),)))
    return True


def mourns(context: Context) -> bool:
    """Whether a family of the person's has lost somebody lately."""
    carers = cared_for(context.session, context.person.id)
    return any(endings.mourns(context.session, one.family_id, _mourned_since(context)) for one in carers)


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


def restart(context: Context) -> None:
    """The tap that one wants to read again after "berhenti": the consent stands, so it is not asked for anew.

    Raises NotValid where nothing was stopped, or where there is no consent.
    """
    carers = [
        carer
        for carer in cared_for(context.session, context.person.id)
        if carer.stopped_at and consent.standing(context.session, carer.person_id, carer.family_id)
    ]
    if not carers:
        raise NotValid("resume")
    context.worth = LASTING
    for carer in carers:
        _begin(context, carer)
        context.note("carer.resume", Subject(SubjectKind.FAMILY, carer.family_id))
    text = f"Baik, {called(context)}. Pesan jalan lagi mulai hari ini."
    context.say(Message(text, (Option("menu:home", "Menu utama"),)))


def keep(context: Context, text: str) -> None:
    """Store free words as a note, for a person to read."""
    context.worth = LASTING
    context.session.add(consent.Note(person_id=context.person.id, text=text, at=context.now))
    context.note("note.keep", subject(context.person))


def asked_at(context: Context) -> str:
    """Whom the person may call about anything that is not urgent, with the number."""
    carers = cared_for(context.session, context.person.id)
    return numbers.to_ask(context.city, carers[0].family if carers else None)


def _carer(context: Context, family_id: int) -> Carer | None:
    return next((c for c in cared_for(context.session, context.person.id) if c.family_id == family_id), None)
