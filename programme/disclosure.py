"""What of a child, a mother, a visit or a referral may be shown to whom. ``BY_SCOPE`` is all of it for coordinators.

Digest, lists, workbook, alerts and news ask here before they say a name, a code or a sign. What no line allows is not
shown. What a health worker of the place is shown is not limited here, and nothing here keeps an alert from going out:
of what must be seen at once and nobody has taken on, whoever is told reads all that is needed to act.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import Flag, auto

from sqlalchemy.orm import Session

from db import consent
from db.children import Child, Family, Pregnancy
from db.people import Person
from db.referrals import NOW, Referral, ReferralState
from db.roles import Role, ScopeKind
from programme import on_call
from programme.contacts import who
from programme.names import salute
from programme.scopes import CITY, Scope, held_by
from rules import signs
from rules.signs import Who


class Shown(Flag):
    """What may be shown of one row. The ASN's name, the days, and that a visit or a referral waits: to everybody."""

    NOTHING = 0
    CODE = auto()  # the code of the child or the family, and its kelurahan
    NAME = auto()  # the first name of the child, or of the mother where it is about herself
    WAY = auto()  # how soon a referral must be seen, how far it has come and who took it on
    HELP = auto()  # everything, as long as somebody must be seen at once and nobody has taken it on
    SIGN = auto()  # the signs, in whose words they were told, and the number of who wrote
    MEASURED = auto()  # weights, lengths and their classes

    @property
    def is_full(self) -> bool:
        return self == ALL


ALL = Shown.CODE | Shown.NAME | Shown.WAY | Shown.HELP | Shown.SIGN | Shown.MEASURED
_OF_PLACE = Shown.CODE | Shown.NAME | Shown.WAY | Shown.HELP
BY_SCOPE: Mapping[ScopeKind | str, Shown] = {
    ScopeKind.OFFICE: Shown.NOTHING,  # leads the ASN, and has no task in anybody's health
    ScopeKind.VILLAGE: _OF_PLACE,
    ScopeKind.DISTRICT: _OF_PLACE,
    ScopeKind.HEALTH_CENTRE: _OF_PLACE,
    ScopeKind.POSYANDU: _OF_PLACE,
    ScopeKind.CITY: Shown.CODE | Shown.WAY | Shown.HELP,
}
"""What a coordinator of this kind of scope is shown of a row inside of it."""
OPENED_LIST = Shown.NAME
"""What the city's coordinator is shown besides, of the rows of a list whose names they have opened."""
PRIVATE = frozenset(
    label for sign in signs.table().values() if sign.id == "jiwa-mati" or sign.who is Who.VIOLENCE
    for label in (sign.label, *sign.old)
)  # fmt: skip
"""Signs that the city's private list alone is told. No referral is opened for them; one of old data shows none."""


def over(
    scopes: Iterable[Scope],
    village_id: int,
    district_id: int,
    health_centre_id: int | None = None,
    posyandu_id: int | None = None,
) -> Shown:
    """What somebody with these scopes is shown of a row of this kelurahan: the most that any of them allows.

    An office is a scope of people, not of places: it is over every row that is listed for it. Where the family is cared
    for counts only where it is given: without it nobody is shown more.
    """
    places = {CITY, Scope(ScopeKind.VILLAGE, village_id), Scope(ScopeKind.DISTRICT, district_id)}
    if health_centre_id is not None:
        places.add(Scope(ScopeKind.HEALTH_CENTRE, health_centre_id))
    if posyandu_id is not None:
        places.add(Scope(ScopeKind.POSYANDU, posyandu_id))
    shown = Shown.NOTHING
    for scope in scopes:
        if scope.kind == ScopeKind.OFFICE or scope in places:
            shown |= BY_SCOPE[scope.kind]
    return shown


def over_family(scopes: Iterable[Scope], family: Family) -> Shown:
    """The same of a row about this family."""
    return over(
        scopes, family.village_id, family.village.district_id, family.health_centre_id, family.posyandu_id
    )  # fmt: skip


def of_places(scopes: Collection[Scope]) -> list[Scope]:
    """The scopes over places: their families may be counted by measurement, message and ending; an office's may not."""
    return [scope for scope in scopes if scope.kind != ScopeKind.OFFICE]


def of_referral(session: Session, referral: Referral, to: Person, now: datetime) -> Shown:
    """What this person is shown of the referral, in a message or a list."""
    family = referral.family
    if referral.accepted_by == to.id or (family is not None and _heals(session, family, to, now)):
        return ALL
    if family is None:  # a stranger called: the city's coordinators are who answers
        return ALL if CITY in held_by(to) else Shown.NOTHING
    shown = agreed(over_family(held_by(to), family), consent.agrees(session, family.id))
    return of_waiting(shown, referral.urgency, referral.state)


def agreed(shown: Shown, agrees: bool) -> Shown:
    """The same without the name and the measurements where no parent's consent stands."""
    return shown if agrees else shown & ~(Shown.NAME | Shown.MEASURED)


def of_list(scopes: Collection[Scope], family: Family, agrees: bool) -> Shown:
    """What a list that these scopes ask for as a file holds of a row about this family; ``agrees``: whether a parent's
    consent stands.

    The city's coordinator may open every name, each a line of the audit: so the list holds all of it, each row a line.
    """
    if CITY in scopes and agrees:
        return ALL
    return agreed(over_family(scopes, family), agrees)


def of_waiting(shown: Shown, urgency: str, state: ReferralState) -> Shown:
    """The same with all that is needed to act, where somebody must be seen at once and nobody has taken it on."""
    return ALL if Shown.HELP in shown and urgency == NOW and state == ReferralState.SENT else shown


def of_card(shown: Shown, *, opened: bool, agrees: bool) -> Shown:
    """What a coordinator is shown on a card; to the city's, who has ``opened`` it, all of it where a parent agreed.

    Where none did, name and code, and what needs help at once: a referral beside a name is health.
    """
    if not opened:
        return agreed(shown, agrees)
    return ALL if agrees else Shown.CODE | Shown.NAME | (shown & Shown.HELP)


def of_family(session: Session, family: Family, to: Person, now: datetime) -> Shown:
    """What this person is shown of news about the family: health workers of the place all of it."""
    if _heals(session, family, to, now):
        return ALL
    return over_family(held_by(to), family)


def _heals(session: Session, family: Family, to: Person, now: datetime) -> bool:
    """Whether this is a health worker or the head of the family's places, or on duty for them."""
    if not to.has(Role.HEALTH):
        return False
    return any(one.id == to.id for one in on_call.answering(session, family, now))


def is_private(sign_id: str) -> bool:
    """Whether this sign of the table is one of ``PRIVATE``."""
    sign = signs.table().get(sign_id)
    return sign is not None and sign.label in PRIVATE


def public(said: Iterable[str]) -> tuple[str, ...]:
    """These signs without the private ones."""
    return tuple(sign for sign in said if sign not in PRIVATE)


# --- the words for whom a row is about ------------------------------------------------------


def called(about: Child | Pregnancy | Family | None, shown: Shown, *, with_code: bool = False) -> str:
    """ "Adik Rafa", "Adik Rafa (A-31)" with the code; "Anak A-31" or "Ibu KK-7" to whom no name is shown.

    A family is named after the mother, so only who is shown everything reads its name.
    """
    if about is None or shown.is_full:
        code = "" if isinstance(about, Pregnancy | None) else about.code
        return f"{who(about)} ({code})" if with_code and code else who(about)
    kind = "Anak" if isinstance(about, Child) else "Ibu" if isinstance(about, Pregnancy) else "Keluarga"
    code = code_of(about)
    if Shown.NAME in shown and not isinstance(about, Family):
        return f"{who(about)} ({code})" if with_code else who(about)
    return f"{kind} {code}" if Shown.CODE in shown else f"{kind} dampingan"


def mother(about: Child | Pregnancy, shown: Shown, *, with_code: bool = False) -> str:
    """The mother of the child or the pregnancy: "Bu Sari" to who is shown everything, else "Ibu dari Adik Rafa"."""
    if shown.is_full:
        return salute(about.family.mother_name, relation="ibu")
    return f"Ibu dari {called(about, shown, with_code=with_code)}" if isinstance(about, Child) else called(about, shown)


def code_of(about: Child | Pregnancy | Family | None) -> str:
    """The child's code, else the family's; empty for somebody who is not known."""
    return "" if about is None else about.family.code if isinstance(about, Pregnancy) else about.code


def row(shown: Shown, code: str, name: str, village: str) -> tuple[str, str, str]:
    """Code, name and kelurahan of a row as they may be shown; empty where they may not."""
    place = Shown.CODE in shown
    return (code if place else "", name if Shown.NAME in shown else "", village if place else "")


def words(code: str, name: str, village: str) -> str:
    """ "Rafa (A-31), Mandonga (Mandonga)", "A-31, Mandonga (Mandonga)"; empty where nothing is shown."""
    return ", ".join(part for part in (f"{name} ({code})" if name else code, village) if part)
