"""Every form in the menu is walked at random: a new form is covered the moment it is listed."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flow.questions import Choice, Choices, Location, Name, Number, Photo, Text, YesNo
from flow.speech import speak
from flow.step import (
    REVIEW,
    Ask,
    Back,
    Cancel,
    Change,
    Confirm,
    Discarded,
    Done,
    Edit,
    Help,
    Open,
    Review,
    Said,
    Skip,
    State,
    Submit,
    Tapped,
    step,
)
from handlers.broadcast.form import printed
from handlers.shell.form_specs import FORM_SPECS
from tests import people

MEASURED = {  # what is known of Rafa's growth before
    "sex": "L", "born": "2024-12-29", "gestation_weeks": None, "trust": asdict(people.city().programme.trust),
    "history": [["2026-01-10", 8.1, 73.5, False], ["2026-02-08", 8.2, 72.0, True]],
}  # fmt: skip
FACTS: Mapping[str, Mapping[str, Any]] = {
    "child_visit": {
        "adik": "Adik Rafa", "kode": "A-31", "umur": "14 bulan", "today": "2026-03-04", "age_days": 430, "months": 14,
        "services": {"imunisasi-12": "Imunisasi 12 bulan"}, "ask_home": True, "aid": dict(people.city().programme.aid),
        "aid_sources": dict(people.city().programme.aid_sources), "topics": dict(people.city().programme.topics),
        "photos": True, "every_days": 30, "after_danger_days": 3, "ibu": "Bu Sari", "ask_mother": True, "agreed": True,
        "hamil": "", **MEASURED,
    },
    "pregnancy_visit": {
        "ibu": "Bu Fitri", "minggu": 30, "today": "2026-03-04", "services": {"anc-4": "Periksa hamil ke-4"},
        "aid": dict(people.city().programme.aid), "aid_sources": dict(people.city().programme.aid_sources),
        "every_days": 30, "after_danger_days": 3, "agreed": True, "hamil": ", hamil 30 minggu",
    },
    "couple_visit": {
        "pasangan": "pasangan Bu Wati", "istri": "Bu Wati", "today": "2026-03-04",
        "aid": dict(people.city().programme.aid), "aid_sources": dict(people.city().programme.aid_sources),
        "every_days": 30, "after_danger_days": 3,
        "agreed": True, "hamil": "",
    },
    "household": {"known": False, "relations": {"ayah": "Ayah", "keluarga": "Keluarga lain"}, "today": "2026-03-04"},
    "referral_seen": {
        **MEASURED, "siapa": "Adik Rafa", "anak": True, "today": "2026-03-04", "months": 14,
    },
    "remeasure": {
        **MEASURED, "adik": "Adik Rafa", "today": "2026-03-04", "since": "2026-02-25", "position": "telentang",
        "first": 7, "history": [],
    },
    "birth": {"ibu": "Bu Fitri", "subject": "pregnancy:7", "today": "2026-03-04", "since": "2025-10-20",
              "weights": True},
    "expecting": {"ibu": "Bu Fitri", "family": 12, "today": "2026-03-04", "sure": False},
    "naming": {"ibu": "Bu Fitri", "bayi": "perempuan yang lahir Selasa 3 Maret 2026"},
    "practice": {
        "adik": "Adik LATIHAN", "kode": "LATIHAN", "umur": "14 bulan", "ibu": "Bu LATIHAN", "ask_mother": False,
        "today": "2026-03-04", "age_days": 430, "months": 14, "services": {}, "ask_home": True,
        "aid": dict(people.city().programme.aid), "aid_sources": dict(people.city().programme.aid_sources),
        "topics": dict(people.city().programme.topics), "photos": False, "every_days": 30, "after_danger_days": 3,
        "agreed": True, "hamil": "", **MEASURED, "history": [],
    },
    "paper_consent": {"keluarga": "Keluarga Bu Sari", "today": "2026-03-04"},
    "data_answer": {"apa": "data dihapus", "kode": "KK-0001"},
    "step_back": {"siapa": "Pak Anwar", "anak": 2, "calon": {"7": "Bu Rahma · 1 anak"}, "today": "2026-03-04"},
    "duty": {"siapa": "Bu Murni", "today": "2026-03-04"},
    "register_row": {
        "today": "2026-03-04", "villages": {"1": "Mandonga (Mandonga)", "2": "Poasia (Abeli)"},
        "offices": {"1": "Dinas Kominfo"}, "centres": {"1": "Labibia"},
    },
    "announcement": printed({
        "today": "2026-03-04", "title": "Hari posyandu pindah", "to": ["family", "asn"],
        "own": {"kota:0": "Kota Kendari", "opd:1": "Dinas Kominfo"},
        "places": {"kelurahan": {"1": "Mandonga (Mandonga)"}, "posyandu": {"7": "Posyandu Melati 1"}},
        "blanks": [asdict(one) for one in people.city().announcements.by_id["posyandu_pindah"].blanks],
    }),
    "self_join": {"today": "2026-03-04", "villages": {"1": "Mandonga, Kec. Mandonga", "2": "Poasia, Kec. Abeli"}},
}  # fmt: skip

MOVES = st.one_of(
    st.builds(Tapped, st.integers(0, 13)),
    st.sampled_from([Done(), Back(), Skip(), Help(), Change(), Cancel(), Confirm(), Open()]),
    st.builds(Said, st.sampled_from(["ya", "8,4", "8400 g", "72,5", "0,72", "kemarin", "12/2", "1, 2", "mandonga"])),
    st.builds(Said, st.just("file-1"), st.sampled_from(["photo", "place"])),
)


def test_every_form_has_facts_to_walk_it_with() -> None:
    assert FACTS.keys() == FORM_SPECS.keys()


@pytest.mark.parametrize("name", FORM_SPECS)
@given(moves=st.lists(MOVES, max_size=60), edits=st.data())
@settings(max_examples=60, deadline=None)
def test_a_random_walk_through_the_form_always_has_a_valid_question_or_review(
    name: str, moves: list[Any], edits: st.DataObject
) -> None:
    form, facts, state = FORM_SPECS[name].form, FACTS[name], State()
    for move in moves:
        state, effect = step(form, state, move, facts)
        json.dumps(asdict(state))
        if isinstance(effect, Review):
            row, _ = edits.draw(st.sampled_from(effect.rows))
            state, effect = step(form, state, Edit(row.name), facts)
        if isinstance(effect, Submit):
            assert effect.answers.values
        elif not isinstance(effect, Discarded):
            message = speak(effect, 1)
            assert message
            assert 0 < len(message.text) <= 1024
            assert "{" not in message.text
            assert len(message.options) <= 20


@pytest.mark.parametrize("name", FORM_SPECS)
def test_the_first_answer_to_everything_leads_to_the_review(name: str) -> None:
    form, facts = FORM_SPECS[name].form, FACTS[name]
    state, effect = step(form, State(), Open(), facts)
    answers = iter(range(60))
    while isinstance(effect, Ask) and next(answers) < 50:
        match effect.question:
            case Choice() | YesNo():
                move: Any = Tapped(1)
            case Choices():
                move = Tapped(0)
            case Number() as number:
                move = Said(str(number.example))
            case Name():
                move = Said("Aisyah")
            case _:
                written = {
                    "village": "mandonga",
                    "due": "12/7",
                    "starts": "5/3",
                    "ends": "6/3",
                    "blank1": "12/4",
                    "blank2": "8",
                }
                move = Said(written.get(effect.question.name, "12/2"))
        state, effect = step(form, state, move, facts)
    assert isinstance(effect, Review)
    _, effect = step(form, state, Confirm(), facts, REVIEW)
    assert isinstance(effect, Submit)


@pytest.mark.parametrize("name", FORM_SPECS)
def test_free_words_pictures_and_places_are_personal(name: str) -> None:
    for question in FORM_SPECS[name].form.questions:
        assert question.personal == isinstance(question, Text | Photo | Location), question.name


@pytest.mark.parametrize("name", FORM_SPECS)
def test_labels_fit_a_button_and_name_no_internal_word(name: str) -> None:
    form, facts = FORM_SPECS[name].form, FACTS[name]
    answers = form(facts)
    for question in form.questions:
        for label in question.options(answers).values():
            assert len(label) <= 24, f"{question.name}: {label!r} does not fit a WhatsApp list"
        assert "_" not in form.say(question.text, facts)
