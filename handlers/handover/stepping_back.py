"""Leave, transfer and retirement in chat: by the ASN, by their superior, or by a coordinator of what they foster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from db import drafts
from db.children import Child
from db.drafts import Draft
from db.fostering import Assignment, EndReason, Leave, Part
from db.people import Person
from db.roles import Role
from db.subjects import Subject, SubjectKind
from flow.message import Message, Option, plain
from flow.questions import show_day
from flow.step import Open
from handlers.chat import forms
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME, Hold
from handlers.duty import duty
from handlers.handover import people_found
from handlers.handover.step_back_form import (
    ENDS,
    KINDS,
    LEAVES,
    NOBODY,
    OTHER,
    SPREAD,
    StepBack,
    StepBackFacts,
    SuccessorFacts,
)
from programme import assignment_news, assignments, departures, leaves, proposals
from programme.assignments import Change, Changed
from programme.contacts import called, who
from programme.names import listed
from programme.policy import FINISH_WITHIN

FORM = "step_back"
OFFERED = 4  # successors beside the other answers
LEAVES_SERVICE = (EndReason.RETIRED, EndReason.MOVED)  # who is transferred may foster on elsewhere
A_DAY = timedelta(days=1)
NOT_FOUND = "Nama itu belum ketemu. Tulis lebih lengkap, atau pakai NIP atau kodenya."
TOO_MANY = "Ada banyak yang cocok. Tulis lebih lengkap, atau pakai NIP atau kodenya."


def begin_leave(context: Context) -> None:
    """Command "cuti": of a health worker their duty form, of an ASN this one; who is both is asked."""
    if not context.person.has(Role.HEALTH):
        _begin_own(context, None)
    elif not context.person.has(Role.ASN):
        duty.begin_leave(context)
    else:
        options = (
            Option(f"duty:set:{context.person.id}", "Sebagai petugas"),
            Option(f"handover:set:{context.person.id}", "Sebagai pendamping"),
        )
        context.say(Message("Cuti sebagai apa?", options, (HOME,)))


def begin_transfer(context: Context) -> None:
    """Command "pindah tugas"."""
    _begin_own(context, "mutasi")


def begin_retirement(context: Context) -> None:
    """Command "pensiun"."""
    _begin_own(context, "pensiun")


def begin(context: Context, person_id: int) -> None:
    """Open the form about an ASN; of one on leave say so first, with the way to end it."""
    leave = leaves.running(context.session, person_id, context.today)
    if leave is not None and leave.starts <= context.today:
        siapa = _called(context, leave.person)
        options = (
            Option(f"leave:end:{leave.id}", "Sudah kembali"),
            Option(f"handover:form:{person_id}", "Atur lagi"),
        )
        text = f"{siapa} sedang {KINDS[leave.kind].lower()} sampai {show_day(leave.ends)}."
        context.say(Message(text, options, (HOME,)))
        return
    open_form(context, person_id)


def open_form(context: Context, person_id: int, kind: str | None = None) -> None:
    about = str(Subject(SubjectKind.PERSON, person_id))
    context.note("sheet.open", about)
    given, preface = ({"kind": kind}, f"*{KINDS[ENDS[kind]]}*") if kind else (None, "")
    forms.open_form(context, FORM, about, facts(context, about), given, preface)


def _begin_own(context: Context, kind: str | None) -> None:
    if kind is None:
        begin(context, context.person.id)
    else:
        open_form(context, context.person.id, kind)


def facts(context: Context, subject: str) -> StepBackFacts:
    """What is printed on the form about this ASN ("person:5")."""
    person = context.session.get_one(Person, Subject.parse(subject).id)
    return {"siapa": _called(context, person), "today": context.today.isoformat(), **live_facts(context, subject)}


def live_facts(context: Context, subject: str) -> SuccessorFacts:
    """What is looked up anew at every step: how many they foster, and who could come instead."""
    person = context.session.get_one(Person, Subject.parse(subject).id)
    held = assignments.of_person(context.session, person.id, context.today)
    draft = drafts.about(context.session, context.person.id, FORM, subject)
    chosen = str(draft.state.get("answers", {}).get("who", "")) if draft else ""
    return {
        "anak": len(held),
        "calon": _offered(context, person, held, chosen),
    }


def submit(context: Context, answers: StepBack, draft: Draft) -> None:
    """Record it, and tell everybody concerned. Raises Hold where it is not clear yet who comes instead."""
    person = context.session.get_one(Person, Subject.parse(draft.subject).id)
    kind, starts = answers.kind or "", max(answers.starts or context.today, context.today)
    if kind in LEAVES and answers.ends is not None and answers.ends < context.today:
        raise Hold(Message("Hari terakhirnya sudah lewat. Perbaiki dulu tanggalnya, ya.", _again(draft)))
    held = list(assignments.of_person(context.session, person.id, context.today))
    instead = _instead(context, answers, draft, person, held)
    context.worth = LASTING
    if kind in LEAVES:
        changes = _enter_leave(context, person, kind, starts, max(answers.ends or starts, starts), instead)
    else:
        changes = _hand_over(context, person, kind, starts, held, instead)
    assignment_news.tell(context.session, context.city, changes, context.now, context.person.id)
    passing = [
        Option(f"drafts:pass:{change.new.id}", f"Teruskan ke {called(change.new.asn)}"[:24])
        for change in changes
        if change.unsent and change.new and context.may("assignment.end", change.new)
    ]
    context.say(Message(_confirmation(context, person, answers, starts, held, changes), (*passing[:3], HOME)))


def pick(context: Context, draft_id: int, person_id: int) -> None:
    """The tap on one of several people of the name that was written. Raises NotValid for another form's draft."""
    draft = context.session.get_one(Draft, draft_id)
    if draft.form != FORM:
        raise NotValid(f"draft:{draft_id}")
    given = {name: value for name, value in draft.state.get("answers", {}).items() if name != "written"}
    draft.state = {**draft.state, "answers": {**given, "who": str(person_id)}}
    context.session.flush()
    forms.take(context, draft, Open())


def end_leave(context: Context, leave_id: int) -> None:
    """The tap that somebody is back from leave."""
    leave = context.session.get_one(Leave, leave_id)
    person = leave.person
    context.worth = LASTING
    if not leaves.end_early(context.session, context.city, leave, context.now, context.person.id):
        context.say(Message(f"Cuti itu sudah selesai {show_day(leave.ends)}.", (HOME,)))
        return
    siapa = _called(context, person)
    context.say(Message(f"Selamat bertugas lagi. Kunjungan kembali kepada {siapa} mulai hari ini.", (HOME,)))


# --- who comes instead --------------------------------------------------------------------------


def _offered(context: Context, person: Person, held: Sequence[Assignment], chosen: str) -> dict[str, str]:
    """The best successors of the first child, and whoever was chosen by name, with how many children they have."""
    child = next(iter(_children(held)), None)
    found = [] if child is None else proposals.ranked(context.session, child, context.today, OFFERED, {person.id})
    offered = {str(one.person.id): f"{called(one.person)} · {one.children} anak"[:24] for one in found}
    if chosen.isdecimal() and chosen not in offered:
        picked = context.session.get(Person, int(chosen))
        if picked is not None and picked.has(Role.ASN) and picked.id != person.id:
            offered[chosen] = called(picked)[:24]
    return offered


def _children(held: Sequence[Assignment]) -> list[Child]:
    """The children in these assignments; of a family that is fostered as a whole its first one."""
    found: list[Child] = []
    for one in held:
        whom = assignments.about(one)
        found += [whom] if isinstance(whom, Child) else whom.children[:1]
    return found


def _instead(
    context: Context, answers: StepBack, draft: Draft, person: Person, held: Sequence[Assignment]
) -> Mapping[int, Person]:
    """By assignment, who comes instead; nobody where it is left open. Raises Hold where the name is not clear."""
    choice = answers.who or NOBODY
    if choice == SPREAD:
        children = {child.id: one.id for one in held for child in _children([one])}
        every = [child for one in held for child in _children([one])]
        spread = proposals.spread(context.session, every, context.today, {person.id})
        return {children[child_id]: who for child_id, who in spread.items()}
    if choice == NOBODY:
        return {}
    found = (
        [one for one in people_found.asn(context.session, answers.written or "", context.today) if one.id != person.id]
        if choice == OTHER
        else [context.session.get_one(Person, int(choice))]
    )
    if choice == OTHER and len(found) != 1:
        rows = [f"{number}. {_full(one)}" for number, one in enumerate(found, 1)]
        options = [
            Option(f"handover:pick:{draft.id}:{one.id}", f"{number}. {called(one)}"[:24])
            for number, one in enumerate(found, 1)
        ]
        if not found or len(found) > people_found.MANY:
            raise Hold(Message(NOT_FOUND if not found else TOO_MANY, _again(draft)))
        raise Hold(Message("\n".join(("*Yang mana?*", *rows)), tuple(options)))
    return {one.id: found[0] for one in held}


def _full(person: Person) -> str:
    office = f", {person.office.name}" if person.office else ""
    return f"{plain(person.name)}{office}"


def _again(draft: Draft) -> tuple[Option, ...]:
    return (Option(f"f.{draft.id}..change", "Perbaiki"), Option(f"f.{draft.id}..cancel", "Batal"))


# --- what is recorded -----------------------------------------------------------------------------


def _enter_leave(
    context: Context, person: Person, kind: str, starts: date, ends: date, instead: Mapping[int, Person]
) -> Sequence[Change]:
    return leaves.enter(
        context.session, context.city, person, LEAVES[kind], starts, ends, instead, context.now, context.person.id
    )


def _hand_over(
    context: Context,
    person: Person,
    kind: str,
    starts: date,
    held: Sequence[Assignment],
    instead: Mapping[int, Person],
) -> list[Change]:
    """End each assignment with its successor, or alone. What somebody else has changed meanwhile is left as it is."""
    done: list[Change] = []
    session, city, now, by = context.session, context.city, context.now, context.person.id
    last = starts - A_DAY if starts > context.today else context.today
    for one in held:
        try:
            if successor := instead.get(one.id):
                done.append(assignments.succeed(session, city, one.id, successor, ENDS[kind], now, by, starts=starts))
            else:
                done.append(assignments.end(session, city, one.id, ENDS[kind], now, by, last=last))
        except Changed:
            continue
    if kind in LEAVES_SERVICE:
        departures.note_last_day(session, person, Role.ASN, last + FINISH_WITHIN, now, by)
    return done


def _confirmation(
    context: Context,
    person: Person,
    answers: StepBack,
    starts: date,
    held: Sequence[Assignment],
    changes: Sequence[Change],
) -> str:
    kind, siapa = answers.kind or "", _called(context, person)
    leave = kind in LEAVES
    until = f" sampai {show_day(max(answers.ends or starts, starts))}" if leave else ""
    label = KINDS[LEAVES[kind] if leave else ENDS[kind]].lower()
    lines = [f"✅ Tercatat: {siapa} *{label}* mulai {show_day(starts)}{until}."]
    by_name: dict[str, list[str]] = {}
    for change in changes:
        after = change.new if change.new and (change.new.part == Part.SUBSTITUTE or not leave) else None
        by_name.setdefault(called(after.asn) if after else "", []).append(who(assignments.about(change.whom)))
    for name, whom in by_name.items():
        some = listed(whom) if len(whom) <= 5 else f"{len(whom)} anak asuh"
        lines.append(f"• {some}: *{name}*" if name else f"• {some}: belum ada penggantinya")
    left = len(held) - len(changes)
    if leave and held and not changes:
        lines.append("Selama itu belum ada yang mengunjungi. Koordinator bisa menunjuk pengganti lewat *alihkan*.")
    elif left and not leave:
        lines.append(f"{left} pendampingan sudah diubah orang lain, jadi tidak kami ubah lagi.")
    if changes:
        lines.append("\nPengganti dan koordinator kami kabari, begitu juga keluarga yang sudah setuju.")
    if any(change.unsent for change in changes):
        whose = "Ada laporan" if person.id == context.person.id else f"{siapa} punya laporan"
        lines.append(f"{whose} yang belum terkirim; masih bisa dikirim tiga hari ini lewat *lanjut*.")
    return "\n".join(lines)


def _called(context: Context, person: Person) -> str:
    return context.you if person.id == context.person.id else called(person)
