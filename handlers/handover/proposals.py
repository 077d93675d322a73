"""Proposals for children whom nobody fosters: a coordinator accepts, refuses or picks somebody else."""

from __future__ import annotations

from collections.abc import Sequence

from db import consent
from db.base import row_id
from db.children import Child, Family
from db.fostering import Assignment, AssignmentState
from db.people import Person
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option, plain
from flow.paging import page_of, turns
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.handover import people_found
from handlers.handover.people_found import MANY
from programme import assignment_news, assignments, disclosure, proposals
from programme.assignments import Change, Changed
from programme.contacts import called
from programme.scopes import scopes_of

PAGE = 5
AWAITED = "successor"  # what ``Address.awaiting`` says before a colon while a name is asked for; the id follows
NONE_LEFT = "Semua anak di wilayah {you} sudah punya pendamping. 👏"
WHO = "Siapa yang mendampingi {whom}? Tulis nama, NIP, atau kodenya."
NOT_FOUND = "Belum ketemu, atau ada banyak. Tulis lebih lengkap, atau pakai NIP atau kodenya."


def show(context: Context, page: int = 0) -> None:
    """List the children of this coordinator's places whom nobody fosters, each with who is proposed and why."""
    places = disclosure.of_places(scopes_of(context.person))
    if not places:
        context.say(Message("Usulan pendamping diatur koordinator wilayah: kelurahan, kecamatan, atau kota.", (HOME,)))
        return
    children = proposals.waiting(context.session, places, context.today)
    if not children:
        context.say(Message(NONE_LEFT.format(you=context.you), (HOME,)))
        return
    shown, page = page_of(children, page, PAGE)
    made = proposals.make(context.session, shown, context.today, context.now, None)
    by_child = {one.child_id: one for one in made}
    context.note_all("assignment.list", (subject(child) for child in shown))
    rows: list[str] = []
    options: list[Option] = []
    for number, child in enumerate(shown, page * PAGE + 1):
        place, one = child.family.village.full_name, by_child.get(child.id)
        if one is None:
            rows.append(f"{number}. {whom(context, child)}, {place}\n   belum ada calon")
            continue
        rows.append(f"{number}. {whom(context, child)}, {place}\n   *{called(one.asn)}*: {one.why}")
        options.append(Option(f"assign:one:{one.id}", f"{number}. {called(one.asn)}"[:24]))
    ids = ".".join(str(one.id) for one in made)
    every = [Option(f"assign:all:{ids}", f"Terima semua ({len(made)})")] if len(made) > 1 else []
    row = turns("assign:page", page, more=(page + 1) * PAGE < len(children))
    text = "\n".join((f"*Belum punya pendamping: {len(children)} anak*", *rows))
    context.say(Message(text, (*every, *options), (*row, HOME)))


def show_one(context: Context, proposal_id: int) -> None:
    """One proposal, with what can be done about it."""
    one = context.session.get_one(Assignment, proposal_id)
    if _is_decided(context, one):
        return
    options = (
        Option(f"assign:accept:{one.id}", "Terima"),
        Option(f"assign:other:{one.id}", "Pilih yang lain"),
        Option(f"assign:refuse:{one.id}", "Tolak"),
    )
    text = f"{whom(context, assignments.about(one))}: *{called(one.asn)}*?\n{one.why[:1].upper()}{one.why[1:]}."
    context.say(Message(text, options, (HOME,)))


def accept(context: Context, proposal_id: int) -> None:
    """Accept one proposal."""
    _accept(context, [context.session.get_one(Assignment, proposal_id)])


def accept_all(context: Context, ids: str) -> None:
    """Accept all proposals of a page. Raises NotValid where any of them is not this coordinator's to decide."""
    rows = [context.session.get(Assignment, id) for id in map(row_id, ids.split(".")) if id is not None]
    chosen = [one for one in rows if one is not None and context.may("assignment.accept", one)]
    if len(chosen) != len(ids.split(".")):
        raise NotValid(ids)
    _accept(context, chosen)


def refuse(context: Context, proposal_id: int) -> None:
    """Refuse the proposal, and offer the next one."""
    try:
        assignments.refuse(context.session, proposal_id, context.today, context.now, context.person.id)
    except Changed as changed:
        context.say(Message(str(changed), _NEXT))
        return
    whose = assignments.about(context.session.get_one(Assignment, proposal_id))
    made = proposals.make(context.session, [whose], context.today, context.now, None)
    if made:
        show_one(context, made[0].id)
    else:
        context.say(Message(f"Baik. Belum ada calon lain untuk {whom(context, whose)}.", _NEXT))


def ask_other(context: Context, proposal_id: int) -> None:
    """Offer the next best candidates, and wait for a name."""
    one = context.session.get_one(Assignment, proposal_id)
    if _is_decided(context, one):
        return
    context.address.draft_id, context.address.awaiting = None, f"{AWAITED}:{one.id}"
    best = proposals.ranked(context.session, assignments.about(one), context.today, 4, {one.asn_id})
    rows = [f"• *{called(other.person)}*: {other.why}" for other in best]
    text = "\n".join((WHO.format(whom=whom(context, assignments.about(one))), *rows))
    context.say(Message(text, _picks(one, [other.person for other in best]), (HOME,)))


def find_other(context: Context, said: str) -> None:
    """Offer the ASN of the name, NIP or code that was written for the proposal that is being decided."""
    id = row_id(context.address.awaiting.removeprefix(f"{AWAITED}:"))
    one = context.session.get(Assignment, id) if id else None
    if one is None or not context.may("assignment.accept", one):
        context.address.awaiting = ""
        raise NotValid(said)
    found = people_found.asn(context.session, said, context.today)
    if not found or len(found) > MANY:
        context.say(Message(NOT_FOUND, (HOME,)))
        return
    context.address.awaiting = ""
    context.say(Message("Siapa yang dimaksud?", _picks(one, found), (HOME,)))


def pick(context: Context, proposal_id: int, person_id: int) -> None:
    """Somebody else fosters the child. Raises NotValid for who is no ASN."""
    one, person = context.session.get_one(Assignment, proposal_id), context.session.get(Person, person_id)
    if person is None or not person.has(Role.ASN):
        raise NotValid(f"person:{person_id}")
    if _is_decided(context, one):
        return
    whom = assignments.about(one)
    try:
        change = assignments.begin(
            context.session, person, whom, context.today, context.now, context.person.id, known_from=context.today
        )
    except Changed as changed:
        context.say(Message(str(changed), _NEXT))
        return
    _say_done(context, [change], [])


_NEXT = (Option("menu:usulan", "Usulan berikutnya"), HOME)


def _accept(context: Context, chosen: Sequence[Assignment]) -> None:
    done, problems = list[Change](), list[str]()
    for one in chosen:
        if not one.asn.has(Role.ASN):
            problems.append(f"{called(one.asn)} tidak bertugas sebagai pendamping lagi.")
            continue
        try:
            done.append(
                assignments.accept(context.session, one.id, context.today, context.now, context.person.id)
            )  # fmt: skip
        except Changed as changed:
            problems.append(f"{whom(context, assignments.about(one))}: {changed}")
    _say_done(context, done, problems)


def _say_done(context: Context, done: Sequence[Change], problems: Sequence[str]) -> None:
    context.worth = LASTING
    assignment_news.tell(context.session, context.city, done, context.now, context.person.id)
    rows = [
        f"✅ {whom(context, assignments.about(one.whom))}: *{called(one.whom.asn)}* mulai hari ini." for one in done
    ]  # fmt: skip
    told = ["Pendampingnya kami kabari."] if done else []
    context.say(Message("\n".join((*rows, *told, *problems)), _NEXT))


def _is_decided(context: Context, one: Assignment) -> bool:
    """Whether somebody has decided it meanwhile; then says so."""
    if one.state == AssignmentState.PROPOSED:
        return False
    context.say(Message(assignments.said(context.session, assignments.about(one), context.now), _NEXT))
    return True


def _picks(one: Assignment, people: Sequence[Person]) -> tuple[Option, ...]:
    return tuple(Option(f"assign:pick:{one.id}:{who.id}", plain(called(who))[:24]) for who in people)


def whom(context: Context, about: Child | Family) -> str:
    """The child or the family as this coordinator may read it."""
    session = context.session
    family = assignments.home_of(about)
    shown = disclosure.of_family(session, family, context.person, context.now)
    return disclosure.called(about, disclosure.agreed(shown, consent.agrees(session, family.id)), with_code=True)
