"""What each side lets the other know: a number, by a tap that can be taken back, and what the house is near to."""

from __future__ import annotations

from datetime import date

from db import appointments, outbox
from db.base import row_id
from db.children import Carer, Family
from db.outbox import Kind, Outgoing
from db.people import Person
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.pairs.view import own_carer, own_pair
from programme import introduction_messages, pairs
from programme.contacts import called, calm
from programme.names import listed
from programme.pairs import Pair

AWAITED = "landmark"  # how ``Address.awaiting`` begins while the landmark is asked for: "landmark:31:2026-03-04"
LONGEST = 120  # characters of a landmark
TAKEN_BACK = "nomor tidak diberikan lagi"
NEAR = "Rumahnya dekat apa? Tulis singkat saja, misalnya: *samping masjid Al-Ikhlas*. Boleh dilewati."


def number(context: Context, wished: str, family_id: int) -> None:
    """The answer whether the other side may see one's number, and the same taken back."""
    family, context.worth = context.session.get_one(Family, family_id), LASTING
    shared = wished == "on"
    appointments.share_number(context.session, context.person.id, family_id, context.now, shared=shared)
    context.note("number.share" if shared else "number.hide", subject(family))
    carer = own_carer(context, family)
    if carer is not None:
        _answer_family(context, carer, shared)
    else:
        _answer_visitor(context, own_pair(context, family), shared)


def _answer_family(context: Context, carer: Carer, shared: bool) -> None:
    found = pairs.of_family(context.session, carer.family, context.today)
    if shared and (card := pairs.hosts_number(context.session, carer.family)):
        for pair in found:
            _send(context, pair, pair.visitor, introduction_messages.number_to_visitor(pair, card))
    elif not shared:
        _stop(context, found, [pair.visitor for pair in found])
    who = listed([called(pair.visitor) for pair in found]) or "pendamping"
    if shared:
        said = f"Baik, {who} boleh tahu nomor {context.you}. Mau ditarik lagi? Tulis *janji*."
    else:
        said = f"Baik, nomor {context.you} tidak kami berikan kepada {who}."
    if carer.family.landmark:
        context.say(Message(said, (HOME,)))
        return
    _await_landmark(context, carer.family)
    context.say(Message(f"{said}\n\nSatu lagi: {NEAR[:1].lower()}{NEAR[1:]}", (Option("menu:home", "Lewati"),)))


def _answer_visitor(context: Context, pair: Pair, shared: bool) -> None:
    host = pairs.host(context.session, pair.family)
    who = pairs.to_host(host) if host else pairs.mother(pair.family)
    card = pairs.visitors_number(context.session, pair)
    if host is not None and shared and card is not None:
        _send(context, pair, host.person, introduction_messages.number_to_family(host, pair, card))
    elif host is not None and not shared:
        _stop(context, [pair], [host.person])
    given = "kami berikan" if shared and card else "tidak kami berikan"
    said = f"Baik, nomor {context.you} {given} kepada {who}."
    context.say(Message(said, (HOME,)))


def _send(context: Context, pair: Pair, to: Person, message: Message) -> None:
    """Promise the number to the other side; it is sent anew where it was taken back meanwhile."""
    key = f"number:{pair.family.id}:{context.person.id}:{to.id}:{context.now:%Y%m%d%H%M}"
    outbox.to_person(
        context.session, to.id, Kind.NUMBER, key, message.to_json(), context.now, about=pair.subjects,
        due_at=calm(context.city, context.now),
    )  # fmt: skip


def _stop(context: Context, found: list[Pair], to: list[Person]) -> None:
    """A number that waits to be sent is not sent any more."""
    if named := [one for pair in found for one in pair.subjects]:
        waits = Outgoing.kind == Kind.NUMBER, Outgoing.person_id.in_([one.id for one in to]), outbox.about(*named)
        outbox.cancel(context.session, TAKEN_BACK, context.now, *waits)


# --- the landmark -------------------------------------------------------------------------------


def _await_landmark(context: Context, family: Family) -> None:
    context.address.draft_id, context.address.awaiting = None, f"{AWAITED}:{family.id}:{context.today}"


def ask_landmark(context: Context, family_id: int) -> None:
    """Ask what the house is near to."""
    _await_landmark(context, context.session.get_one(Family, family_id))
    context.say(Message(NEAR, (Option("menu:home", "Lewati"),)))


def is_landmark(context: Context) -> bool:
    """Whether these words answer the question for the landmark: of the same day, short, and no question themselves."""
    text = context.incoming.text or ""
    family = _awaited(context)
    plausible = 2 < len(text.strip()) <= LONGEST and "?" not in text and any(letter.isalpha() for letter in text)
    return family is not None and plausible and context.may("pair.landmark", family)


def take_landmark(context: Context) -> None:
    """Store what the house is near to."""
    family = _awaited(context)
    context.address.awaiting, context.worth = "", LASTING
    if family is None:
        return
    family.landmark = " ".join((context.incoming.text or "").split())[:LONGEST]
    context.note("landmark.tell", subject(family))
    context.say(Message("Terima kasih, sudah kami catat. Hanya pendamping dan petugas yang melihatnya.", (HOME,)))


def _awaited(context: Context) -> Family | None:
    kind, _, rest = context.address.awaiting.partition(":")
    family, _, day = rest.partition(":")
    id = row_id(family)
    if kind != AWAITED or id is None or day != date.isoformat(context.today):
        return None
    return context.session.get(Family, id)
