"""Find kelurahan, kecamatan, puskesmas, posyandu and offices by their name, among those somebody is shown a card of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import literal, select

from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import Role
from handlers.chat.context import Context
from handlers.coordinator import area_card
from handlers.coordinator import places as screens
from programme import searched_names as compare
from programme import seen_places
from programme.seen_places import Area
from reports.workbook import names

OF_KIND: dict[str, type[Area]] = {
    **dict.fromkeys(("kelurahan", "kel", "desa"), Village),
    **dict.fromkeys(("kecamatan", "kec"), District),
    **dict.fromkeys(("puskesmas", "pusk", "pkm"), HealthCentre),
    **dict.fromkeys(("posyandu", "posy", "psy", "pos"), Posyandu),
    **dict.fromkeys(("opd", "kantor", "instansi"), Office),
}
"""The words before a name that say of what kind it is."""
OFFICES = frozenset({"dinas", "badan", "kantor", "bagian", "sekretariat", "inspektorat", "satuan", "rsud"})
"""How the names of offices begin."""
TABLES: tuple[type[Area], ...] = (Village, District, HealthCentre, Posyandu, Office)
TOKENS: dict[type[Area], str] = {
    Village: "village", District: "district", HealthCentre: "health_centre", Posyandu: "posyandu", Office: "office",
}  # fmt: skip
BARE = {HealthCentre: "puskesmas", Posyandu: "posyandu"}
JOINING = frozenset({"dan", "serta", "kota", "kabupaten"})  # words without a letter among the initials of an office
SHORT = ("din", "dis")  # "dinkes", "disnaker": how people begin the short name of a Dinas
SHORTEST = 3  # letters that follow, and letters of initials: fewer are of too many offices


@dataclass(frozen=True)
class Found:
    """One place or office. ``token`` is the button that opens it, ``label`` says what it is: "Tipulu, kelurahan"."""

    token: str
    label: str
    show: Callable[[Context], None]


def tells_kind(said: Sequence[str]) -> bool:
    """Whether the words begin by what they are the name of: "kelurahan ...", "dinas ..."."""
    return len(said) > 1 and (said[0] in OF_KIND or said[0] in OFFICES)


def found(context: Context, said: Sequence[str], *, forgives: bool) -> list[Found]:
    """The places and offices of this name that are this person's to see; the whole name comes first, and alone.

    ``said`` are its words (``searched_names.words``). ``forgives``: where nothing has the name, a slip of
    one letter is. One statement for each of the five kinds, and as many again to forgive.
    """
    if len(said) == 1 and (said[0] in OF_KIND or said[0] in OFFICES):
        return []
    if said[-1] in OF_KIND and said[0] not in OF_KIND:  # "labibia puskesmas"
        said = [said[-1], *said[:-1]]
    asked = [
        (table, said[1:] if OF_KIND.get(said[0]) is table and len(said) > 1 else said)
        for table in TABLES
        if len(said) < 2 or OF_KIND.get(said[0]) in (None, table) or table is Office
    ]
    asked = [(table, wanted) for table, wanted in asked if _is_enough(wanted)]
    near = [one for table, wanted in asked for one in _near(context, table, wanted, compare.holds)]
    for fits in (_is_whole, _is_part):
        if those := [one for one, wanted in near if fits(one, wanted)]:
            return _listed(those)
    if not forgives:
        return []
    nearly = [one for table, wanted in asked for one in _near(context, table, wanted, compare.holds_nearly)]
    return _listed([one for one, wanted in nearly if compare.is_slip(wanted, one.words)])


def _is_enough(wanted: Sequence[str]) -> bool:
    return any(len(one) >= compare.LEAST for one in wanted)


def _near(
    context: Context, table: type[Area], wanted: Sequence[str], holds: Callable[..., Any]
) -> Iterator[tuple[_Row, Sequence[str]]]:
    """Each row of the table that may be meant, with what was written of its name."""
    shown = seen_places.seen(context.person, table, context.today)
    query, within = select(table.id, table.name), literal("")
    if table is Village:
        query, within = query.join(District, District.id == Village.district_id), District.name
    elif table is Posyandu:
        query, within = query.join(Village, Village.id == Posyandu.village_id), Village.name
    # A city has some dozens of offices: initials are in no name, so each is looked at.
    if table is not Office:
        query = query.where(holds(table.name + " " + within, wanted))
    if not (context.person.has(Role.ADMIN) and table in BARE):  # an administrator sees to the days of all of these
        query = query.where(shown)
    rows = context.session.execute(query.add_columns(within, shown.label("shown")).order_by(table.name, table.id))
    for id, name, place, opens in rows:
        yield _Row(table, id, name, place, bool(opens)), wanted


@dataclass(frozen=True)
class _Row:
    """``within``: the kecamatan or kelurahan that it lies in. ``opens``: its card is shown, not only its day."""

    table: type[Area]
    id: int
    name: str
    within: str
    opens: bool

    @property
    def words(self) -> list[str]:
        """Those of its name, without the one for its kind."""
        return compare.words(names.bare(BARE[self.table], self.name) if self.table in BARE else self.name)


def _is_whole(one: _Row, wanted: Sequence[str]) -> bool:
    """Whether the words are its whole name, with or without where it lies: "Poasia Abeli"."""
    with_place = compare.is_whole(wanted, [*one.words, *compare.words(one.within)])
    return compare.is_whole(wanted, one.words) or with_place or _is_short(one, wanted)


def _is_part(one: _Row, wanted: Sequence[str]) -> bool:
    """Whether the words are of its name, some perhaps of where it lies."""
    known = one.words
    named = any(word in known and len(word) >= compare.LEAST for word in wanted)
    return named and compare.is_part(wanted, [*known, *compare.words(one.within)])


def _is_short(one: _Row, wanted: Sequence[str]) -> bool:
    """Whether these words are the initials of an office ("BKPSDM"), or its short name ("dinkes")."""
    if one.table is not Office or len(wanted) != 1:
        return False
    [said] = wanted
    named = [word for word in one.name.split() if word.casefold() not in JOINING]
    initials = "".join(word if word.isupper() else word[:1] for word in named).casefold()
    if len(said) >= SHORTEST and said == "".join(letter for letter in initials if letter.isalnum()):
        return True
    rest = said.removeprefix(SHORT[0]) if said.startswith(SHORT[0]) else said.removeprefix(SHORT[1])
    begins = len(named) > 1 and named[0].casefold() == "dinas" and rest != said
    return begins and len(rest) >= SHORTEST and named[1].casefold().startswith(rest)


def _listed(rows: Sequence[_Row]) -> list[Found]:
    once = tuple(dict.fromkeys(rows))
    several = [one.name for one in once if one.table is Village]
    return [_opened(one, _label(one, several)) for one in once]


def _opened(one: _Row, label: str) -> Found:
    if one.opens:
        return Found(f"area:{TOKENS[one.table]}:{one.id}", label, partial(area_card.show, table=one.table, id=one.id))
    show = screens.show_posyandu if one.table is Posyandu else screens.show_health_centre
    return Found(f"place:{TOKENS[one.table]}:{one.id}", label, partial(show, id=one.id))


def _label(one: _Row, several: Sequence[str]) -> str:
    """ "Tipulu, kelurahan", "Kadia, kecamatan", "Posyandu Melati 1, Mandonga", "Puskesmas Labibia"."""
    if one.table is Village:
        return f"{one.name}{f' ({one.within})' if several.count(one.name) > 1 else ''}, kelurahan"
    if one.table is District:
        return f"{one.name}, kecamatan"
    if one.table is Posyandu:
        return f"{Posyandu(name=one.name).full_name}, {one.within}"
    if one.table is HealthCentre:
        return HealthCentre(name=one.name).full_name
    return f"{one.name}, kantor" if OF_KIND.get(one.name.split()[0].casefold()) else one.name
