"""Report a birth, by the family, the ASN or a health worker: recognise it in free words, fill the form, record it."""

from __future__ import annotations

from collections.abc import Mapping

from db import audit
from db.children import Carer, Child, Pregnancy, cared_for
from db.drafts import Draft
from db.states import GONE, CareState
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.words import normal
from handlers.birth.birth_form import Birth, BirthFacts, babies
from handlers.chat import choose_subject, forms
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import birth_announcements as news
from programme import births, policy
from programme.births import FORM, RUNNING
from programme.contacts import who
from rules.stages import earliest_birth, gestation_weeks

RECORDED = "birth.record"
LATE_AFTER = 7  # days past the HPL from which mother and baby are to be seen in a hospital (Buku KIA 2023)
FEW_WORDS = 10  # a longer text says more than that, and a person should read it
BIRTH = frozenset({"lahir", "melahirkan", "lahiran", "bersalin", "brojol"})
DONE = frozenset({"sudah", "udah", "sdh", "telah", "baru", "tadi", "kemarin", "semalam", "alhamdulillah"})
NOT_YET = frozenset(
    {"belum", "blm", "mati", "kapan", "mau", "akan", "takut", "tanggal", "akta", "berat", "hari", "perkiraan"}
)


def is_birth(text: str) -> bool:
    """Whether a short free text reports a birth: "anak saya sudah lahir"; not "kapan saya melahirkan?"."""
    said = normal(text).replace(",", " ").replace(".", " ").replace("!", " ").split()
    if "?" in text or len(said) > FEW_WORDS or BIRTH.isdisjoint(said) or not NOT_YET.isdisjoint(said):
        return False
    return len(said) == 1 or not DONE.isdisjoint(said)


def awaited(context: Context) -> list[Pregnancy]:
    """The running pregnancies whose birth this person may report."""
    return [one for one in choose_subject.known_to(context) if isinstance(one, Pregnancy) and one.state in RUNNING]


def choose(context: Context) -> None:
    """Command "lahir": open the form of the person's own pregnancy, or ask whose baby was born."""
    among = awaited(context)
    own_pregnancies = [
        one for carer in cared_for(context.session, context.person.id) for one in carer.family.pregnancies
    ]
    told = [one for one in own_pregnancies if one.state == CareState.BORN]
    if len(among) == 1 and among[0] in own_pregnancies:
        begin(context, str(subject(among[0])))
    elif not among and told:
        _is_over(context, max(told, key=lambda one: one.due))
    elif among:
        choose_subject.ask(context, "birth", "🌸 Kabar gembira! Siapa yang melahirkan?", among)
    else:
        text = "Belum ada ibu hamil yang tercatat di sini. Bayinya sudah lahir? Mintalah bidan atau kader mencatatnya."
        context.say(Message(text, (HOME,)))


def find(context: Context, text: str) -> None:
    """Look up the written name and ask who of those it fits gave birth."""
    among = [one for one in choose_subject.find(context, text) if isinstance(one, Pregnancy)]
    choose_subject.ask_of_named(context, "birth", "Siapa yang melahirkan?", among)


def begin(context: Context, subject: str) -> None:
    """Open the form of this pregnancy ("pregnancy:7"). Raises NotValid where the person may not report of it."""
    pregnancy = _pregnancy(context, subject)
    if _is_over(context, pregnancy):
        return
    context.note("sheet.open", subject)
    forms.open_form(context, FORM, subject, facts(context, subject))


def facts(context: Context, subject: str) -> BirthFacts:
    """What is printed on the form of this pregnancy ("pregnancy:7") today."""
    pregnancy = context.session.get_one(Pregnancy, Subject.parse(subject).id)
    return {
        "ibu": who(pregnancy),
        "subject": subject,
        "today": context.today.isoformat(),
        "since": earliest_birth(pregnancy.due).isoformat(),
        "weights": policy.knows_health(context.asking, pregnancy.family),
    }


def live_facts(context: Context, subject: str) -> Mapping[str, bool]:
    """Whether a weight may be asked: of an ASN only while a parent's consent stands."""
    pregnancy = context.session.get_one(Pregnancy, Subject.parse(subject).id)
    return {"weights": policy.knows_health(context.asking, pregnancy.family)}


def submit(context: Context, answers: Birth, draft: Draft) -> None:
    """Store the children, end the pregnancy, and notify everybody concerned once."""
    pregnancy, born = (
        context.session.get_one(Pregnancy, Subject.parse(draft.subject).id),
        answers.born or context.today,
    )
    if _is_over(context, pregnancy):
        return
    weeks = gestation_weeks(pregnancy.due, born) if pregnancy.sure else None
    children = births.record(context.session, pregnancy, born, babies(answers), weeks, context.now)
    closed = births.close(context.session, pregnancy, context.now)
    context.note(RECORDED, draft.subject)
    for child in children:
        context.note("child.enter", Subject(SubjectKind.CHILD, child.id))
    told = news.notify(
        context.session, context.city, pregnancy, children, context.now, know=context.person.id, closed=closed
    )
    undo = Option(f"birth:undo:{draft.subject}", "Batalkan")
    if carer := _carer(context, pregnancy):
        text = news.to_carer(context.city, children, carer, context.today)
    else:
        text = news.to_teller(context.city, pregnancy, children, context.person, context.today, others=told)
    context.say(Message(text, (undo, HOME)))


def not_yet(context: Context, subject: str) -> None:
    """Answer "Belum": thank for it, and say when to go to the puskesmas or hospital."""
    pregnancy = _pregnancy(context, subject)
    if _is_over(context, pregnancy):
        return
    carer = _carer(context, pregnancy)
    context.note("birth.not_yet", subject)
    options = () if carer else (Option(f"expecting:due:{pregnancy.family_id}", "Perbaiki HPL"),)
    context.say_template(
        "not_yet_born",
        *options,
        HOME,
        to=_salute(context, pregnancy),
        who=who(pregnancy),
        own=carer is not None,
        mother=carer is not None and carer.relation == "ibu",
        late=(context.today - pregnancy.due).days >= LATE_AFTER,
    )


def take_back(context: Context, subject: str) -> None:
    """Undo a birth that was reported by mistake, within the programme's minutes for undoing.

    Refused, with the reason, once anything is recorded about the child (a visit, a measurement, a referral, an
    assignment, an end). Raises NotValid for anybody but the
    person who reported it.
    """
    pregnancy = _pregnancy(context, subject)
    children = births.of_pregnancy(context.session, pregnancy)
    if not children:
        context.say(Message("Kabar lahir itu sudah dibatalkan.", (HOME,)))
        return
    since = children[0].created_at
    if not audit.is_noted(context.session, RECORDED, Subject.parse(subject), context.person.id, since):
        raise NotValid(subject)
    minutes, contact = context.city.programme.visits.undo_minutes, context.city.programme.privacy.contact
    if context.now - children[0].created_at > context.city.programme.visits.undo:
        text = f"Sudah lewat {minutes} menit, jadi tidak bisa dibatalkan di sini. Sampaikan ke bidan atau {contact}."
        context.say(Message(text, (HOME,)))
    elif not births.take_back(context.session, pregnancy, children, context.now):
        text = f"Sudah ada kunjungan atau hasil ukur, jadi tidak bisa dibatalkan di sini. Sampaikan ke {contact}."
        context.say(Message(text, (HOME,)))
    else:
        context.note("birth.undo", subject)
        context.worth = LASTING
        text = "Baik, kabar lahir tadi dibatalkan. Kehamilan tetap tercatat seperti semula."
        context.say(Message(text, (Option(f"birth:{subject}", "Isi kabar lahir lagi"), HOME)))


def _pregnancy(context: Context, subject: str) -> Pregnancy:
    """The pregnancy of this subject. Raises NotValid where the person may not tell of it.

    Asked here too: an answer to a lesson leads here without a button of its own.
    """
    pregnancy = context.session.get(Pregnancy, Subject.parse(subject).id)
    if pregnancy is None or not context.may("news.birth", pregnancy):
        raise NotValid(subject)
    return pregnancy


def _carer(context: Context, pregnancy: Pregnancy) -> Carer | None:
    """The person who wrote as carer of this family; None for ASN and health workers."""
    return next(
        (one for one in cared_for(context.session, context.person.id) if one.family_id == pregnancy.family_id), None
    )


def _salute(context: Context, pregnancy: Pregnancy) -> str:
    carer = _carer(context, pregnancy)
    return salute(context.person, carer.relation if carer else "")


def _is_over(context: Context, pregnancy: Pregnancy) -> bool:
    """Whether the pregnancy has ended already; if so, says what was recorded."""
    if pregnancy.state in RUNNING:
        return False
    children: list[Child] = [
        child for child in births.of_pregnancy(context.session, pregnancy) if child.state not in GONE
    ]
    if pregnancy.state == CareState.BORN and children:
        contact = context.city.programme.privacy.contact
        words = news.words(children, context.today)
        context.say_template("born_known", HOME, to=_salute(context, pregnancy), contact=contact, **words)
    else:
        context.say(Message("Kabar tentang kehamilan ini sudah kami catat. Terima kasih.", (HOME,)))
    return True
