"""Who may do what, cell by cell: every verb, by everybody, about a family in every state, through ``receive``.

``table.txt`` says for each verb who may, written by hand: first the verb, then the state of the family ("*": whatever
state), then those of ``town.ACTORS`` and ``town.GROUPS`` who may. Everybody else may not. A verb is a button ("tap
loss:yes"), a command ("say lapor") or a form that is sent ("send child_visit"). A verb without a line fails.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db import drafts
from db.drafts import Draft
from handlers.chat import forms
from handlers.chat.context import NotValid
from handlers.shell import buttons, commands
from handlers.shell.form_specs import FORM_SPECS
from programme import policy
from programme.policy import Rule
from tests.chat import Chat
from tests.people import NOW
from tests.policy.town import ACTORS, GROUPS, STATES, Town

TABLE = Path(__file__).with_name("table.txt")
Cells = dict[tuple[str, str], frozenset[str]]


def table() -> Cells:
    """Who may, by verb and state."""
    found: Cells = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        verb, states, who = (part.strip() for part in line.split("|"))
        may = frozenset(one for name in who.split() for one in GROUPS.get(name, name).split())
        assert may <= set(ACTORS), line
        for state in STATES if states == "*" else states.split():
            assert (verb, state) not in found, f"{verb} {state} stands there twice"
            found[verb, state] = may
    return {(verb, state): found.get((verb, state), frozenset()) for verb, _ in found for state in STATES}


def verbs() -> list[str]:
    """Every button, command and form."""
    tapped = dict.fromkeys(f"tap {':'.join(one.path)}" for one in buttons.BUTTONS)
    said = (f"say {one.words[0]}" for one in commands.COMMANDS if one.words)
    return [*tapped, *said, *(f"send {form}" for form in FORM_SPECS)]


class Reached(NotValid):
    """The act of the verb was reached: it was allowed. What the message wrote is rolled back."""


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The acts that were reached; none of them does anything."""
    acts: list[str] = []

    def note(*_: Any) -> None:
        acts.append("")
        raise Reached("")

    tapped = tuple(
        one if one.path == ("menu",) else replace(one, act=note)  # what a menu's button does is a command
        for one in buttons.BUTTONS
    )
    monkeypatch.setattr(buttons, "BUTTONS", tapped)
    said = {name: replace(command, does=note) for name, command in commands.BY_NAME.items()}
    monkeypatch.setattr(commands, "BY_NAME", said)
    monkeypatch.setattr(commands, "BY_WORDS", {word: said[one.name] for word, one in commands.BY_WORDS.items()})
    for name, spec in FORM_SPECS.items():
        monkeypatch.setitem(FORM_SPECS, name, replace(spec, facts=None, refused=None, watch=None))
    monkeypatch.setattr(forms, "step", note)
    return acts


def token(town: Town, verb: str) -> str:
    """A button of this verb about the town's family, with the longest arguments it takes."""
    path = tuple(verb.split(":"))
    if verb == "duty:set":
        return f"{verb}:{town.people['bidan'].id}"
    if verb in ("household:agree", "household:decline"):
        return f"{verb}:{town.written.id}"
    found = max((one for one in buttons.BUTTONS if one.path == path), key=lambda one: len(one.args))
    return ":".join((*path, *(arg.values[0] if arg.values else town.named(arg.name) for arg in found.args)))


FORMS = {  # what each form is about
    "child_visit": "child", "pregnancy_visit": "pregnancy", "referral_seen": "referral", "remeasure": "child",
    "birth": "pregnancy", "expecting": "family", "naming": "child", "duty": "bidan", "self_join": "", "practice": "",
    "paper_consent": "family", "data_answer": "request", "step_back": "asn", "household": "begun",
    "couple_visit": "wedding", "register_row": "", "announcement": "",
}  # fmt: skip


def subject(town: Town, form: str) -> str:
    match FORMS[form]:
        case "":
            return "self"
        case "bidan":
            return f"person:{town.people['bidan'].id}"
        case "asn":
            return f"person:{town.people['asn'].id}"
        case "referral":
            return f"referral:{town.referral.id}"
        case "request":
            return f"request:{town.request.id}"
        case "begun":
            return f"household:{town.begun.id}"
        case kind:
            return f"{kind}:{getattr(town, kind).id}"


def does(session: Session, town: Town, verb: str, actor: str, reached: list[str]) -> bool:
    """Whether the verb of this actor is allowed."""
    chat = Chat(session, town.addresses[actor])
    how, _, what = verb.partition(" ")
    reached.clear()
    if how == "tap":
        chat.tap_token(token(town, what))
        return bool(reached)
    if how == "say":
        chat.say(what)
        return bool(reached)
    if actor == "orang":
        return False  # a stranger has no drafts
    begun, about = drafts.about(session, town.people[actor].id, what, subject(town, what)), subject(town, what)
    draft = begun or Draft(
        person_id=town.people[actor].id, form=what, subject=about, facts={}, state={"answers": {}},
        opened_at=NOW, touched_at=NOW,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    chat.tap_token(f"f.{draft.id}..send")
    return bool(reached)


def tried(state: str) -> list[str]:
    """The verbs to try. What asks for a role alone does not look at the family: it is tried in one of its states."""
    of_somebody = {verb for act, rule in policy.RULES.items() if rule.stand for verb in verbs_of(act)}
    return [verb for verb in verbs() if state == "ada" or verb in of_somebody]


@pytest.mark.parametrize("state", STATES)
def test_everybody_may_what_the_table_says_and_nothing_else(session: Session, state: str, reached: list[str]) -> None:
    expected, wrong, town = table(), list[str](), Town(session)
    STATES[state](town)
    session.commit()
    for verb in tried(state):
        may = [actor for actor in ACTORS if does(session, town, verb, actor, reached)]
        if frozenset(may) != expected.get((verb, state)):
            wrong.append(f"{verb} | {state} | {' '.join(may)}")
    assert not wrong, "\n".join(wrong)


def test_no_line_of_the_table_speaks_of_a_verb_that_is_gone() -> None:
    assert not {verb for verb, _ in table()} - set(verbs())


# --- no rule is idle ------------------------------------------------------------------------


def verbs_of(act: str) -> list[str]:
    """The buttons, commands and forms that are this act."""
    tapped = dict.fromkeys(f"tap {':'.join(one.path)}" for one in buttons.BUTTONS if one.may == act)
    said = (f"say {one.words[0]}" for one in commands.COMMANDS if one.words and one.may == act)
    return [*tapped, *said, *(f"send {form}" for form, spec in FORM_SPECS.items() if spec.act == act)]


ELSEWHERE = {
    ("audit.read", "however they stand"),  # whichever child
    ("person.number", "however they stand"),  # tests/handlers/coordinator/test_people_card.py: the ASN is led by both
    ("child.open", "however they stand"),  # whoever coordinates the city stands so to everybody who fosters
    ("role.change", "however they stand"),  # the same
    ("team.view", "however they stand"),  # tests/delivery/test_before_send.py: who reads that visits are late
}


def always(*_: Any) -> bool:
    return True


def broken(rule: Rule) -> dict[str, Rule | None]:
    """The rule without how they must stand, or, where it asks for a role alone, open to all who are linked; taken out.

    Where it asks for both, most roles follow from how they stand: who sent the report is an ASN.
    """
    found: dict[str, Rule | None] = {}
    if rule.stand:
        found["however they stand"] = replace(rule, stand=replace(rule.stand, holds=always))
    elif rule.who not in ((policy.ANYBODY,), (policy.JOINING,)):
        found["for everybody"] = replace(rule, who=(policy.JOINING,))
    return {**found, "taken out": None}


class TestEachRule:
    """On one database: what a rule asks of the tables is asked on both above."""

    @pytest.fixture
    def backend(self) -> str:
        return "sqlite"

    @pytest.mark.parametrize("act", policy.RULES)
    def test_no_rule_is_taken_out_or_widened_without_a_cell_turning(
        self, session: Session, monkeypatch: pytest.MonkeyPatch, reached: list[str], act: str
    ) -> None:
        expected, town = table(), Town(session)
        session.commit()
        cells = [(verb, actor) for verb in verbs_of(act) for actor in ACTORS]
        assert cells, "an act that nothing asks for"
        for how, rule in broken(policy.RULES[act]).items():
            if (act, how) in ELSEWHERE:
                continue
            kept = {name: one for name, one in policy.RULES.items() if name != act}
            monkeypatch.setattr(policy, "RULES", {**kept, act: rule} if rule else kept)
            turned = (
                verb for verb, actor in cells
                if does(session, town, verb, actor, reached) != (actor in expected[verb, "ada"])
            )  # fmt: skip
            assert next(turned, None), f"{act} {how}: no cell turned"
