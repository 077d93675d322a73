"""The form of an announcement: whom it is for, and what stands in its blanks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypedDict, cast

from content.announcement_texts import BLANKS, Blank
from db.roles import Role, ScopeKind
from flow.form import Form, Question
from flow.questions import Choice, Search, said_day
from programme import broadcast_blanks
from programme.broadcast_audience import ALL, STATUSES, Audience
from programme.broadcast_scopes import roles_in
from programme.broadcast_words import capital
from programme.broadcasts import ROLES
from programme.scopes import Scope

ONE: Mapping[str, str] = {
    ScopeKind.DISTRICT: "Satu kecamatan", ScopeKind.VILLAGE: "Satu kelurahan", ScopeKind.POSYANDU: "Satu posyandu",
    ScopeKind.OFFICE: "Satu kantor (OPD)",
}  # fmt: skip
"""A smaller place or office than the coordinator's own, which is named next."""


class AnnouncementFacts(TypedDict):
    """``own``: the coordinator's scopes, "kecamatan:3" -> name; ``places``: by kind, the smaller ones in them.

    ``to``: the roles that the text may go to; ``blanks``: what is to be filled in, as ``Blank`` has it.
    """

    today: str
    title: str
    to: list[str]
    own: dict[str, str]
    places: dict[str, dict[str, str]]
    blanks: list[dict[str, str]]


def printed(facts: AnnouncementFacts) -> dict[str, Any]:
    """The facts with the words of each blank under names of their own: those of questions may name single facts."""
    blanks = [*facts["blanks"], *({} for _ in range(BLANKS - len(facts["blanks"])))]
    said = {
        f"{name}{place}": one.get(name, "")
        for place, one in enumerate(blanks)
        for name in ("question", "label", "example")
    }
    return {**facts, **said}


class Filled(Question[str]):
    """One blank of the text, read by its kind."""

    def __init__(self, place: int):
        super().__init__(
            f"{{question{place}}}", label=f"{{label{place}}}", hint=f"Misalnya: {{example{place}}}",
            when=lambda answers: len(answers.facts["blanks"]) > place,
        )  # fmt: skip
        self.place = place

    def blank(self, answers: Form) -> Blank:
        return Blank(**answers.facts["blanks"][self.place])

    def read(self, said: str, answers: Form) -> str:
        return broadcast_blanks.read(self.blank(answers), said, said_day(answers))

    def fits(self, kept: Any, answers: Form) -> bool:
        """A day that has passed since is asked for again."""
        return isinstance(kept, str) and not broadcast_blanks.is_stale(self.blank(answers), kept, said_day(answers))

    def show(self, kept: Any, answers: Form) -> str:
        return broadcast_blanks.show(self.blank(answers), kept)


def _roles(answers: Form) -> dict[str, str]:
    """The roles to which the text may go and that the coordinator leads somewhere."""
    led = {role for said in answers.facts["own"] for role in roles_in(scope_of(said))}
    return {role: capital(ROLES[role]) for role in answers.facts["to"] if role in led}


def _where(answers: Form) -> dict[str, str]:
    """The coordinator's own scopes, and the kinds of smaller ones, in which there are people of the role."""
    role = _role(answers)
    own = {said: name for said, name in answers.facts["own"].items() if role in roles_in(scope_of(said))}
    inside = answers.facts["places"]
    return own | {
        kind: words for kind, words in ONE.items() if inside.get(kind) and role in roles_in(Scope(ScopeKind(kind), 0))
    }


def _statuses(answers: Form) -> Mapping[str, str]:
    return STATUSES[_role(answers)]


def _role(answers: Form) -> Role:
    return Role(_chosen(answers, "role", _roles))


def _chosen(answers: Form, name: str, options: Callable[[Form], Mapping[str, str]]) -> str:
    """The answer to a question of this name, which is not asked where there is only one."""
    return answers.values.get(name) or next(iter(options(answers)))


def _has_several(options: Callable[[Form], Mapping[str, str]]) -> Callable[[Form], bool]:
    return lambda answers: len(options(answers)) > 1


def _is(kind: ScopeKind) -> Callable[[Form], bool]:
    return lambda answers: _chosen(answers, "where", _where) == kind


def _inside(kind: ScopeKind) -> Callable[[Form], Mapping[str, str]]:
    return lambda answers: cast("Mapping[str, Mapping[str, str]]", answers.facts["places"]).get(kind, {})


def scope_of(said: str) -> Scope:
    """ "kecamatan:3" as a scope."""
    kind, _, id = said.partition(":")
    return Scope(ScopeKind(kind), int(id))


class Announcement(Form):
    title = "Pengumuman: {title}"

    role = Choice("Untuk siapa?", _roles, label="Untuk", when=_has_several(_roles))
    where = Choice("Di mana?", _where, label="Wilayah", when=_has_several(_where))
    district = Search(
        "Kecamatan mana?", _inside(ScopeKind.DISTRICT), label="Kecamatan", hint="Tulis namanya.",
        when=_is(ScopeKind.DISTRICT),
    )  # fmt: skip
    village = Search(
        "Kelurahan mana?", _inside(ScopeKind.VILLAGE), label="Kelurahan", hint="Tulis namanya.",
        when=_is(ScopeKind.VILLAGE),
    )  # fmt: skip
    post = Search(
        "Posyandu mana?", _inside(ScopeKind.POSYANDU), label="Penerima di posyandu", hint="Tulis namanya.",
        when=_is(ScopeKind.POSYANDU),
    )  # fmt: skip
    office = Search(
        "Kantor mana?", _inside(ScopeKind.OFFICE), label="Kantor", hint="Tulis namanya.", when=_is(ScopeKind.OFFICE)
    )
    status = Choice("Semuanya, atau sebagian?", _statuses, label="Yang mana", when=_has_several(_statuses))
    blank0 = Filled(0)
    blank1 = Filled(1)
    blank2 = Filled(2)
    blank3 = Filled(3)
    blank4 = Filled(4)
    blank5 = Filled(5)

    def audience(self) -> Audience:
        """Whom it is for."""
        where = _chosen(self, "where", _where)
        inside = {
            ScopeKind.DISTRICT: self.district, ScopeKind.VILLAGE: self.village, ScopeKind.POSYANDU: self.post,
            ScopeKind.OFFICE: self.office,
        }  # fmt: skip
        named = inside.get(ScopeKind(where)) if ":" not in where else None
        scope = Scope(ScopeKind(where), int(named)) if named else scope_of(where)
        return Audience(_role(self), scope, self.values.get("status") or ALL)

    def filled(self) -> dict[str, str]:
        """The stored values of the blanks, by name."""
        return {
            question.blank(self).name: self.values[question.name]
            for question in self.questions
            if isinstance(question, Filled) and question.name in self.values
        }

    def last_day(self, until: str) -> date | None:
        """The day in the blank of this name; None where the text names none."""
        kept = self.filled().get(until)
        return date.fromisoformat(kept) if kept else None
