""" "Data saya": what is stored of a person and the child's record, in chat and as a file (UU 27/2022 arts. 5 to 8).

A household is not one person. Nobody reads another adult's words, a mother's own danger, or who asked for help; who
reads along no more sees nothing of the child.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import appointments, audit, broadcasts, consent, cries, measurements, outbox, questions, visits
from db.broadcasts import NewsWish
from db.children import Carer, Child, Family, Pregnancy, cared_for, caregivers
from db.consent import PARENTS, Consent, Note, PaperConsent
from db.cries import Cry
from db.data_requests import RequestKind
from db.measurements import Measurement
from db.outbox import LESSONS, Kind, Outgoing
from db.people import Person
from db.referrals import Referral
from db.states import CareState
from db.subjects import Subject, SubjectKind, subject
from db.visits import Visit
from drawing import attachments
from flow.form import Form
from flow.message import Attachment, Message, Option, plain
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import child_name, mother_name
from programme import audit_reading, data_requests
from programme.contacts import called
from programme.visitors import signed

DONE = (outbox.SENT, outbox.DELIVERED, outbox.READ)
AWAITED = "perbaiki"  # what ``Address.awaiting`` says while it is asked what is wrong
FILE = Option("menu:berkas", "Kirim sebagai berkas")
CORRECT, ERASE = Option("menu:perbaiki", "Ada yang keliru"), Option("menu:hapus", "Hapus data")
LOOKS = 500  # the newest lines of the audit that are shown
Section = tuple[str, list[str]]


def show(context: Context) -> None:
    """Answer with what is stored, in plain words, and with the ways to a file, a correction and an erasure."""
    context.worth = LASTING
    carers = cared_for(context.session, context.person.id)
    families = [carer.family for carer in carers if carer.closed_at is None]
    sent = context.session.scalar(
        select(func.count()).where(
            Outgoing.person_id == context.person.id, Outgoing.kind.in_(LESSONS), Outgoing.settled_at.is_not(None),
            Outgoing.state.in_(DONE),
        )
    )  # fmt: skip
    for carer in carers:
        context.note("family.view", Subject(SubjectKind.FAMILY, carer.family_id))
    counted = {title: len(lines) for title, lines in _sections(context, carers) if title in COUNTED}
    context.say_template(
        "my_data",
        FILE,
        CORRECT,
        ERASE,
        name=plain(context.person.name),
        phone=hidden(context.person.phone),
        consents=_given_on(context, carers),
        places=[family.village.full_name for family in families],
        landmarks=[plain(family.landmark) for family in families if family.landmark],
        shared=_shared_since(context, carers),
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
        counted=[(title, count) for title, count in counted.items() if count],
        sent=sent or 0,
        news=_news(context),
        privacy=context.city.programme.privacy,
    )


def send_file(context: Context) -> None:
    """Answer with everything as a text file."""
    context.worth = LASTING
    carers = cared_for(context.session, context.person.id)
    for carer in carers:
        context.note("family.export", Subject(SubjectKind.FAMILY, carer.family_id))
    parts = [f"Data saya di Asuh {context.city.name}, {show_day(context.today)}"]
    for title, lines in _sections(context, carers):
        parts.append("\n".join((title, "-" * len(title), *(lines or ["belum ada"]))))
    file = attachments.place(
        context.city.files, f"data:{context.incoming.channel}:{context.incoming.message_id}", "txt"
    )
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8-sig")  # Notepad and Excel know it by the mark
    attachments.date(file, context.now)
    document = Attachment("document", file.name, f"data-saya-{context.today}.txt")
    text = "Ini semua yang tersimpan. Simpan baik-baik: berkas ini berisi data pribadi."
    context.say(Message(text, (CORRECT, ERASE, HOME), attachment=document))


# --- requests -------------------------------------------------------------------------------


def ask_correction(context: Context) -> None:
    """Ask what is wrong, in the person's own words."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message("Apa yang keliru, dan seharusnya bagaimana? Tulis dengan kata-kata sendiri.", (HOME,)))


def take_correction(context: Context, text: str) -> None:
    """Store the request to correct something, about each family of the person."""
    context.address.awaiting, context.worth = "", LASTING
    for family in _families(context):
        _ask(context, RequestKind.CORRECT, family, text)
    context.say(Message(f"Terima kasih, sudah kami teruskan. {_by_when(context)}", (HOME,)))


def ask_erasure(context: Context) -> None:
    """Say what an erasure means, and ask for a tap."""
    options = [
        Option(f"erase:{family.id}", "Ya, hapus data" if len(_families(context)) == 1 else f"Hapus {family.code}"[:24])
        for family in _families(context)
    ]
    text = (
        "*Mau semua data dihapus?* Nama, nomor, pesan, catatan, dan foto dihapus, dan tidak bisa dikembalikan. "
        "Ukuran anak tinggal sebagai angka tanpa nama.\n\n"
        "Kalau ada bahaya yang belum selesai ditangani, penghapusan menunggu sampai selesai. "
        "Hanya ingin pesan berhenti? Tulis *berhenti*."
    )
    context.say(Message(text, (*options, Option("menu:home", "Tidak jadi"))))


def take_erasure(context: Context, family_id: int) -> None:
    """Store the request to erase."""
    context.worth = LASTING
    _ask(context, RequestKind.ERASE, context.session.get_one(Family, family_id))
    context.say(Message(f"Permintaan hapus data sudah kami catat. {_by_when(context)}", (HOME,)))


def _ask(context: Context, kind: RequestKind, family: Family, words: str = "") -> None:
    data_requests.ask(context.session, context.city, kind, family, context.person.id, context.now, words)


def _by_when(context: Context) -> str:
    due = context.city.local(context.now + data_requests.WITHIN)
    return f"Petugas data menjawab paling lambat {show_day(due.date())} pukul {due:%H.%M}."


def _families(context: Context) -> list[Family]:
    carers = cared_for(context.session, context.person.id)
    return [one.family for one in carers if one.family.forgotten_at is None]


# --- the record -----------------------------------------------------------------------------

VISITS, MEASURED, REFERRED = "Kunjungan", "Ukuran anak", "Rujukan"
OWN_WORDS, MESSAGES, LOOKED = "Yang saya tulis", "Pesan yang dikirim ke saya", "Yang melihat atau mengubah"
COUNTED = (VISITS, MEASURED, REFERRED, OWN_WORDS, LOOKED)


def _sections(context: Context, carers: Sequence[Carer]) -> list[Section]:
    """Everything about the person and the children of their families, by section, oldest first."""
    session, reading = context.session, [one for one in carers if one.closed_at is None]
    of_child = [line for carer in reading for line in _children(context, carer)]
    return [
        ("Diri saya", [f"Nama: {plain(context.person.name)}", f"Nomor: {hidden(context.person.phone)}"]),
        ("Rumah dan kunjungan", [line for carer in reading for line in _at_home(context, carer)]),
        ("Persetujuan", [*(line for carer in carers for line in _consents(context, carer)), *_wishes(context)]),
        ("Anak", of_child),
        (VISITS, [line for carer in reading for line in _visits(context, carer)]),
        (MEASURED, [line for carer in reading for line in _measured(session, carer.family)]),
        (REFERRED, [line for carer in reading for line in _referrals(context, carer)]),
        (OWN_WORDS, _own_words(context)),
        (MESSAGES, _messages(context)),
        (LOOKED, [line for carer in reading for line in _looked(context, carer)]),
    ]


def _is_mother(context: Context, carer: Carer) -> bool:
    """Whether the carer agreed as the mother: her body, and words about her, are shown to her alone."""
    given = consent.standing(context.session, carer.person_id, carer.family_id)
    return carer.relation == "ibu" and (given is None or given.relation == "ibu")


def _children(context: Context, carer: Carer) -> Iterator[str]:
    for child in carer.family.children:
        born = show_day(child.born) if child.born else "belum ada"
        yield f"{child_name(child)} ({child.code}), lahir {born}"


def _at_home(context: Context, carer: Carer) -> Iterator[str]:
    """What who visits may know, and the visits that are arranged."""
    if carer.family.landmark:
        yield f"Patokan rumah: {plain(carer.family.landmark)}"
    row = appointments.shared_number(context.session, carer.person_id, carer.family_id)
    if row is not None:
        since = f"ya, sejak {_at(context, row.shared_at)}" if row.shared_at else "tidak"
        ended = f", ditarik {_at(context, row.ended_at)}" if row.ended_at else ""
        yield f"Nomor boleh diketahui pendamping: {since}{ended}"
    for one in reversed(appointments.of_family(context.session, carer.family_id)):
        if one.at is not None:
            yield f"Kunjungan {called(one.visitor)}: {_at(context, one.at)} ({one.state})"


def _consents(context: Context, carer: Carer) -> Iterator[str]:
    session = context.session
    given = select(Consent).where(Consent.person_id == carer.person_id, Consent.family_id == carer.family_id)
    for one in session.scalars(given.order_by(Consent.id)):
        ended = f", ditarik {_at(context, one.withdrawn_at)}" if one.withdrawn_at else ""
        yield f"{_at(context, one.given_at)}: setuju lewat {one.channel}, teks {one.text_version}{ended}"
    signed = select(PaperConsent).where(
        PaperConsent.family_id == carer.family_id, PaperConsent.relation == carer.relation
    )
    for one in session.scalars(signed.order_by(PaperConsent.id)):
        ended = f", ditarik {_at(context, one.withdrawn_at)}" if one.withdrawn_at else ""
        yield f"{show_day(one.signed_on)}: setuju di kertas, disimpan di {one.lies_at}{ended}"


def _visits(context: Context, carer: Carer) -> Iterator[str]:
    session, mother = context.session, _is_mother(context, carer)
    found: list[Visit] = [v for child in carer.family.children for v in visits.of_child(session, child.id)]
    if mother:
        found += [v for one in carer.family.pregnancies for v in visits.of_pregnancy(session, one.id)]
    if carer.relation in PARENTS:  # bride and groom
        found += [v for one in carer.family.weddings for v in visits.of_wedding(session, one.id)]
    for visit in sorted(found, key=lambda one: (one.visited_on, one.id)):
        met = "bertemu" if visit.met else "tidak bertemu"
        said = "; ".join(_answers(context, visit, mother))
        yield f"{show_day(visit.visited_on)}: {signed(visit)}, {met}" + (f". {said}" if said else "")


def _answers(context: Context, visit: Visit, mother: bool) -> Iterator[str]:
    """The answers in words. What an ASN wrote freely, and the mother's own signs, are shown to the mother alone."""
    spec = context.specs.get(visit.form)
    if spec is None:
        return
    answers = spec.form({**visit.facts, "agreed": True})
    hers = {"mother", "mother_signs", "tablets", "folate", *visit.personal}
    for name, kept in visit.answers.items():
        question = spec.form.question(name)
        if question is not None and (mother or name not in hers) and name not in ("visited_on", "photo", "place"):
            yield f"{question.label}: {_shown(spec.form, name, kept, answers)}"


def _shown(form: type[Form], name: str, kept: object, answers: Form) -> str:
    question = form.question(name)
    try:
        return question.show(kept, answers) if question else ""
    except (KeyError, AttributeError):  # the facts of an older form do not name today's options
        return str(kept)


def _measured(session: Session, family: Family) -> Iterator[str]:
    rows: list[tuple[Child, Measurement]] = [
        (child, row) for child in family.children for row in measurements.history(session, child.id)
    ]
    for child, row in rows:
        values = (
            (row.weight_kg, "berat", "kg"), (row.length_cm, "panjang/tinggi", "cm"), (row.muac_cm, "LiLA", "cm"),
            (row.head_cm, "lingkar kepala", "cm"),
        )  # fmt: skip
        said = ", ".join(f"{what} {value:g} {unit}".replace(".", ",") for value, what, unit in values if value)
        yield f"{show_day(row.measured_on)}: {child_name(child)}, {said} ({row.kind}, {row.source})"


def _referrals(context: Context, carer: Carer) -> Iterator[str]:
    """Referrals of the children; the mother's own to her alone, and none that another adult cried for about her."""
    session, family = context.session, carer.family
    children = Referral.child_id.in_([child.id for child in family.children])
    hers = Referral.pregnancy_id.in_([one.id for one in family.pregnancies]) | (Referral.family_id == family.id)
    query = select(Referral).where(children | hers if _is_mother(context, carer) else children)
    for referral in session.scalars(query.order_by(Referral.id)):
        heard = cries.of_referral(session, referral.id)
        if referral.child_id is None and any(cry.person_id != context.person.id for cry in heard):
            continue
        signs = ", ".join(referral.signs) or "minta dilihat petugas"
        ended = f", selesai {_at(context, referral.closed_at)}" if referral.closed_at else ", belum selesai"
        yield f"{_at(context, referral.opened_at)}: {signs}{ended}"


def _own_words(context: Context) -> list[str]:
    person = context.person.id
    notes = context.session.execute(select(Note.at, Note.text).where(Note.person_id == person)).all()
    heard = context.session.execute(select(Cry.at, Cry.said).where(Cry.person_id == person, Cry.said != "")).all()
    asked = questions.words_of(context.session, person)
    written = sorted([(row[0], row[1]) for row in (*notes, *heard, *asked)])
    return [f"{_at(context, at)}: {said}" for at, said in written]


def _messages(context: Context) -> list[str]:
    sent = select(Outgoing).where(
        Outgoing.person_id == context.person.id, Outgoing.state.in_(DONE), Outgoing.kind != Kind.REPLY
    )
    lines: list[str] = []
    for row in context.session.scalars(sent.order_by(Outgoing.id)):
        text = "(kata-katanya sudah dihapus)" if row.forgotten else " ".join(str(row.message.get("text", "")).split())
        lines.append(f"{_at(context, row.settled_at)}: {text}")
    return lines


def _looked(context: Context, carer: Carer) -> Iterator[str]:
    """Who looked at the child's record or changed it, by the audit, without the other carers of the household."""
    session, family = context.session, carer.family
    about: list[Child | Pregnancy | Family] = [family, *family.children]
    if _is_mother(context, carer):
        about += family.pregnancies
    household = {one.person_id for one in caregivers(session, family.id)}
    rows = list(reversed(audit.about(session, [subject(one) for one in about], limit=LOOKS)))
    names = audit.meaning(session, {row.actor for row in rows})
    ids = {one.id for one in names.values() if one.kind == SubjectKind.PERSON} - household
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}
    for row in rows:
        name = names.get(row.actor)
        if name and name.kind == SubjectKind.PERSON and name.id in people:
            yield f"{_at(context, row.at)}: {called(people[name.id])} {audit_reading.act(row.action)}"


def _shared_since(context: Context, carers: Sequence[Carer]) -> list[str]:
    """Since when who visits may know the person's number, for each family for which they may."""
    found = [appointments.shared_number(context.session, one.person_id, one.family_id) for one in carers]
    return [show_day(context.city.today(one.shared_at)) for one in found if one and one.is_shared and one.shared_at]


def _wishes(context: Context) -> Iterator[str]:
    """Since when the person wanted announcements, and until when."""
    wished = select(NewsWish).where(NewsWish.person_id == context.person.id)
    for one in context.session.scalars(wished.order_by(NewsWish.id)):
        ended = f", dihentikan {_at(context, one.withdrawn_at)}" if one.withdrawn_at else ""
        yield f"{_at(context, one.given_at)}: mau pengumuman program lewat {one.channel}{ended}"


def _news(context: Context) -> str:
    """Whether the person gets announcements: "ya, sejak Rabu 4 Maret 2026"."""
    wish = broadcasts.wish(context.session, context.person.id)
    return f"ya, sejak {show_day(context.city.today(wish.given_at))}" if wish else "tidak"


def _given_on(context: Context, carers: Sequence[Carer]) -> list[str]:
    given = [consent.standing(context.session, carer.person_id, carer.family_id) for carer in carers]
    return [show_day(context.city.today(one.given_at)) for one in given if one]


def _at(context: Context, moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = context.city.local(moment)
    return f"{show_day(local.date())} {local:%H.%M}"


def hidden(phone: str | None) -> str:
    """A phone number with its middle left out, as it is shown to its owner."""
    return f"{phone[:6]}…{phone[-3:]}" if phone else "belum ada"
