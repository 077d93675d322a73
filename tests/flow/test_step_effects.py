"""What a step of the form machine shows, to the last detail, on a form whose lines depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flow import words
from flow.form import MISSING, Form, Section
from flow.questions import Choice, Choices, Number, Text
from flow.speech import sent, speak
from flow.step import (
    REVIEW,
    Ask,
    Back,
    Cancel,
    Change,
    Confirm,
    Done,
    Edit,
    Effect,
    Event,
    Help,
    Leave,
    Open,
    Review,
    Said,
    Skip,
    State,
    Submit,
    Tapped,
    step,
)

FACTS = {"nama": "Rafa", "panjang": "ya"}
FOODS = {"telur": "Telur", "ikan": "Ikan"}


@dataclass(frozen=True)
class Slip:
    question: str
    means: float | None


def heavy(answers: Meal, kg: float) -> Slip | None:
    """A child over 30 kg is unlikely, a mother is not."""
    return Slip(f"{kg} kg?", kg / 10) if answers.whom == "anak" and kg > 30 else None


def with_milk(answers: Meal, options: dict[str, str]) -> dict[str, str]:
    return {**options, "asi": "ASI"} if answers.whom == "anak" else options


class Meal(Form):
    title = "Makan {nama}"

    A = Section("Isi")
    whom = Choice("Siapa?", {"ibu": "Ibu", "anak": "Anak", "dua": "Keduanya"})
    portion = Choice("Porsi?", lambda answers: with_milk(answers, {"satu": "Satu"}))
    foods = Choices("Apa?", lambda answers: with_milk(answers, FOODS))
    weight = Number("Berat {nama}?", 0.5, 90, "kg", suspect=heavy, help="Timbang {nama}.", label="Berat {nama}")
    length = Number("Panjang?", 30, 180, "cm", label="Panjang", when=lambda answers: answers.facts["panjang"] == "ya")
    note = Text("Catatan?", optional=True)
    story = Text("Cerita?", label="Cerita", offered=True)


CHILD = Tapped(2), Tapped(1), Tapped(1), Done()
WHOLE = *CHILD, Said("8,4"), Said("75"), Skip()


def after(*events: Event) -> tuple[State, Effect]:
    state, effect = step(Meal, State(), Open(), FACTS)
    for event in events:
        state, effect = step(Meal, state, event, FACTS)
    return state, effect


def ask(effect: Effect) -> Ask:
    assert isinstance(effect, Ask), effect
    return effect


def review(effect: Effect) -> Review:
    assert isinstance(effect, Review), effect
    return effect


# --- tapping ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "kept"), [(1, "ibu"), (2, "anak"), (3, "dua")])
def test_the_first_and_the_last_answer_can_be_tapped(number: int, kept: str):
    state, effect = after(Tapped(number))
    assert state.answers == {"whom": kept}
    assert (ask(effect).question, ask(effect).problem) == (Meal.portion, "")


@pytest.mark.parametrize("number", [-1, 0, 4])
def test_a_button_that_is_not_there_is_an_old_one(number: int):
    state, effect = after(Tapped(number))
    assert state == State()
    assert (ask(effect).question, ask(effect).problem) == (Meal.whom, words.OLD_BUTTON)


@pytest.mark.parametrize("number", [-1, 4])
def test_so_is_one_that_is_not_among_several(number: int):
    state, effect = after(Tapped(2), Tapped(1), Tapped(2), Tapped(number))
    assert state.marked == ("ikan",)
    assert (ask(effect).question, ask(effect).problem) == (Meal.foods, words.OLD_BUTTON)
    assert (ask(effect).marked, ask(effect).redraw) == (("ikan",), False)


def test_what_can_be_tapped_depends_on_what_was_answered():
    state, _ = after(Tapped(2), Tapped(2))
    assert state.answers == {"whom": "anak", "portion": "asi"}
    state, effect = step(Meal, state, Tapped(3), FACTS)
    assert (ask(effect).marked, ask(effect).redraw) == (("asi",), True)
    state, _ = step(Meal, state, Done(), FACTS)
    assert state.answers["foods"] == ["asi"]
    state, effect = after(Tapped(1), Tapped(2))
    assert (ask(effect).question, ask(effect).problem) == (Meal.portion, words.OLD_BUTTON)


def test_several_answers_that_are_opened_again_are_marked_as_they_were_and_kept_by_done():
    state, effect = after(*WHOLE, Edit("foods"))
    assert (ask(effect).before, ask(effect).marked) == (["telur"], ("telur",))
    kept, effect = step(Meal, state, Done(), FACTS)
    assert kept.answers["foods"] == ["telur"]
    assert review(effect)
    state, effect = step(Meal, state, Tapped(2), FACTS)
    assert (ask(effect).question, set(ask(effect).marked or ())) == (Meal.foods, {"telur", "ikan"})
    state, effect = step(Meal, state, Tapped(1), FACTS)
    assert (ask(effect).question, ask(effect).marked) == (Meal.foods, ("ikan",))
    state, _ = step(Meal, state, Done(), FACTS)
    assert state.answers["foods"] == ["ikan"]


def test_nothing_is_marked_before_something_is():
    _, effect = after(Tapped(2), Tapped(1))
    assert (ask(effect).marked, ask(effect).before, ask(effect).redraw) == ((), MISSING, False)
    _, effect = after(Tapped(2))
    assert ask(effect).marked is None


# --- what stood there before -----------------------------------------------------------------------


def test_a_question_shows_the_answer_it_had_and_none_where_it_had_none():
    _, effect = after(*CHILD)
    assert (ask(effect).question, ask(effect).before) == (Meal.weight, MISSING)
    _, effect = after(*WHOLE, Edit("weight"))
    assert (ask(effect).question, ask(effect).before) == (Meal.weight, 8.4)
    _, effect = after(*WHOLE, Edit("note"))
    assert (ask(effect).question, ask(effect).before) == (Meal.note, None)


def test_only_the_first_question_of_an_empty_form_is_the_first():
    _, effect = after()
    assert ask(effect).first
    state, effect = after(Tapped(2), Back())
    assert (ask(effect).question, ask(effect).first) == (Meal.whom, False)
    assert state.answers == {"whom": "anak"}
    _, effect = after(Tapped(2))
    assert not ask(effect).first


# --- doubts -------------------------------------------------------------------------------------------


def test_a_doubt_names_the_value_and_shows_what_stood_there():
    state, effect = after(*CHILD, Said("40"))
    assert (state.doubted, state.reopened) == (40, None)
    asked = ask(effect)
    assert (asked.question, asked.doubted, asked.before) == (Meal.weight, 40, MISSING)
    assert asked.answers.values == {"whom": "anak", "portion": "satu", "foods": ["telur"]}


def test_a_doubt_about_a_line_that_is_changed_keeps_it_open():
    state, effect = after(*WHOLE, Edit("weight"), Said("40"))
    assert (state.doubted, state.reopened) == (40, "weight")
    assert (ask(effect).question, ask(effect).before) == (Meal.weight, 8.4)
    state, effect = step(Meal, state, Said("40"), FACTS)
    assert state.answers["weight"] == 40
    assert review(effect)


def test_another_doubtful_value_is_asked_back_anew():
    state, effect = after(*CHILD, Said("40"), Said("45"))
    assert (ask(effect).doubted, state.doubted) == (45, 45)
    assert "weight" not in state.answers


def test_who_is_weighed_decides_whether_it_is_doubtful():
    state, _ = after(Tapped(1), Tapped(1), Tapped(1), Done(), Said("40"))
    assert state.answers["weight"] == 40
    state, effect = after(*CHILD, Said("40 100"))
    assert ask(effect).problem or ask(effect).doubt
    assert "weight" not in state.answers


def test_whether_the_next_number_is_asked_for_depends_on_the_facts():
    state, effect = after(*CHILD, Said("8,4 75"))
    assert (state.answers["weight"], state.answers["length"]) == (8.4, 75)
    assert ask(effect).question is Meal.note
    start, _ = after(*CHILD)
    state, effect = step(Meal, start, Said("8,4 75"), FACTS | {"panjang": "tidak"})
    assert "weight" not in state.answers
    assert (ask(effect).question, bool(ask(effect).problem)) == (Meal.weight, True)


# --- leaving, changing, and help -------------------------------------------------------------------------


def test_who_wants_to_leave_is_asked_where_they_stood():
    _, effect = after(*CHILD, Cancel())
    assert isinstance(effect, Leave)
    assert effect.at == "weight"
    state, effect = after(*WHOLE, Cancel())
    assert isinstance(effect, Leave)
    assert effect.at == REVIEW
    assert effect.answers.values == state.answers


def test_help_speaks_of_the_child_and_without_any_text_says_what_always_helps():
    _, effect = after(*CHILD, Help())
    assert ask(effect).problem == "Timbang Rafa."
    _, effect = after(Help())
    assert ask(effect).problem == words.NO_MORE_HELP


def test_a_review_says_nothing_of_a_problem_or_a_change_until_there_is_one():
    _, effect = after(*WHOLE)
    assert (review(effect).problem, review(effect).changing) == ("", False)
    _, effect = after(*WHOLE, Change())
    assert (review(effect).problem, review(effect).changing) == ("", True)


@pytest.mark.parametrize("event", [Tapped(1), Confirm(), Change(), Skip(), Open()])
@pytest.mark.parametrize("at", ["whom", "note"])
def test_at_the_review_the_button_of_a_question_is_an_old_one(event: Event, at: str):
    filled, _ = after(*WHOLE)
    state, effect = step(Meal, filled, event, FACTS, at)
    assert state == filled
    assert (review(effect).problem, review(effect).changing) == (words.OLD_BUTTON, False)


def test_at_a_question_nothing_is_sent_and_no_list_is_shown():
    for event, told in ((Confirm(), ""), (Change(), words.NO_MORE_HELP)):
        state, effect = after(*CHILD, event)
        assert (ask(effect).question, ask(effect).problem) == (Meal.weight, told)
        assert len(state.answers) == 3
    _, effect = after(*WHOLE, Confirm())
    assert isinstance(effect, Submit)


def test_other_words_at_the_review_change_nothing_and_it_says_what_can_be_done():
    filled, _ = after(*WHOLE)
    for event, told in (
        (Said("8,4"), words.NOT_IN_REVIEW),
        (Said(" "), words.NOT_IN_REVIEW),
        (Said("ref-1", "photo"), ""),
        (Skip(), ""),
        (Help(), ""),
        (Done(), ""),
        (Tapped(1), ""),
        (Edit("nothing"), ""),
    ):
        state, effect = step(Meal, filled, event, FACTS)
        assert (state, review(effect).problem) == (filled, told)


@pytest.mark.parametrize(
    "said", ["Berat Rafa", "berat rafa.", "ubah berat rafa", "Perbaiki Berat Rafa", "ganti berat rafa"]
)
def test_an_answer_named_at_the_review_is_opened(said: str):
    filled, _ = after(*WHOLE)
    state, effect = step(Meal, filled, Said(said), FACTS)
    assert (ask(effect).question, ask(effect).before) == (Meal.weight, 8.4)
    assert state == State(filled.answers, reopened="weight")


def test_what_is_offered_can_be_named_too_and_what_does_not_apply_cannot():
    filled, _ = after(*WHOLE)
    _, effect = step(Meal, filled, Said("tambah cerita"), FACTS)
    assert ask(effect).question == Meal.story
    without = {**FACTS, "panjang": "tidak"}
    _, effect = step(Meal, filled, Said("panjang"), without)
    assert review(effect).problem == words.NOT_IN_REVIEW


def test_a_review_stays_true_after_it_was_sent_and_is_marked_where_a_message_can_be_changed():
    _, effect = after(*WHOLE)
    said = speak(effect, 12)
    assert said is not None
    assert "belum terkirim" not in said.text.casefold()
    assert [option.label for option in said.options] == ["Kirim", "Perbaiki", "Nanti"]
    assert [option.label for option in said.row] == ["+ Cerita", "Batal"]
    marked = sent(review(effect))
    assert marked.splitlines()[:2] == ["📋 *Makan Rafa*", words.SENT]
    assert "ketuk" not in marked.casefold()
    assert marked.count("•") == said.text.count("•") > 3
