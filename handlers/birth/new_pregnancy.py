"""Report a new pregnancy, or a corrected HPL of a known one, by the family, the ASN or a health worker."""

from __future__ import annotations

from db import drafts
from db.children import Carer, Family, Pregnancy, cared_for
from db.drafts import Draft
from db.roles import Role
from db.states import CareState
from db.subjects import Subject, subject
from flow.message import Message, Option
from flow.questions import show_day
from flow.words import normal
from handlers.birth.new_pregnancy_form import Expecting, ExpectingFacts, due_of, printed
from handlers.chat import choose_subject, forms
from handlers.chat.context import Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import births, consents, names, policy
from programme.births import RUNNING
from rules.stages import pregnancy_week

FORM = "expecting"
FEW_WORDS = 6
NEWS = frozenset({"sudah", "udah", "sdh", "lagi", "ternyata", "positif", "alhamdulillah"})
NOT_YET = frozenset({"belum", "blm", "mau", "ingin", "program", "kapan", "takut", "bukan", "tidak", "bulan", "minggu"})


def is_pregnancy(text: str) -> bool:
    """Whether a short free text reports a pregnancy: "istri saya sudah hamil"; not "mau hamil lagi"."""
    said = normal(text).replace(",", " ").replace(".", " ").replace("!", " ").split()
    return (
        "?" not in text
        and len(said) <= FEW_WORDS
        and "hamil" in said
        and not NEWS.isdisjoint(said)
        and NOT_YET.isdisjoint(said)
    )


def may_be_news(context: Context) -> bool:
    """Whether the person is a carer, and no family of theirs has a running pregnancy."""
    families = [carer.family for carer in cared_for(context.session, context.person.id)]
    return bool(families) and not any(_running(family) for family in families)


def choose(context: Context) -> None:
    """Command "hamil": open the form of the person's only family, or ask which family."""
    among = _known(context)
    if len(among) == 1:
        begin(context, among[0].id)
    elif not among:
        context.say(Message("Belum ada keluarga yang tercatat di sini. Hubungi bidan atau kader, ya.", (HOME,)))
    else:
        _ask(context, among)


def find(context: Context, text: str) -> None:
    """Look up the written name or family code and ask which of those it fits."""
    among = choose_subject.named(text, _known(context))
    if choose_subject.are_few(context, among):
        _ask(context, among)


def begin(context: Context, family_id: int) -> None:
    """Open the form; where a pregnancy is running already, show it and offer to correct its HPL.

    Raises NotValid where the person may not report of the family.
    """
    family = choose_subject.family(context, family_id)
    if (running := _running(family)) is None:
        _open(context, family, None)
        return
    sure = "" if running.sure else " (masih perkiraan)"
    options = [
        Option(f"expecting:due:{family.id}", "Perbaiki HPL"),
        Option(f"birth:{subject(running)}", "Sudah lahir"),
    ]
    text = f"Kehamilan {_who(family)} sudah tercatat, HPL *{show_day(running.due)}*{sure}.\n\nAda yang berubah?"
    context.say(Message(text, (*options, choose_subject.LATER)))


def mend(context: Context, family_id: int) -> None:
    """Open the form for another HPL of the running pregnancy. Raises NotValid as ``begin``, and where there is none."""
    family = choose_subject.family(context, family_id)
    if (running := _running(family)) is None:
        raise NotValid(_subject(family))
    _open(context, family, running)


def unknown(context: Context, family_id: int) -> None:
    """Discard the form, because nothing is known yet, and advise to ask the midwife."""
    family = choose_subject.family(context, family_id)
    if draft := drafts.about(context.session, context.person.id, FORM, _subject(family)):
        context.session.delete(draft)
    context.address.draft_id = None
    context.say_template(
        "due_unknown", HOME, to=_salute(context, family), own=_carer(context, family) is not None, who=_who(family)
    )


def _known(context: Context) -> list[Family]:
    """The families this person may bring news of and whose pregnancies they may know."""
    families = choose_subject.families(context)
    if not context.person.has(Role.ASN):
        return families
    agreed = consents.standing_of(context.session, (one.id for one in families))
    return [one for one in families if one.id in agreed or policy.knows_health(context.asking, one)]


def facts(context: Context, subject: str) -> ExpectingFacts:
    """What is printed on the form of this family ("family:12") today."""
    family = context.session.get_one(Family, Subject.parse(subject).id)
    running = _running(family)
    return {
        "ibu": _who(family),
        "family": family.id,
        "today": context.today.isoformat(),
        "sure": running is not None and running.sure,
        "pregnancy": running.id if running else 0,
    }


def submit(context: Context, answers: Expecting, draft: Draft) -> None:
    """Store the pregnancy, or its corrected HPL; lessons count from it."""
    family = context.session.get_one(Family, Subject.parse(draft.subject).id)
    due, sure = due_of(answers), answers.how != "minggu"
    pregnancy, again = _running(family), False
    meant = printed(answers).get("pregnancy")
    if meant and (pregnancy is None or pregnancy.id != meant):  # it ended while the form was open
        context.say(Message("Kabar tentang kehamilan itu sudah kami catat. Tidak ada yang perlu diisi lagi.", (HOME,)))
        return
    same = next((one for one in family.pregnancies if one.due == due and one is not pregnancy), None)
    if same is not None:
        context.say(
            Message("Kehamilan dengan HPL itu sudah tercatat dan selesai. Periksa lagi tanggalnya, ya.", (HOME,))
        )
        return
    if pregnancy is None:
        pregnancy = Pregnancy(
            family=family,
            mother_name=family.mother_name,
            due=due,
            sure=sure,
            state=CareState.ACTIVE,
            created_at=context.now,
        )
        context.session.add(pregnancy)
        births.end_weddings(context.session, family, context.now)
    else:
        pregnancy.due, pregnancy.sure, again = due, sure, True
        births.replan(context.session, pregnancy)
    context.session.flush()
    context.note("pregnancy.correct" if again else "pregnancy.enter", subject(pregnancy))
    carer = _carer(context, family)
    context.say_template(
        "expecting",
        HOME,
        to=_salute(context, family),
        own=carer is not None,
        mother=carer is not None and carer.relation == "ibu",
        who=_who(family),
        again=again,
        weeks=pregnancy_week(due, context.today),
        due=show_day(due),
        sure=sure,
    )


def _open(context: Context, family: Family, running: Pregnancy | None) -> None:
    subject = _subject(family)
    begun = drafts.about(context.session, context.person.id, FORM, subject)
    if begun and begun.facts.get("sure") != (running is not None and running.sure):
        context.session.delete(begun)
        context.session.flush()
    context.note("sheet.open", subject)
    forms.open_form(context, FORM, subject, facts(context, subject))


def _ask(context: Context, among: list[Family]) -> None:
    context.address.draft_id = None
    if len(among) > choose_subject.MANY:
        context.address.awaiting = FORM
        context.say(Message("Siapa yang hamil? Tulis nama ibu atau kode keluarganya.", (choose_subject.LATER,)))
        return
    options = [Option(f"expecting:{one.id}", f"{_who(one)} ({one.code})") for one in among]
    context.say(Message("Siapa yang hamil?", (*options, choose_subject.LATER)))


def _running(family: Family) -> Pregnancy | None:
    return next((one for one in family.pregnancies if one.state in RUNNING), None)


def _carer(context: Context, family: Family) -> Carer | None:
    """The person who wrote as carer of this family; None for ASN and health workers."""
    return next((one for one in cared_for(context.session, context.person.id) if one.family_id == family.id), None)


def _salute(context: Context, family: Family) -> str:
    carer = _carer(context, family)
    return salute(context.person, carer.relation if carer else "")


def _who(family: Family) -> str:
    return names.salute(family.mother_name, relation="ibu")


def _subject(family: Family) -> str:
    return str(subject(family))
