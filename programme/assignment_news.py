"""Tell everybody concerned that assignments have changed: the old one, the new one, coordinators and the family.

Each gets one message about all that is theirs, outside the quiet hours; whoever made the change reads the answer to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeVar

from sqlalchemy.orm import Session

from content.city import City
from db import audit, consent, outbox, visits
from db.children import Child, Family
from db.fostering import Assignment, EndReason, Part, visitors
from db.outbox import Kind
from db.people import Person, PersonKind, addresses, holders
from db.roles import Role, ScopeKind
from db.states import CareState
from db.subjects import subject
from flow.message import Message, Option
from flow.questions import show_day
from programme import disclosure, names, policy
from programme.assignments import Change, about, covered, family_of
from programme.contacts import called, calm, carers, coordinators, pronoun, who, who_to
from programme.names import listed, salute
from programme.policy import FINISH_WITHIN
from rules.visits import due_on

K = TypeVar("K")

SHOWN = 10  # children in one message
CARDS = 6  # buttons to their cards
WHY = {
    EndReason.MOVED: "pindah", EndReason.RETIRED: "pensiun", EndReason.TRANSFERRED: "pindah tugas",
    EndReason.CHILD_LEFT: "anaknya tidak didampingi lagi", EndReason.HANDED_OVER: "dialihkan",
    EndReason.WRONG: "salah catat",
}  # fmt: skip


def tell(session: Session, city: City, changes: Iterable[Change], now: datetime, by: audit.By) -> None:
    """Promise the messages about these changes; telling the same twice promises once.

    Nobody is thanked for what was entered by mistake, and after a child's own end its family has heard of it already.
    """
    listed = list(changes)
    for before, some in _by(listed, lambda one: one.old and one.old.asn_id).items():
        _tell_old(session, city, before, some, now, by)
    for after, some in _by(listed, lambda one: one.new and one.new.asn_id).items():
        _tell_new(session, city, after, some, now, by)
    _tell_staff(session, city, listed, now, by)
    _tell_families(session, city, listed, now)


def called_for(session: Session, whom: Child | Family) -> str:
    """ "Adik Rafa (A-31)" or "Keluarga Bu Sari (KK-7)", as who fosters them reads it."""
    return disclosure.called(whom, disclosure.ALL, with_code=True)


def next_visit(session: Session, city: City, one: Assignment) -> date | None:
    """The day on which the next visit to whom the assignment is about is due; None where nobody is to be visited."""
    every, days = city.programme.visits.every_days, list[date]()
    for whom in covered(one):
        if whom.state != CareState.ACTIVE:
            continue
        past = visits.of_child if isinstance(whom, Child) else visits.of_pregnancy
        last = next(iter(past(session, whom.id)), None)
        days.append(due_on(_told_from(one), last and last.visited_on, last and last.next_on, every))
    return min(days, default=None)


def _told_from(one: Assignment) -> date:
    """The day from which it is told: a workbook may bring a start that nobody could have known of."""
    return max(one.starts, one.known_from or one.starts)


# --- the one before and the one after -----------------------------------------------------------


def _tell_old(
    session: Session, city: City, person_id: int, changes: Sequence[Change], now: datetime, by: audit.By
) -> None:
    thanked = [one for one in changes if one.old and one.old.end_reason != EndReason.WRONG]
    if not thanked or by == person_id:
        return
    first = thanked[0]
    begins = _first_day(first, city.today(now))
    until = first.new.ends if first.new and first.new.part == Part.SUBSTITUTE else None
    new = listed(sorted({called(one.new.asn) for one in thanked if one.new}))
    unsent = [who(policy.of_subject(session, str(one))) for change in thanked for one in change.unsent]
    for to in visitors(session, person_id, city.today(now)):
        text = city.templates.say(
            "handover_old",
            to=called(to),
            you=pronoun(session, to),
            names=_some([who(about(one.whom)) for one in thanked]),
            day=show_day(begins),
            until=show_day(until) if until else "",
            new=new,
            unsent=listed(list(dict.fromkeys(unsent))),
            last=show_day(city.today(now) + FINISH_WITHIN),
        )
        _promise(session, city, to, "old", thanked, Message(text), now)


def _tell_new(
    session: Session, city: City, person_id: int, changes: Sequence[Change], now: datetime, by: audit.By
) -> None:
    if by == person_id:
        return
    for starts, some in _by(changes, lambda one: one.new and _told_from(one.new)).items():
        new = [one.new for one in some if one.new]
        until = new[0].ends if new[0].part == Part.SUBSTITUTE else None
        old = listed(sorted({called(one.old.asn) for one in some if one.old}))
        rows = [f"*{called_for(session, about(one))}*, {family_of(one).village.full_name}" for one in new]
        cards = [Option(f"handover:card:{one.id}", f"Kartu {who(about(one))}"[:24]) for one in new[:CARDS] if old]
        for to in visitors(session, person_id, city.today(now)):
            text = city.templates.say(
                "handover_new",
                to=called(to),
                you=pronoun(session, to),
                day=show_day(starts),
                until=show_day(until) if until else "",
                old=old,
                lines=rows[:SHOWN],
                more=max(len(rows) - SHOWN, 0),
            )
            options = (*cards, Option("menu:anak", "Anak asuh saya"))
            _promise(session, city, to, "new", some, Message(text, options), now)


# --- coordinators ---------------------------------------------------------------------------------


def _tell_staff(session: Session, city: City, changes: Sequence[Change], now: datetime, by: audit.By) -> None:
    concerned: dict[int, list[Change]] = defaultdict(list)
    people: dict[int, Person] = {}
    for change in changes:
        for person in _staff(session, change):
            if person.id != by:
                people[person.id] = person
                concerned[person.id].append(change)
    for person_id, some in concerned.items():
        to = people[person_id]
        rows = [_for_staff(session, city, change, to, now) for change in some]
        unsent = sum(bool(change.unsent and change.new) for change in some)
        passing = [
            Option(f"drafts:pass:{change.new.id}", f"Teruskan ke {called(change.new.asn)}"[:24])
            for change in some
            if change.unsent and change.new
        ]
        open_ones = any(change.new is None and _needs_somebody(change) for change in some)
        text = city.templates.say(
            "handover_staff",
            to=called(to),
            lines=rows[:SHOWN],
            more=max(len(rows) - SHOWN, 0),
            unsent=unsent,
        )
        options = [*passing[:3], *([Option("menu:usulan", "Usulan pendamping")] if open_ones else [])]
        _promise(session, city, to, "staff", some, Message(text, tuple(options)), now)


def _staff(session: Session, change: Change) -> Iterable[Person]:
    """The coordinators of the family's place, and those of the offices of the old and the new foster parent."""
    found = {one.id: one for one in coordinators(session, family_of(change.whom))}
    for side in (change.old, change.new):
        if side is not None and side.asn.office_id:
            found |= {one.id: one for one in holders(session, Role.COORDINATOR, ScopeKind.OFFICE, side.asn.office_id)}
    return found.values()


def _for_staff(session: Session, city: City, change: Change, to: Person, now: datetime) -> str:
    family = family_of(change.whom)
    shown = disclosure.agreed(disclosure.of_family(session, family, to, now), consent.agrees(session, family.id))
    whom = disclosure.called(about(change.whom), shown, with_code=True)
    old, new = change.old, change.new
    if new is None:
        reason = WHY.get(old.end_reason, "") if old else ""
        ended = f"{whom}: {called(old.asn) if old else ''} berhenti{f' ({reason})' if reason else ''}"
        return f"{ended}, belum ada penggantinya" if _needs_somebody(change) else ended
    if new.part == Part.SUBSTITUTE and new.ends and old:
        return f"{whom}: {called(new.asn)} menggantikan {called(old.asn)} {_span(new.starts, new.ends)}"
    reason = WHY.get(old.end_reason, "") if old else ""
    before = f", menggantikan {called(old.asn)}{f' ({reason})' if reason else ''}" if old else ""
    return f"{whom}: *{called(new.asn)}* mulai {show_day(_told_from(new))}{before}"


def _needs_somebody(change: Change) -> bool:
    return change.old is not None and change.old.part == Part.MAIN and change.old.end_reason != EndReason.CHILD_LEFT


# --- families ---------------------------------------------------------------------------------------


def _tell_families(session: Session, city: City, changes: Sequence[Change], now: datetime) -> None:
    """Tell the carers who comes next and when. Who is introduced for the first time is told of otherwise."""
    told = [one for one in changes if one.old and one.old.part == Part.MAIN and _concerns_family(one)]
    by_family: dict[tuple[int, int | None], list[Change]] = defaultdict(list)
    for change in told:
        by_family[family_of(change.whom).id, change.new and change.new.asn_id].append(change)
    for (family_id, _), some in by_family.items():
        first, today = some[0], city.today(now)
        old, new = first.old, first.new
        if old is None:
            continue
        due = min((day for one in some if one.new and (day := next_visit(session, city, one.new))), default=None)
        until = new.ends if new and new.part == Part.SUBSTITUTE else None
        for carer in carers(session, family_id):
            whom = [about(one.whom) for one in some]
            you = names.pronoun(carer.person.name, relation=carer.relation)
            text = city.templates.say(
                "handover_family",
                to=salute(carer.person.name, relation=carer.relation),
                you=you,
                names=listed([_to_family(one, carer.relation, you) for one in whom]),
                new=called(new.asn) if new else "",
                office=new.asn.office.name if new and new.asn.office and new.asn.kind == PersonKind.PERSON else "",
                old=called(old.asn),
                day=show_day(_first_day(first, today)),
                until=show_day(until) if until else "",
                due=show_day(due) if due and (until is None or due <= until) else "",
            )
            rest = datetime.combine(carer.paused_until or today, time(), city.zone)
            _promise(session, city, carer.person, "family", some, Message(text), max(city.local(now), rest), family_id)


def _to_family(whom: Child | Family, relation: str, you: str) -> str:
    return f"keluarga {you}" if isinstance(whom, Family) else who_to(whom, relation)


def _concerns_family(change: Change) -> bool:
    """Whether the family has to hear it: not of a mistake that is put right, nor of a child that has left itself."""
    old = change.old
    if old is None or old.end_reason == EndReason.CHILD_LEFT:
        return False
    return change.new is not None or old.end_reason != EndReason.WRONG


# --- messages ---------------------------------------------------------------------------------------


def _promise(
    session: Session,
    city: City,
    to: Person,
    side: str,
    changes: Sequence[Change],
    message: Message,
    now: datetime,
    family_id: int | None = None,
) -> None:
    ids = "+".join(f"{one.old.id if one.old else ''}-{one.new.id if one.new else ''}" for one in changes)
    key = f"handover:{side}:{to.id}:{ids}"[:200]
    subjects = [subject(one) for change in changes for one in covered(change.whom) if one.state == CareState.ACTIVE]
    reachable = addresses(session, to.id)
    channel, address = (reachable[0].channel, reachable[0].address) if reachable else ("", "")
    row = outbox.row(
        Kind.HANDOVER, key, channel, address, message.to_json(), now, lane=outbox.PLANNED_LANE, person_id=to.id,
        about=subjects, due_at=calm(city, now), skipped="" if reachable else "belum terhubung", family_id=family_id,
    )  # fmt: skip
    outbox.promise(session, [row])


def _by(changes: Iterable[Change], of: Callable[[Change], K | None]) -> Mapping[K, Sequence[Change]]:
    """The changes by what ``of`` says of them; those of which it says None are left out."""
    found: dict[K, list[Change]] = defaultdict(list)
    for change in changes:
        if (key := of(change)) is not None:
            found[key].append(change)
    return found


def _first_day(change: Change, today: date) -> date:
    """The first day of the new one; without one, the last day of the old one."""
    if change.new is not None:
        return _told_from(change.new)
    return change.old.ends if change.old and change.old.ends else today


def _span(first: date, last: date) -> str:
    return f"{show_day(first)} sampai {show_day(last)}"


def _some(called_so: Sequence[str]) -> str:
    """Names in a sentence; of many the first, and how many more."""
    if len(called_so) <= SHOWN:
        return listed(list(called_so))
    return f"{', '.join(called_so[:SHOWN])} dan {len(called_so) - SHOWN} lainnya"
