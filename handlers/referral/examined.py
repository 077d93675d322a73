"""What a health worker found: the form of a referral, with the official measurement."""

from __future__ import annotations

from db import measurements, referrals
from db.children import Child
from db.drafts import Draft
from db.measurements import OFFICIAL, Measurement
from db.referrals import Referral, ReferralState, StepKind
from db.roles import Role, Title
from db.subjects import Subject, subject
from flow.form import Form, Section
from flow.message import Option
from flow.questions import Choice, Text
from handlers.chat import common_questions, forms
from handlers.chat.common_questions import DatedFacts
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute, short_day
from handlers.measuring import plausibility
from handlers.measuring.plausibility import ChildFacts
from handlers.referral import alerts
from programme import growth
from programme import referral_messages as words
from rules import stages, trust
from rules.status import CONFIRM

FORM = "referral_seen"
OUTCOMES = {
    "ditangani": "Ditangani di sini",
    "dirujuk": "Dirujuk ke rumah sakit",
    "baik": "Ternyata tidak apa-apa",
    "pantau": "Perlu dipantau lagi",
    "tidak_bertemu": "Belum bertemu",
}
SOURCES = {
    Title.CADRE: "Kader/posyandu",
    Title.MIDWIFE: "Bidan/puskesmas",
    Title.NUTRITIONIST: "Petugas gizi/puskesmas",
}
STEPS = {"dirujuk": StepKind.REFERRED_ON, "tidak_bertemu": StepKind.NOT_MET}
"""The step of an outcome; of every other one SEEN."""
ARM_FROM_MONTH = 6  # LiLA is read from six months on: Permenkes 29/2019


class ReferralFacts(DatedFacts):
    """What is printed on the form of a mother's referral. ``siapa`` is whom it is about; ``born`` is empty."""

    siapa: str
    anak: bool  # whether it is about a child
    born: str


class ChildReferralFacts(ChildFacts, DatedFacts):
    """What is printed on the form of a child's referral. ``months``: completed months of age, 24 where not known."""

    siapa: str
    anak: bool
    months: int


def found(answers: ReferralSeen) -> bool:
    return answers.outcome != "tidak_bertemu"


class ReferralSeen(Form):
    title = "Hasil pemeriksaan {siapa}"

    A = Section("Pemeriksaan")
    seen_on = common_questions.day("Kapan {siapa} diperiksa?", past=30, since="born", default=common_questions.today)
    outcome = Choice("Bagaimana hasilnya untuk {siapa}?", OUTCOMES, label="Hasil", also=("seen_on", "Bukan hari ini"))

    B = Section("Ukuran resmi", when=lambda answers: answers.facts["anak"] and found(answers))
    weight = common_questions.weight(
        "{siapa}",
        lambda answers, kg: plausibility.weight(answers, kg, answers.seen_on),
        hint="Dalam kg, misalnya 8,4. Ini dicatat sebagai ukuran resmi.",
        optional=True,
    )
    length = common_questions.length(
        "{siapa}", lambda answers, cm: plausibility.length(answers, cm, answers.seen_on, answers.weight), offered=True
    )
    position = common_questions.position(when=lambda answers: answers.length is not None)
    muac = common_questions.arm(
        "{siapa}",
        5,
        30,
        13.5,
        lambda answers, cm: plausibility.muac(answers, cm, answers.seen_on),
        offered=True,
        when=lambda answers: answers.facts["months"] >= ARM_FROM_MONTH,
    )
    head = common_questions.head("{siapa}", lambda answers, cm: trust.check_head(cm), offered=True)
    oedema = common_questions.oedema("{siapa}", offered=True)

    C = Section("Catatan")
    notes = Text("Apa yang ingin dicatat?", label="Catatan", limit=200, offered=True, personal=True)


def begin(context: Context, referral_id: int) -> None:
    """Open the form for what was found at this referral."""
    referral = alerts.mine(context, referral_id)
    if referral is not None:
        context.note("sheet.open", subject(referral))
        forms.open_form(context, FORM, f"referral:{referral.id}", facts(context, referral))


def facts(context: Context, referral: Referral) -> ReferralFacts | ChildReferralFacts:
    """What is printed on the form of this referral today."""
    about, today = referral.about, context.today.isoformat()
    if not isinstance(about, Child):
        return ReferralFacts(siapa=context.called(about), anak=False, today=today, born="")
    months = stages.age(about.born, context.today).months if about.born else 24
    known = plausibility.facts(context, about)
    return {"siapa": context.called(about), "anak": True, "today": today, "months": months, **known}


def submit(context: Context, answers: ReferralSeen, draft: Draft) -> None:
    """Write down what was found, the measurement as an official one, and say what can be done next."""
    referral = alerts.mine(context, Subject.parse(draft.subject).id)
    if referral is None:
        return
    alerts.take_on(context, referral)
    outcome = OUTCOMES[answers.outcome or ""]
    step = STEPS.get(answers.outcome or "", StepKind.SEEN)
    referrals.note(context.session, referral, step, context.now, context.person.id, outcome)
    if answers.notes:
        referrals.note(context.session, referral, StepKind.NOTE, context.now, context.person.id, answers.notes)
    context.note(f"referral.{step}", subject(referral))
    if step != StepKind.NOT_MET:
        referral.state = ReferralState(step)
    child = referral.about if isinstance(referral.about, Child) else None
    measured = _file_measurement(context, answers, child) if child else None
    _notify_asn(context, referral, answers.outcome)
    next_step, options = _next(referral, answers.outcome)
    context.say_template(
        "referral_seen",
        *options,
        HOME,
        to=salute(context.person),
        who=context.called(referral.about),
        outcome=outcome,
        sentences=_sentences(context, child, measured) if child and measured else (),
        next=next_step,
    )


def _next(referral: Referral, outcome: str | None) -> tuple[str, tuple[Option, ...]]:
    """What the health worker is told comes next, and its buttons."""
    match outcome:
        case "dirujuk":
            return "Ketuk tombol ini kalau sudah kembali dari rumah sakit.", words.options(referral)
        case "pantau":
            return "Rujukan tetap terbuka. Tulis *rujukan* untuk membukanya lagi.", ()
        case "tidak_bertemu":
            return "Rujukan tetap terbuka, supaya bisa dicoba lagi.", (words.end_button(referral, "unmet"),)
        case _:
            how = "fine" if outcome == "baik" else "handled"
            return "Ketuk Selesai supaya keluarga dan pendamping dikabari.", (words.end_button(referral, how),)


def _notify_asn(context: Context, referral: Referral, outcome: str | None) -> None:
    """What goes on is told now; what is finished is told when the referral is closed."""
    news = {
        "dirujuk": "sudah diperiksa, dan dirujuk ke rumah sakit. Mohon keluarganya ditemani.",
        "pantau": "sudah diperiksa, dan akan dipantau lagi oleh petugas.",
        "tidak_bertemu": "petugas sudah datang, tetapi belum bertemu.",
    }
    if outcome in news:
        step = f"{outcome}-{len(referrals.steps(context.session, referral.id))}"
        alerts.notify_visitors(context, referral, step, news[outcome])


def _file_measurement(context: Context, answers: ReferralSeen, child: Child) -> Measurement | None:
    taken = (answers.weight, answers.length, answers.muac, answers.head, answers.oedema or None)
    if not found(answers) or all(value is None for value in taken):
        return None
    titles = [held.title for held in context.person.roles if held.role == Role.HEALTH]
    row = Measurement(
        child_id=child.id,
        measured_on=answers.seen_on or context.today,
        weight_kg=answers.weight,
        length_cm=answers.length,
        position=answers.position,
        muac_cm=answers.muac,
        head_cm=answers.head,
        oedema=bool(answers.oedema),
        kind=OFFICIAL,
        source=SOURCES.get(titles[0] if titles else Title.NONE, "Puskesmas"),
        stated="",
        doubtful=plausibility.confirmed(answers),
        recorded_by=context.person.id,
        recorded_at=context.now,
    )
    context.session.add(row)
    context.session.flush()
    return row


def _sentences(context: Context, child: Child, measured: Measurement) -> tuple[str, ...]:
    """What the measurement says, to somebody of the trade, and the gain since the last official one."""
    said = [one.removesuffix(f", {CONFIRM}") for one in _classes(child, measured)]
    sentences = [f"{context.called(child)}: {'; '.join(said)}."] if said else []
    past = measurements.history(context.session, child.id, OFFICIAL)
    earlier = [row for row in past if row.measured_on < measured.measured_on and row.weight_kg is not None]
    if earlier and measured.weight_kg is not None:
        before = earlier[-1]
        grams = round((measured.weight_kg - (before.weight_kg or 0)) * 1000)
        turned = f"naik {grams} gram" if grams > 0 else f"turun {-grams} gram" if grams else "tetap"
        sentences.append(f"Berat {turned} sejak ukuran resmi {short_day(before.measured_on)}.")
    return tuple(sentences)


def _classes(child: Child, measured: Measurement) -> list[str]:
    if child.born is None:
        return ["tanggal lahir belum ada, jadi ukurannya belum bisa dinilai"]
    return growth.words(child.sex, child.born, measured, child.gestation_weeks)
