"""End one assignment: a coordinator says why, and who comes next. Also the reports that were begun before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from db.children import Child, Family
from db.fostering import Assignment, AssignmentState, EndReason, Part
from db.people import Person
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option, plain
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.handover import people_found
from handlers.handover.people_found import MANY
from handlers.handover.proposals import whom
from programme import assignment_news, assignments, disclosure, proposals
from programme.assignments import Change, Changed
from programme.contacts import called
from programme.scopes import scopes_of

AWAITED = "assignment_end"  # what ``Address.awaiting`` says while a name is asked for
NEXT = "next"  # what it says before a colon while a successor is asked for; id and reason follow
NOT_BY_OFFICE = "Pendampingan diakhiri oleh koordinator wilayah: kelurahan, kecamatan, atau kota."
WHICH = "Pendampingan siapa yang selesai? Tulis kode anak, atau nama, NIP, atau kode pendampingnya."
NOT_FOUND = "Belum ketemu di wilayah {you}, atau ada banyak. Tulis lebih lengkap, ya."
REASONS = {
    EndReason.TRANSFERRED: "Pindah tugas", EndReason.RETIRED: "Pensiun", EndReason.MOVED: "Pindah kota",
    EndReason.CHILD_LEFT: "Anak selesai didampingi", EndReason.WRONG: "Salah catat",
    EndReason.HANDED_OVER: "Alasan lain",
}  # fmt: skip


def ask(context: Context) -> None:
    """Command "akhiri"."""
    roles = (Option("menu:peranakhir", "Peran petugas"),) if context.may("role.choose") else ()
    if not roles and not disclosure.of_places(scopes_of(context.person)):
        context.say(Message(NOT_BY_OFFICE, (HOME,)))
        return
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(WHICH, (*roles, HOME)))


def find(context: Context, said: str) -> None:
    """Offer the assignments of the written child or ASN in this coordinator's places."""
    found = [one for one in _named(context, said) if context.may("assignment.end", one)]
    if not found or len(found) > MANY:
        context.say(Message(NOT_FOUND.format(you=context.you), (HOME,)))
        return
    context.address.awaiting = ""
    context.note_all("assignment.list", (subject(assignments.about(one)) for one in found))
    if len(found) == 1:
        ask_why(context, found[0].id)
        return
    rows = [f"{number}. {_line(context, one)}" for number, one in enumerate(found, 1)]
    options = [
        Option(f"assign:end:{one.id}", f"{number}. {called(one.asn)}"[:24]) for number, one in enumerate(found, 1)
    ]
    context.say(Message("\n".join(("*Yang mana?*", *rows)), tuple(options), (HOME,)))


def ask_why(context: Context, assignment_id: int) -> None:
    """Ask for the reason."""
    one = context.session.get_one(Assignment, assignment_id)
    if _is_over(context, one):
        return
    options = tuple(Option(f"assign:why:{one.id}:{key}", label) for key, label in _KEYS.items())
    context.say(Message(f"{_line(context, one)}.\nMengapa pendampingannya selesai?", options, (HOME,)))


_KEYS = {reason.name.lower(): label for reason, label in REASONS.items()}
BY_KEY = {reason.name.lower(): reason for reason in REASONS}


def ask_next(context: Context, assignment_id: int, why: str) -> None:
    """Ask who comes next; after a child's own end, and of a companion or substitute, only whether it is so."""
    one = context.session.get_one(Assignment, assignment_id)
    if _is_over(context, one):
        return
    if BY_KEY[why] is EndReason.CHILD_LEFT or one.part != Part.MAIN:
        options = (Option(f"assign:close:{one.id}:{why}", "Ya, selesai"), HOME)
        context.say(Message(f"{_line(context, one)}.\nSelesai mulai hari ini?", options))
        return
    about = assignments.about(one)
    child = about if isinstance(about, Child) else next(iter(about.children), None)
    best = proposals.ranked(context.session, child, context.today, 3, {one.asn_id}) if child else []
    rows = [f"• *{called(other.person)}*: {other.why}" for other in best]
    options = [Option(f"assign:to:{one.id}:{why}:{other.person.id}", called(other.person)[:24]) for other in best]
    options.append(Option(f"assign:close:{one.id}:{why}", "Belum ada pengganti"))
    context.address.draft_id, context.address.awaiting = None, f"{NEXT}:{one.id}:{why}"
    text = "\n".join(("Siapa yang melanjutkan mulai hari ini? Nama lain: tulis nama, NIP, atau kodenya.", *rows))
    context.say(Message(text, tuple(options), (HOME,)))


def find_next(context: Context, said: str) -> None:
    """Offer the ASN of the name that was written as the successor."""
    id, _, why = context.address.awaiting.removeprefix(f"{NEXT}:").partition(":")
    one = context.session.get(Assignment, int(id)) if id.isdecimal() else None
    if one is None or why not in BY_KEY or not context.may("assignment.end", one):
        context.address.awaiting = ""
        raise NotValid(said)
    found = [who for who in people_found.asn(context.session, said, context.today) if who.id != one.asn_id]
    if not found or len(found) > MANY:
        context.say(Message(f"{NOT_FOUND.split(' di wilayah')[0]}, atau ada banyak. Tulis lebih lengkap, ya.", (HOME,)))
        return
    context.address.awaiting = ""
    options = [Option(f"assign:to:{one.id}:{why}:{who.id}", plain(called(who))[:24]) for who in found]
    context.say(Message("Siapa yang dimaksud?", tuple(options), (HOME,)))


def hand_over(context: Context, assignment_id: int, why: str, person_id: int) -> None:
    """It ends, and somebody else goes on from today. Raises NotValid for who is no ASN."""
    person = context.session.get(Person, person_id)
    if person is None or not person.has(Role.ASN):
        raise NotValid(f"person:{person_id}")
    context.address.awaiting = ""
    try:
        change = assignments.succeed(
            context.session, context.city, assignment_id, person, BY_KEY[why], context.now, context.person.id
        )
    except Changed as changed:
        context.say(Message(str(changed), (HOME,)))
        return
    _done(context, change)


def close(context: Context, assignment_id: int, why: str) -> None:
    """It ends, and nobody comes next yet."""
    context.address.awaiting = ""
    try:
        change = assignments.end(
            context.session, context.city, assignment_id, BY_KEY[why], context.now, context.person.id
        )
    except Changed as changed:
        context.say(Message(str(changed), (HOME,)))
        return
    _done(context, change)


def pass_drafts_on(context: Context, assignment_id: int) -> None:
    """Give the reports that the one before had begun to the successor."""
    try:
        moved = assignments.pass_drafts_on(context.session, context.city, assignment_id, context.now, context.person.id)
    except Changed as changed:
        context.say(Message(str(changed), (HOME,)))
        return
    name = called(context.session.get_one(Assignment, assignment_id).asn)
    context.worth = LASTING
    text = f"Laporannya kini ada pada {name}, lewat *lanjut*." if moved else "Laporannya sudah dikirim atau diteruskan."
    context.say(Message(text, (HOME,)))


def _done(context: Context, change: Change) -> None:
    context.worth = LASTING
    assignment_news.tell(context.session, context.city, [change], context.now, context.person.id)
    old, new = change.old, change.new
    name = called(old.asn) if old else ""
    about = whom(context, assignments.about(change.whom))
    text = f"✅ Pendampingan {about} oleh {name} selesai hari ini."
    options: list[Option] = []
    if new is not None:
        text += f" *{called(new.asn)}* melanjutkan, dan yang bersangkutan kami kabari."
        if change.unsent:
            text += f"\n\n{name} punya laporan yang belum terkirim; masih bisa dikirim tiga hari ini."
            options.append(Option(f"drafts:pass:{new.id}", f"Teruskan ke {called(new.asn)}"[:24]))
    elif old is not None and old.part == Part.MAIN and old.end_reason != EndReason.CHILD_LEFT:
        text += " Belum ada penggantinya."
        options.append(Option("menu:usulan", "Usulan pendamping"))
    context.say(Message(text, (*options, HOME)))


def _is_over(context: Context, one: Assignment) -> bool:
    over = one.state != AssignmentState.ACTIVE or (one.ends is not None and one.ends < context.today)
    if over:
        context.say(Message(assignments.said(context.session, assignments.about(one), context.now), (HOME,)))
    return over


def _line(context: Context, one: Assignment) -> str:
    part = {Part.COMPANION: " (pendamping kedua)", Part.SUBSTITUTE: " (pengganti sementara)"}.get(one.part, "")
    return f"{whom(context, assignments.about(one))}: {called(one.asn)}{part}"


def _named(context: Context, said: str) -> Sequence[Assignment]:
    """The assignments that hold, of the child or family of this code, or of the ASN that was written."""
    holds = select(Assignment).where(
        Assignment.state == AssignmentState.ACTIVE,
        Assignment.ends.is_(None) | (Assignment.ends >= context.today),
    )
    code = said.strip().lower()
    homes = select(Family.id).where(func.lower(Family.code) == code)
    children = select(Child.id).where((func.lower(Child.code) == code) | Child.family_id.in_(homes))
    theirs = select(Child.family_id).where(func.lower(Child.code) == code)
    of_code = Assignment.child_id.in_(children) | Assignment.family_id.in_(homes) | Assignment.family_id.in_(theirs)
    if found := context.session.scalars(holds.where(of_code).order_by(Assignment.id)).all():
        return found
    people = [one.id for one in people_found.asn(context.session, said, context.today)]
    return context.session.scalars(holds.where(Assignment.asn_id.in_(people)).order_by(Assignment.id)).all()
