"""Who visits a family, for the family; which family it is and where, for who visits it; and what is arranged."""

from __future__ import annotations

from dataclasses import replace

from db.appointments import AppointmentState
from db.children import Carer, Family, cared_for
from db.subjects import subject
from flow.message import Message, Option, plain
from handlers.chat.context import Context, NotValid
from handlers.chat.forms import HOME
from programme import appointment_messages as words
from programme import appointments as arranging
from programme import introduction_messages, pairs
from programme.contacts import called
from programme.names import Called, told_apart
from programme.pairs import Pair

NOBODY_YET = "Belum ada pendamping yang berkunjung ke keluarga ini. Kalau sudah ada, kami perkenalkan di sini."
NO_FAMILY = "Belum ada keluarga yang bisa dikunjungi. Keluarga muncul di sini sesudah orang tuanya memberi izin."


def show(context: Context) -> None:
    """Say the pairs of who asks: of a family each of its visitors, of a visitor the family, or which one is meant."""
    mine = [one for one in cared_for(context.session, context.person.id) if context.may("pair.view", one.family)]
    for carer in mine:
        _show_to_family(context, carer)
    visited = pairs.of_visitor(context.session, context.person, context.today)
    if len(visited) == 1:
        _show_to_visitor(context, visited[0])
    elif visited:
        _choose(context, visited)
    elif not mine:
        context.say(Message(NO_FAMILY if context.may("appointment.offer") else NOBODY_YET, (HOME,)))


def show_one(context: Context, family_id: int) -> None:
    """Say the pair of this family and who asks."""
    family = context.session.get_one(Family, family_id)
    if carer := own_carer(context, family):
        _show_to_family(context, carer)
    else:
        _show_to_visitor(context, own_pair(context, family))


def own_carer(context: Context, family: Family) -> Carer | None:
    """Who asks, as a carer of this family; None for who visits it."""
    return next((one for one in cared_for(context.session, context.person.id) if one.family_id == family.id), None)


def own_pair(context: Context, family: Family) -> Pair:
    """The pair of who asks with this family, as its visitor. Raises NotValid where there is none today."""
    pair = pairs.find(context.session, family, context.person.id, context.today)
    if pair is None:
        raise NotValid(str(family.id))
    return pair


def _choose(context: Context, visited: list[Pair]) -> None:
    """Ask which family, with what is arranged with each."""
    called_so = told_apart([Called(pairs.mother(one.family), one.family.code) for one in visited])
    context.note_all("pair.list", (subject(one.family) for one in visited))
    options = tuple(
        Option(f"meet:view:{one.family.id}", name[:24], _when(context, one))
        for one, name in zip(visited, called_so, strict=True)
    )
    lines = "\n".join(
        f"• *{name}*, {pairs.of_children(one)}: {_when(context, one) or 'belum ada janji'}"
        for one, name in zip(visited, called_so, strict=True)
    )
    context.say(Message(f"*Janji kunjungan*\n{lines}\n\nKeluarga yang mana?", options, (HOME,)))


def _when(context: Context, pair: Pair) -> str:
    row = arranging.of_pair(context.session, pair.family.id, pair.visitor.id, context.now)
    if row is None:
        return ""
    if row.at is None:
        return "menunggu jawaban keluarga"
    asks = " (menunggu jawaban)" if row.state == AppointmentState.WISHED else ""
    return words.label(context.city, row.at) + asks


def _show_to_visitor(context: Context, pair: Pair) -> None:
    context.note("pair.view", subject(pair.family))
    if pairs.hosts_number(context.session, pair.family):
        context.note("number.view", subject(pair.family))
    message = introduction_messages.to_visitor(context.session, context.city, pair, context.now, first=False)
    context.say(replace(message, row=(HOME,)))


def _show_to_family(context: Context, carer: Carer) -> None:
    """Each visitor of the family with what is arranged, and whether they may see the number."""
    family = carer.family
    context.note("pair.view", subject(family))
    found = pairs.of_family(context.session, family, context.today)
    if not found:
        context.say(Message(NOBODY_YET, (HOME,)))
        return
    for pair in found:
        row = arranging.of_pair(context.session, family.id, pair.visitor.id, context.now)
        card = pairs.visitors_number(context.session, pair)
        you = context.you
        lines = [f"*{pairs.comes_from(pair)}*, {introduction_messages.ROLES[pair.part].format(you=you)}."]
        options: tuple[Option, ...] = (Option(f"meet:ask:{family.id}:{pair.visitor.id}", "Minta dikunjungi"),)
        if row is not None and row.state == AppointmentState.OFFERED and row.options:
            lines.append(f"\n*Kapan {called(pair.visitor)} boleh datang?*")
            options = words.picks(context.city, row, row.times, context.now)
        if row is not None and row.state == AppointmentState.AGREED and row.at:
            lines.append(f"Datang *{words.day_and_hour(context.city, row.at)}*.")
            options = words.changes(row)
        elif row is not None and row.state == AppointmentState.WISHED and row.at:
            lines.append(f"{you} minta *{words.day_and_hour(context.city, row.at)}*. Jawabannya menyusul.")
            options = words.changes(row)
        if card:
            lines.insert(1, f"Nomor {called(pair.visitor)}: {card.phone}")
        context.say(Message("\n".join(lines), options, (HOME,), card=card))
    _show_own(context, carer)


def _show_own(context: Context, carer: Carer) -> None:
    """What who visits may know of who is asked for a time: landmark and number, with the way to change both."""
    host = pairs.host(context.session, carer.family)
    if host is None or host.id != carer.id:
        return
    landmark, id = carer.family.landmark, carer.family_id
    lines = ["*Yang diketahui pendamping*", f"Patokan rumah: {plain(landmark) if landmark else 'belum ada'}"]
    options = [Option(f"meet:near:{id}", "Ubah patokan" if landmark else "Beri patokan rumah")]
    if pairs.number_of(carer):
        shared = pairs.is_shared(context.session, carer.person_id, id)
        lines.append(f"Nomor {context.you}: {'diberikan' if shared else 'tidak diberikan'}")
        how, said = ("off", "Jangan beri nomor") if shared else ("on", "Beri nomor saya")
        options.append(Option(f"meet:number:{how}:{id}", said))
    context.say(Message("\n".join(lines), tuple(options)))
