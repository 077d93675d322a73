"""The card of one child or one pregnancy, on one screen. Opening it is a line of the audit."""

from __future__ import annotations

from collections.abc import Iterator

from db import measurements, visits
from db.children import Child, Pregnancy, caregivers, health_workers
from db.measurements import OFFICIAL
from db.people import Person
from db.roles import Title
from db.states import CareState
from db.subjects import subject
from flow.message import Attachment, Message, Option, plain
from flow.questions import comma, show_day
from handlers.card import today, waiting
from handlers.card.reading import Reading, read
from handlers.chat import choose_subject
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import age_words, salute, short_day
from handlers.family.preferences import LANGUAGES
from handlers.measuring import charts
from handlers.visit import history
from programme import assignments, disclosure, growth, names
from programme.contacts import called, carers
from programme.disclosure import Shown
from programme.names import listed
from programme.policy import CITY_COORDINATOR, holds, in_name_of
from programme.visitors import fostered_by
from rules.stages import pregnancy_week
from rules.status import CONFIRM
from rules.visits import standing

VISITS = 3
MOST = 2
"""Buttons to call whoever visits."""
NO_CONSENT = "Belum ada persetujuan orang tua, jadi umur, ukuran, dan kabar kesehatannya tidak ditampilkan di sini."


def show(context: Context, said: str) -> None:
    """Open the card of this child or pregnancy ("child:31"), which the person may open."""
    about = choose_subject.told_of(context, said)
    context.note("card.open", subject(about))
    reading = read(context, about)
    parts = ["\n".join(_head(reading)), "\n".join(_growth(reading))]
    parts.append(_listed("⏳ *Yang menunggu*", waiting.lines(reading)))
    parts.append(_listed("👀 *Yang dilihat hari ini*", today.lines(reading)))
    parts.append("\n".join(_visits(reading)))
    text = "\n\n".join(part for part in parts if part)
    context.say(Message(text, tuple(_options(reading)), (HOME,), attachment=_chart(reading)))


# --- who it is --------------------------------------------------------------------------------


def _head(reading: Reading) -> Iterator[str]:
    about, family, shown = reading.about, reading.about.family, reading.shown
    mark = "👶" if isinstance(about, Child) else "🤰"
    if Shown.CODE not in shown:
        asns = dict.fromkeys(one.asn for one in reading.fostered)
        kind = "Anak" if isinstance(about, Child) else "Ibu hamil"
        yield f"{mark} *{kind} dampingan {listed(list(asns))}*"
        return
    name = reading.context.called(about) if reading.is_near else disclosure.called(about, shown)
    code = plain(disclosure.code_of(about))
    old = f", {_old(reading)}" if reading.health else ""
    yield f"{mark} *{name}*{f' ({code})' if code not in name else ''}{old}"
    posyandu = f", {plain(family.posyandu.full_name)}" if reading.is_near and family.posyandu else ""
    yield f"{family.village.full_name}{posyandu}"
    yield from _people(reading)
    if not reading.agrees and not reading.serves:
        yield NO_CONSENT


def _old(reading: Reading) -> str:
    about, now = reading.about, reading.context.today
    if isinstance(about, Child):
        return age_words(about.born, now)
    guess = "" if about.sure else " (perkiraan)"
    return f"hamil {pregnancy_week(about.due, now)} minggu, HPL {show_day(about.due)}{guess}"


def _people(reading: Reading) -> Iterator[str]:
    context, family = reading.context, reading.about.family
    if reading.health and reading.is_near and isinstance(reading.about, Child):
        yield f"Ibu: {salute_mother(reading.about)}"
    if reading.health and reading.is_near and family.landmark:
        yield f"Patokan: {plain(family.landmark)}"
    if not reading.fosters:
        fostering = fostered_by(context.session, reading.about, context.today)
        yield f"Pendamping: {', '.join(fostering) or 'belum ada'}"
    cadres = [
        one
        for one in health_workers(context.session, family)
        if any(held.title == Title.CADRE for held in one.roles) and one.id != context.person.id
    ]
    if cadres:
        yield f"Kader: {', '.join(map(called, cadres))}"
    if reading.health and reading.is_near:
        yield from _addressed(reading)


def salute_mother(child: Child) -> str:
    """ "Bu Sari"; that she has died is said beside it."""
    gone = " (sudah meninggal)" if child.family.mother_died_on else ""
    return f"{names.salute(child.family.mother_name, relation='ibu')}{gone}"


def _addressed(reading: Reading) -> Iterator[str]:
    """How the family is spoken to: who of it reads along, and in which language."""
    session, family = reading.context.session, reading.about.family
    joined = carers(session, family.id)
    if not joined:
        began = any(one.joined_on for one in caregivers(session, family.id))
        yield f"Keluarga {'sudah berhenti menerima pesan' if began else 'belum bergabung di sini'}"
        return
    said = [
        f"{salute(one.person, one.relation)}" + (f" ({one.relation})" if one.relation not in ("ibu", "ayah") else "")
        for one in joined
    ]
    spoken = {LANGUAGES[one.person.language] for one in joined if one.person.language != "id"}
    yield f"Disapa: {listed(said)}{f'; bahasa {listed(sorted(spoken))}' if spoken else ''}"


# --- how it grows -----------------------------------------------------------------------------


def _growth(reading: Reading) -> Iterator[str]:
    """The last weight, and in plain words what the last measurement says; to staff its classes."""
    child, context = reading.about, reading.context
    if not (isinstance(child, Child) and reading.health):
        return
    rows = measurements.history(context.session, child.id)
    if not rows:
        yield "⚖️ Belum ada ukuran yang tercatat"
        return
    judged = next((row for row in reversed(rows) if row.kind == OFFICIAL), rows[-1])
    of = f"Ukuran {'resmi' if judged.kind == OFFICIAL else 'laporan'} {short_day(judged.measured_on)}: "
    if reading.is_near:
        last = next((row for row in reversed(rows) if row.weight_kg is not None), rows[-1])
        official = "resmi" if last.kind == OFFICIAL else "laporan, belum resmi"
        said = [f"{comma(last.weight_kg)} kg"] if last.weight_kg is not None else []
        said += [f"{comma(last.length_cm)} cm"] if last.length_cm is not None else []
        yield f"⚖️ {', '.join(said) or 'Diukur'}, {short_day(last.measured_on)} ({official})"
        of = "" if judged is last else of
    if reading.fosters and not reading.serves:
        words = growth.words(child.sex, child.born, judged, child.gestation_weeks)
        confirm = " Perlu dipastikan puskesmas." if any(CONFIRM in one for one in words) else ""
        if words:
            said = "; ".join(one.removesuffix(f", {CONFIRM}") for one in words)
            yield f"{of}{said if of else said[0].upper() + said[1:]}.{confirm}"
        return
    classes = growth.classes(child.sex, child.born, judged, child.gestation_weeks)
    yield f"{of}{', '.join(f'{index} {name}' for index, name in classes.items()) or 'belum bisa dinilai'}"


def _chart(reading: Reading) -> Attachment | None:
    """The small chart of the weight, for who meets the family."""
    child, context = reading.about, reading.context
    if not (isinstance(child, Child) and reading.health and reading.is_near):
        return None
    key = f"card:{context.incoming.channel}:{context.incoming.message_id}"
    return charts.attached(context, child, "berat", key)


# --- what was, and what comes next ------------------------------------------------------------


def _visits(reading: Reading) -> Iterator[str]:
    """The last three visits, in a line each: what was seen to who may see it, to all others the days."""
    context, about = reading.context, reading.about
    past = visits.of_child if isinstance(about, Child) else visits.of_pregnancy
    found = past(context.session, about.id)[:VISITS]
    if not found:
        return
    yield "🏠 *Kunjungan terakhir*"
    names = None if reading.serves else set(context.session.scalars(in_name_of(context.person, context.today)))
    for visit in found:
        if reading.is_near:
            yield history.line(context, visit, about, names)
        else:
            ago = (context.today - visit.visited_on).days
            yield f"• {show_day(visit.visited_on)} ({f'{ago} hari lalu' if ago else 'hari ini'})"


def _options(reading: Reading) -> Iterator[Option]:
    """What this person may do next, the likeliest first."""
    context, about = reading.context, reading.about
    said = subject(about)
    if reading.fosters and about.state == CareState.ACTIVE and not reading.is_told_gone:
        yield Option(f"report:{said}", "Lapor kunjungan")
    for referral in waiting.open_referrals(reading):
        if context.may("referral.handle", referral):
            taken = referral.accepted_at is not None
            yield Option(f"ref:{'seen' if taken else 'accept'}:{referral.id}",
                         "Sudah diperiksa" if taken else "Saya tangani rujukan")  # fmt: skip
    for question in waiting.open_questions(reading):
        if context.may("question.answer", question):
            yield Option(f"question:answer:{question.id}", "Jawab pertanyaan")
    if isinstance(about, Child) and context.may("chart.view", about):
        yield Option(f"chart:{about.id}:tinggi", "Grafik tinggi")
    if reading.fosters:
        yield Option(f"history:{said}", "Riwayat kunjungan")
        yield Option("menu:jadwal", "Jadwal")
    if context.may("consent.paper", about.family) and not reading.agrees:
        yield Option(f"paper:{about.family_id}", "Catat persetujuan")
    if isinstance(about, Child) and not about.name and context.may("child.name", about):
        yield Option(f"name:{about.id}", "Beri nama")
    if isinstance(about, Pregnancy) and context.may("news.birth", about):
        yield Option(f"birth:{said}", "Sudah lahir")
    if context.may("news.moved", about):
        yield Option(f"news:who:{said}", "Sampaikan kabar")
    yield from _of_coordinator(reading)


def _of_coordinator(reading: Reading) -> Iterator[Option]:
    context, about = reading.context, reading.about
    seen = [one for one in waiting.open_referrals(reading) if context.may("referral.see", one)]
    for number, referral in enumerate(seen, 1):
        yield Option(f"referral:push:{referral.id}", f"Buka rujukan {number}" if seen[1:] else "Buka rujukan")
    if not reading.is_near:
        for one in reading.fostered:
            if standing(one.due, context.today).overdue:
                yield Option(f"remind:{one.asn_id}", f"Ingatkan {one.asn}")
        # The likeliest first: whoever answers for the visits, and who comes in their name.
        coming = {to.id: to.name for one in sorted(reading.fostered, key=lambda one: not one.answers)
                  for to in one.visitors}  # fmt: skip
        for id, name in list(coming.items())[:MOST]:
            if context.may("person.call", context.session.get(Person, id)):
                yield Option(f"call:{id}", f"Telepon {name}"[:24])
        if context.may("unassigned.view", about):
            yield from _of_place(reading)
    if isinstance(reading.about, Child) and holds(context.person, CITY_COORDINATOR):
        yield Option(f"looked:{reading.about.id}:0", "Siapa melihat")


def _of_place(reading: Reading) -> Iterator[Option]:
    """What the coordinator of the place decides: who fosters them, or who comes next."""
    context, about = reading.context, reading.about
    if (held := assignments.held(context.session, about, context.today)) is None:
        yield Option(f"unassigned:one:{subject(about)}", "Usulan pendamping")
    elif context.may("assignment.end", held):
        yield Option(f"assign:end:{held.id}", "Alihkan pendampingan")


def _listed(title: str, lines: Iterator[str] | list[str]) -> str:
    said = [f"• {line}" for line in lines]
    return "\n".join((title, *said)) if said else ""
