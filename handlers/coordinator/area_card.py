"""The card of a kelurahan, kecamatan, puskesmas, posyandu or office, on one screen: its numbers, and what can be done.

Its numbers are those of a digest of the place (``reports.digest.areas``). Of an office it tells visits alone, and
nothing about anybody's health.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Select, or_, select

from db.children import Family
from db.people import Person, PersonRole
from db.places import HealthCentre, Office, Posyandu, Village
from db.referrals import Referral
from db.roles import Role, ScopeKind
from flow.message import Message, Option, plain
from flow.paging import page_of, turns
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.coordinator import reminding as screens
from programme import disclosure, policy, reminding, setting_aside
from programme.disclosure import Shown
from programme.fosterings import Fostering, fosterings
from programme.names import listed
from programme.scopes import CITY, Scope, families_in, held_by
from programme.seen_places import Area, kind_of
from reports.digest import areas, kinds, queries
from reports.digest.area_counts import TAPS, Counts
from reports.digest.model import Day, Open
from reports.invitations.cards import role_words
from rules import posyandu_days
from rules.visits import standing

FEW = 4
"""Health workers and coordinators who are named; the rest are counted."""
CALLED = 3
PAGE = 8


@dataclass(frozen=True)
class Card:
    """One place or office, and who reads about it."""

    context: Context
    area: Area

    @property
    def scope(self) -> Scope:
        return Scope(kind_of(self.area), self.area.id)

    @property
    def tapped(self) -> str:
        """What a button says of it: "village:31"."""
        return f"{TAPS[cast(ScopeKind, self.scope.kind)]}:{self.area.id}"

    @property
    def of_office(self) -> bool:
        return self.scope.kind == ScopeKind.OFFICE

    @property
    def leads(self) -> bool:
        """Whether the reader coordinates it, and does not only work there."""
        return self.context.may("area.remind", self.area)

    @cached_property
    def counts(self) -> Counts:
        """As ``menu:wilayah`` has them: of what lies in the reader's scopes; for who works there all of it."""
        context, kind, held = self.context, cast(ScopeKind, self.scope.kind), held_by(self.context.person)
        if self.is_whole:
            found = areas.of_one(context.session, kind, self.area.id, context.now, context.city)
        else:
            within = areas.in_scope(context.session, held, kind, context.now, context.city)
            found = next((one for one in within if one.id == self.area.id), None)
        return found.counts if found else Counts()

    @property
    def is_whole(self) -> bool:
        """Whether the reader coordinates all of it, or works there, and not only some of its families."""
        held, session, around = held_by(self.context.person), self.context.session, {CITY, self.scope}
        village = session.get_one(Village, self.area.village_id) if isinstance(self.area, Posyandu) else self.area
        if isinstance(village, Village):
            around |= {Scope(ScopeKind.VILLAGE, village.id), Scope(ScopeKind.DISTRICT, village.district_id)}
        return not self.leads or not around.isdisjoint(held)

    @cached_property
    def late(self) -> list[Fostering]:
        """The overdue visits there that lie in what the reader coordinates too, the oldest first."""
        context = self.context
        every = context.city.programme.visits.every_days
        found = fosterings(context.session, context.today, every, [self.scope], context.city.zone)
        held = held_by(context.person)
        late = [
            one for one in found
            if standing(one.due, context.today).overdue
            and one.is_in(held)
        ]  # fmt: skip
        return sorted(late, key=lambda one: (one.due, one.asn, one.code))

    @cached_property
    def referrals(self) -> tuple[Open, ...]:
        """Each as much as the reader is shown; to who works there, how far it has come, to be counted."""
        context, held = self.context, held_by(self.context.person)
        begins = datetime.combine(context.today, time(), context.city.zone)
        day = Day(context.today, begins, begins + timedelta(days=1))

        def reader(village_id: int, district_id: int, centre_id: int | None, post_id: int | None) -> Shown:
            return disclosure.over(held, village_id, district_id, centre_id, post_id) if self.leads else Shown.WAY

        return queries.referrals(
            context.session, self._families(), day, reader, context.now, context.city.programme.referrals
        ).open

    def _families(self) -> Select[Any]:
        """The families there, as far as the reader coordinates them."""
        today, here = self.context.today, families_in([self.scope], self.context.today)
        if self.is_whole:
            return here
        return here.where(Family.id.in_(families_in(disclosure.of_places(held_by(self.context.person)), today)))


def open_area(context: Context, said: str) -> None:
    """Open the card of a place or an office ("village:31")."""
    _show(_card(context, said))


def show(context: Context, table: type[Area], id: int) -> None:
    """Open the card of this row, which the person may see."""
    _show(Card(context, context.session.get_one(table, id)))


def _card(context: Context, said: str) -> Card:
    kind, _, id = said.partition(":")
    return Card(context, policy.row(context.session, kind, int(id)))


def _show(card: Card) -> None:
    context, counts = card.context, card.counts
    context.note("area.open", f"{card.scope.kind}-{card.area.id}")
    parts = ["\n".join(_head(card)), "\n".join(_visits(card)), "\n".join(_health(card)), "\n".join(_people(card))]
    options = list[Option]()
    if card.leads and counts.late:
        options.append(Option(f"area:late:{card.tapped}:0", "Yang terlambat"))
        options.append(Option(f"area:remind:{card.tapped}", "Ingatkan yang terlambat"))
    if card.leads and counts.referrals and not card.of_office:
        options.append(Option(f"area:referrals:{card.tapped}", "Rujukan terbuka"))
    options += [*_calls(card), *_changes(card)]
    context.say(Message("\n\n".join(filter(None, parts)), tuple(options), (HOME,)))


# --- what it says ----------------------------------------------------------------------------------


def _head(card: Card) -> Iterator[str]:
    yield f"📍 *{plain(name(card.area))}*" if not card.of_office else f"🏢 *{plain(name(card.area))}*"
    if isinstance(card.area, Posyandu):
        village = card.context.session.get_one(Village, card.area.village_id)
        yield f"Kelurahan {plain(village.full_name)}"
        yield f"Hari buka: {card.area.when or 'belum ada'}"
        if card.area.day:
            yield f"Berikutnya: {show_day(posyandu_days.parse(card.area.day).next_from(card.context.today))}"
    if not card.is_whole:
        yield f"Yang di wilayah {card.context.you} saja"
    if isinstance(card.area, HealthCentre):
        yield f"Nomor: {card.area.phone or 'belum ada'}; jam buka: {card.area.hours or 'belum ada'}"


def name(area: Area) -> str:
    """ "Kelurahan Tipulu (Kendari Barat)", "Kecamatan Kadia", "Puskesmas Labibia", "Dinas Pertanian"."""
    if isinstance(area, Office):
        return area.name
    if isinstance(area, HealthCentre | Posyandu):
        return area.full_name
    return f"Kelurahan {area.full_name}" if isinstance(area, Village) else f"Kecamatan {area.name}"


def _visits(card: Card) -> Iterator[str]:
    counts = card.counts
    if not counts.fostered:
        yield "Belum ada yang didampingi."
    else:
        yield f"👶 Didampingi: *{counts.fostered}*"
        yield f"🏠 Bulan ini dikunjungi: *{counts.seen}* dari {counts.needed}"
        longest = f", paling lama {counts.longest} hari" if counts.late else ""
        yield f"⏰ Terlambat: *{counts.late}*{longest}"
    if counts.unassigned:
        yield f"🙋 Belum punya pendamping: *{counts.unassigned}*"
    if counts.not_joined:
        yield f"⏳ Pendamping belum bergabung: *{counts.not_joined}*"


def _health(card: Card) -> Iterator[str]:
    """The open referrals by what they wait for, and the questions; of an office how many are open."""
    counts = card.counts
    if counts.referrals:
        known = () if card.of_office else card.referrals
        waits = Counter(words for one in known if (words := waiting_words(one)))
        told = "; ".join(f"{many} {words}" for words, many in waits.most_common())
        yield f"🩺 Rujukan terbuka: *{counts.referrals}*{f' ({told})' if told else ''}"
    elif not card.of_office:
        yield "🩺 Tidak ada rujukan terbuka"
    if counts.questions:
        yield f"💬 Pertanyaan belum dijawab: *{counts.questions}*"


def waiting_words(one: Open) -> str:
    """What a referral waits for, without a name: "belum ada yang menangani"; empty where that is not shown."""
    return kinds.waits_for(one.state, "petugas" if one.taken_by else "")


def _people(card: Card) -> Iterator[str]:
    leading = [one for one in _holders(card, Role.COORDINATOR) if one.id != card.context.person.id]
    if leading:
        yield f"Koordinator: {_named(leading)}"
    if not card.of_office and (staff := _holders(card, Role.HEALTH)):
        yield f"Petugas: {_named(staff)}"


def _named(people: Sequence[Person]) -> str:
    names = [_titled(one) for one in people[:FEW]]
    more = len(people) - FEW
    return f"{', '.join(names)}, dan {more} lagi" if more > 0 else listed(names)


def _titled(person: Person) -> str:
    held = next((one for one in person.roles if one.role == Role.HEALTH), None)
    title = role_words(held.role, held.title).lower() if held and held.title else ""
    return f"{salute(person)} ({title})" if title else salute(person)


def _holders(card: Card, role: Role) -> Sequence[Person]:
    """Who coordinates the place or works for it; of a kelurahan the cadres of its posyandu too."""
    kind, id = card.scope
    at = [(PersonRole.scope == kind, PersonRole.scope_id == id)]
    if role == Role.HEALTH and kind == ScopeKind.VILLAGE:
        posts = select(Posyandu.id).where(Posyandu.village_id == id)
        at.append((PersonRole.scope == ScopeKind.POSYANDU, PersonRole.scope_id.in_(posts)))
    if role == Role.HEALTH and kind == ScopeKind.DISTRICT:
        centres = select(HealthCentre.id).where(HealthCentre.district_id == id)
        at.append((PersonRole.scope == ScopeKind.HEALTH_CENTRE, PersonRole.scope_id.in_(centres)))
    where = or_(*(which & there for which, there in at))
    query = select(Person).join(PersonRole).where(PersonRole.role == role, where).order_by(Person.name, Person.id)
    return card.context.session.scalars(query).unique().all()


def _calls(card: Card) -> Iterator[Option]:
    """A button to call each of the first health workers there whom the reader may call."""
    staff = () if card.of_office else _holders(card, Role.HEALTH)
    for one in [who for who in staff[:FEW] if card.context.may("person.call", who)][:CALLED]:
        yield Option(f"call:{one.id}", f"Telepon {salute(one)}")


def _changes(card: Card) -> Iterator[Option]:
    if isinstance(card.area, Posyandu) and card.context.may("place.change", card.area):
        yield Option(f"place:day:{card.area.id}", "Ganti hari dan jam")
    if isinstance(card.area, HealthCentre) and card.context.may("place.change", card.area):
        yield Option(f"place:{card.tapped}", "Ganti nomor dan jam")


# --- what is done from it --------------------------------------------------------------------------


def show_late(context: Context, said: str, page: int) -> None:
    """List the overdue visits there, the oldest first; each foster parent can be opened."""
    card = _card(context, said)
    if not card.late:
        context.say(Message(f"Tidak ada lagi yang terlambat di {plain(name(card.area))}. 👏", _back(card), (HOME,)))
        return
    shown, page = page_of(card.late, page, PAGE)
    held, lines, people = held_by(context.person), list[str](), dict[int, str]()
    for number, one in enumerate(shown, page * PAGE + 1):
        may = disclosure.agreed(disclosure.over(held, *one.home), one.agreed)
        where = "" if isinstance(card.area, Village | Posyandu) else one.village  # stands in the head
        who = disclosure.words(*disclosure.row(may, one.code, one.name, where))
        lines.append(
            f"{number}. {one.asn}: {f'{who}, ' if who else ''}*{standing(one.due, context.today).days_late} hari*"
        )
        people[one.asn_id] = one.asn
    context.note_all("late.view", (one.about for one in shown))
    head = f"⏰ *Terlambat di {plain(name(card.area))}: {len(card.late)} kunjungan*"
    options = [Option(f"person:{id}", asn) for id, asn in people.items()]
    row = turns(f"area:late:{said}", page, more=(page + 1) * PAGE < len(card.late))
    context.say(
        Message("\n".join((head, *lines)), (Option(f"area:remind:{said}", "Ingatkan semua"), *options), (*row, HOME))
    )


def remind(context: Context, said: str) -> None:
    """Remind exactly those who are late there today, and say what became of it."""
    card = _card(context, said)
    aside = set(setting_aside.aside(context.session, context.person, context.today))
    outcome = reminding.remind_of(context.session, context.city, context.person, card.late, context.now, aside)
    context.worth = LASTING
    screens.say_done(context, outcome, back=_back(card)[0])


def show_referrals(context: Context, said: str) -> None:
    """List the open referrals there, the gravest and oldest first, as much of each as the reader is shown.

    Who coordinates opens them.
    """
    card = _card(context, said)
    if card.of_office or not card.referrals:
        context.say(Message(f"Tidak ada rujukan terbuka di {plain(name(card.area))}.", _back(card), (HOME,)))
        return
    lines, options = list[str](), list[Option]()
    for number, one in enumerate(card.referrals[:PAGE], 1):
        what = ", ".join(one.signs) or kinds.SOON.get(one.urgency, "rujukan terbuka")
        waits = kinds.waits_for(one.state, one.taken_by)
        since = f"sejak {one.days} hari" if one.days else "baru hari ini"
        lines.append(f"{number}. {one.who or 'Anak atau ibu'}: {what}, {since}{f', {waits}' if waits else ''}")
        if context.may("referral.see", context.session.get_one(Referral, one.id)):
            options.append(Option(f"referral:push:{one.id}", f"Buka nomor {number}"))
    more = len(card.referrals) - PAGE
    lines += [f"dan {more} lagi"] if more > 0 else []
    context.note("area.referrals", f"{card.scope.kind}-{card.area.id}")
    head = f"🩺 *Rujukan terbuka di {plain(name(card.area))}: {len(card.referrals)}*"
    context.say(Message("\n".join((head, *lines)), (*options, *_back(card)), (HOME,)))


def _back(card: Card) -> tuple[Option, ...]:
    return (Option(f"area:{card.tapped}", plain(name(card.area))),)
