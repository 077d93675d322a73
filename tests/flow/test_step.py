"""The form machine, on a small form of its own."""

import json
from dataclasses import asdict, dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flow import words
from flow.form import Form, Section
from flow.questions import Choice, Choices, Day, Location, Number, Photo, Search, Text, YesNo, comma
from flow.speech import speak
from flow.step import (
    REVIEW,
    Ask,
    Back,
    Cancel,
    Change,
    Confirm,
    Discard,
    Discarded,
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
from flow.tokens import Meant, read, token

FACTS = {"nama": "Rafa", "today": "2026-03-04"}


@dataclass(frozen=True)
class Slip:
    question: str
    means: float | None


class HomeVisit(Form):
    title = "Kunjungan {nama}"

    A = Section("Pertemuan")
    on = Day("Kapan?", past=30, suggest={0: "Hari ini", -1: "Kemarin"}, default=lambda answers: answers.facts["today"])
    met = YesNo("Bertemu {nama}?", also=("on", "Bukan hari ini"))
    reason = Choice("Mengapa?", {"pergi": "Bepergian", "pindah": "Pindah alamat"}, when=lambda answers: not answers.met)
    B = Section("Keadaan", when=lambda answers: answers.met)
    weight = Number(
        "Berat?", 0.5, 50, "kg", units={"g": 0.001}, hint="Misalnya 8,4.",
        suspect=lambda answers, kg: Slip(f"{comma(kg)} kg?", kg / 10) if kg > 30 else None,
    )  # fmt: skip
    food = Choices("Makan apa?", {"telur": "Telur", "ikan": "Ikan", "sayur": "Sayur"})
    note = Text("Catatan?", optional=True, limit=20)
    C = Section("Penutup")
    photo = Photo("Foto?", offered=True)
    place = Location("Lokasi?", offered=True)
    village = Search("Kelurahan?", lambda answers: {"1": "Mandonga", "2": "Mataiwoi", "3": "Poasia"})


def after(*events: Event, facts: dict[str, str] = FACTS, form: type[Form] = HomeVisit) -> tuple[State, Effect]:
    state, effect = step(form, State(), Open(), facts)
    for event in events:
        state, effect = step(form, state, event, facts)
    return state, effect


def asked(effect: Effect) -> str:
    assert isinstance(effect, Ask), effect
    return effect.question.name


MET = (Said("ya"), Said("8,4"), Said("1, 2"), Skip(), Said("poasia"))


def test_the_first_question_is_the_first_that_is_not_filled_in_beforehand() -> None:
    _, effect = after()
    assert asked(effect) == "met"
    assert isinstance(effect, Ask)
    assert effect.first


def test_a_whole_form_ends_in_a_review_and_is_submitted_with_what_applies() -> None:
    state, effect = after(*MET)
    assert isinstance(effect, Review)
    assert [question.name for question, _ in effect.rows] == ["on", "met", "weight", "food", "note", "village"]
    assert [question.name for question in effect.offers] == ["photo", "place"]
    state, effect = step(HomeVisit, state, Confirm(), FACTS)
    assert isinstance(effect, Submit)
    answers = effect.answers
    assert isinstance(answers, HomeVisit)
    assert (answers.on, answers.met, answers.weight, answers.food, answers.note) == (
        date(2026, 3, 4), True, 8.4, ["telur", "ikan"], None,
    )  # fmt: skip
    assert state == State()


def test_the_short_form_when_nobody_was_met() -> None:
    _, effect = after(Said("tidak"), Said("pindah"), Said("Mandonga"))
    assert isinstance(effect, Review)
    assert [question.name for question, _ in effect.rows] == ["on", "met", "reason", "village"]


def test_answers_off_the_path_are_kept_but_never_submitted() -> None:
    state, _ = after(*MET, Edit("met"), Said("tidak"), Said("1"))
    _, effect = step(HomeVisit, state, Confirm(), FACTS)
    assert isinstance(effect, Submit)
    assert "weight" not in effect.answers.values
    state, effect = step(HomeVisit, state, Edit("met"), FACTS)
    state, effect = step(HomeVisit, state, Said("ya"), FACTS)
    assert isinstance(effect, Review)
    assert ("weight", "8,4 kg") in [(question.name, shown) for question, shown in effect.rows]


def test_an_edit_that_opens_a_branch_asks_only_the_new_question() -> None:
    state, effect = after(Said("tidak"), Said("1"), Said("Poasia"), Edit("met"), Said("ya"))
    assert asked(effect) == "weight"
    for said in ("8", "tidak ada"):
        state, effect = step(HomeVisit, state, Said(said), FACTS)
    state, effect = step(HomeVisit, state, Skip(), FACTS)
    assert isinstance(effect, Review)


def test_back_twice_then_an_answer_returns_to_the_first_empty_question() -> None:
    state, effect = after(Said("ya"), Said("8,4"), Back())
    assert asked(effect) == "weight"
    state, effect = step(HomeVisit, state, Back(), FACTS)
    assert asked(effect) == "met"
    _, effect = step(HomeVisit, state, Said("ya"), FACTS)
    assert asked(effect) == "food"


def test_back_before_the_first_question_opens_what_was_filled_in_beforehand() -> None:
    state, effect = after(Said("ya"), Back(), Back())
    assert asked(effect) == "on"
    assert state.answers == {"met": True}


class Prefilled(Form):
    """The second line is filled in beforehand; the fourth is only offered."""

    title = "Ukuran {nama}"

    A = Section("Ukuran")
    weight = Number("Berat?", 0.5, 50, "kg")
    scale = Choice("Timbangan?", {"dacin": "Dacin", "digital": "Digital"}, default=lambda answers: "dacin")
    length = Number("Panjang?", 30, 140, "cm")
    photo = Photo("Foto?", offered=True)
    village = HomeVisit.village


def test_back_passes_over_a_line_that_was_filled_in_beforehand() -> None:
    _, effect = after(Said("8"), Back(), form=Prefilled)
    assert asked(effect) == "weight"


def test_back_passes_over_a_line_that_was_only_offered() -> None:
    filled = Said("8"), Said("75"), Said("poasia"), Edit("photo"), Said("file-1", "photo")
    state, effect = after(*filled, Back(), form=Prefilled)
    assert asked(effect) == "village"
    state, effect = step(Prefilled, state, Back(), FACTS)
    assert asked(effect) == "length"
    _, effect = step(Prefilled, state, Back(), FACTS)
    assert asked(effect) == "weight"


def test_back_at_the_review_opens_the_last_line() -> None:
    _, effect = after(*MET, Back())
    assert asked(effect) == "village"


def test_a_required_question_cannot_be_skipped() -> None:
    state, effect = after(Skip())
    assert asked(effect) == "met"
    assert isinstance(effect, Ask)
    assert effect.problem == words.REQUIRED
    assert state == State()


@pytest.mark.parametrize("said", ["banyak", "8,4 ekor", "", "-3", "8,4,1", "0,1"])
def test_an_answer_that_cannot_be_read_changes_nothing_and_says_what_to_write(said: str) -> None:
    state, effect = after(Said("ya"), Said(said))
    assert asked(effect) == "weight"
    assert isinstance(effect, Ask)
    assert effect.problem
    assert state.answers == {"met": True}


@pytest.mark.parametrize("said", ["8,4", "8.4", "8,4 kg", "8400 g", "8,4kg", " 8,40 KG "])
def test_a_weight_is_understood_with_comma_point_and_units(said: str) -> None:
    state, _ = after(Said("ya"), Said(said))
    assert state.answers["weight"] == 8.4


def test_a_doubtful_weight_is_asked_back_with_what_was_likely_meant() -> None:
    state, effect = after(Said("ya"), Said("84"))
    assert isinstance(effect, Ask)
    assert effect.doubt
    assert effect.doubt.question == "84 kg?"
    message = speak(effect, 7)
    assert message
    assert [option.label for option in message.options] == ["Maksudnya 8,4 kg"]  # 84 kg itself is out of the question
    _, effect = step(HomeVisit, state, Said("84"), FACTS)
    assert isinstance(effect, Ask)
    assert "antara" in effect.problem


def test_a_doubtful_weight_that_is_possible_is_believed_when_it_is_said_again() -> None:
    state, effect = after(Said("ya"), Said("40"))
    assert isinstance(effect, Ask)
    message = speak(effect, 7)
    assert message
    assert [option.label for option in message.options] == ["Maksudnya 4 kg", "Betul, tetap 40 kg"]
    for option in message.options:
        meant = read(option.token)
        assert meant
        assert meant.event
        taken, _ = step(HomeVisit, state, meant.event, FACTS, meant.at)
        assert taken.answers["weight"] in (4, 40)


class Measured(Form):
    title = "Ukuran {nama}"

    A = Section("Ukuran")
    weight = Number(
        "Berat?",
        0.5,
        50,
        "kg",
        labels=("bb", "berat"),
        suspect=lambda answers, kg: Slip(f"{comma(kg)} kg?", kg / 10) if kg > 30 else None,
    )
    length = Number(
        "Panjang?", 30, 140, "cm", labels=("tb", "tinggi"),
        suspect=lambda answers, cm: Slip(f"{comma(cm)} cm?", cm / 10) if not 40 < cm < 130 else None,
    )  # fmt: skip
    muac = Number("LiLA?", 5, 30, "cm", labels=("lila",))
    village = HomeVisit.village


@pytest.mark.parametrize(
    "said",
    ["8,4 75,5 12", "8,4; 75,5; 12", "8.4 kg, 75.5 cm, 12 cm", "8,4 dan 75,5 dan 12", "8,4\n75,5\n12",
     "BB 8,4 TB 75,5 LiLA 12", "TB 75,5 cm, BB 8,4 kg, LiLA: 12", "8.400 gram tinggi 75,5 dan lila 12",
     "8,4 lila 12 tb 75,5"],
)  # fmt: skip
def test_numbers_that_follow_each_other_may_be_written_at_once(said: str) -> None:
    state, effect = after(Said(said), form=Measured)
    assert state.answers == {"weight": 8.4, "length": 75.5, "muac": 12}
    assert asked(effect) == "village"


@pytest.mark.parametrize(
    "said", ["8 400 g", "8,4 75,5 12 3", "8,4 apa", "84 apa", "8,4 900", "tb 75,5", "bb 8,4 bb 8,5", "bb", "bb 8,4 tb"]
)
def test_numbers_that_do_not_fit_their_questions_are_not_taken_apart(said: str) -> None:
    state, effect = after(Said(said), form=Measured)
    assert isinstance(effect, Ask)
    assert effect.problem or effect.doubt
    assert set(state.answers) <= {"weight"}


def test_the_last_of_several_numbers_is_doubted_like_any_other() -> None:
    state, effect = after(Said("8,4 135"), form=Measured)
    assert isinstance(effect, Ask)
    assert effect.doubt
    assert state.answers == {"weight": 8.4}


def test_of_a_doubted_pair_the_second_number_is_kept_while_the_first_is_asked_about() -> None:
    state, effect = after(Said("84 75,5 12"), form=Measured)
    assert isinstance(effect, Ask)
    assert effect.doubt == Slip("84 kg?", 8.4)
    assert state.answers == {}
    for sure, weight in (("84", 84), ("=8,4", 8.4)):
        kept, effect = step(Measured, state, Said(sure.removeprefix("=")), FACTS)
        if weight > 50:  # beyond what the question takes
            assert asked(effect) == "weight"
            continue
        assert kept.answers == {"weight": weight, "length": 75.5, "muac": 12}
        assert asked(effect) == "village"


def test_both_numbers_of_a_pair_may_be_doubted_one_after_the_other() -> None:
    state, effect = after(Said("bb 35 tb 135"), form=Measured)
    assert asked(effect) == "weight"
    state, effect = step(Measured, state, Said("35"), FACTS)
    assert isinstance(effect, Ask)
    assert (effect.question.name, effect.doubted) == ("length", 135)
    state, _ = step(Measured, state, Said("135"), FACTS)
    assert state.answers == {"weight": 35, "length": 135}


def test_a_pair_in_the_wrong_order_is_asked_for_again_in_the_right_one() -> None:
    state, effect = after(Said("75,5 8,4"), form=Measured)
    assert isinstance(effect, Ask)
    assert effect.problem == words.swapped("8,4 75,5")
    assert state.answers == {}


def test_another_pair_in_place_of_the_doubted_one_replaces_all_of_it() -> None:
    state, _ = after(Said("35 75,5"), Said("8,4 80"), form=Measured)
    assert state.answers == {"weight": 8.4, "length": 80}


def test_several_numbers_for_one_line_that_is_changed_are_none() -> None:
    state, _ = after(Said("8,4 75,5 12"), Said("poasia"), Edit("weight"), Said("9 80"), form=Measured)
    assert state.answers["weight"] == 8.4


def test_a_tap_on_an_old_button_changes_nothing_and_says_so() -> None:
    state, _ = after(Said("ya"))
    same, effect = step(HomeVisit, state, Tapped(2), FACTS, at="met")
    assert same.answers == state.answers
    assert asked(effect) == "weight"
    assert isinstance(effect, Ask)
    assert effect.problem == words.OLD_BUTTON


def test_old_skip_and_old_throw_away_are_old_buttons_too() -> None:
    state, _ = after(*MET[:3])
    assert asked(step(HomeVisit, state, Skip(), FACTS, at="weight")[1]) == "note"
    assert asked(step(HomeVisit, state, Discard(), FACTS, at=REVIEW)[1]) == "note"


def test_several_answers_are_toggled_one_by_one() -> None:
    state, effect = after(Said("ya"), Said("8"), Tapped(1), Tapped(3), Tapped(1))
    assert isinstance(effect, Ask)
    assert effect.marked == ("sayur",)
    assert effect.redraw
    state, effect = step(HomeVisit, state, Done(), FACTS)
    assert state.answers["food"] == ["sayur"]
    assert asked(effect) == "note"


def test_one_tap_says_none_of_them() -> None:
    state, _ = after(Said("ya"), Said("8"), Tapped(0))
    assert state.answers["food"] == []


@pytest.mark.parametrize(
    ("said", "keys"),
    [("1, 3", ["telur", "sayur"]), ("3 1", ["telur", "sayur"]), ("telur dan ikan", ["telur", "ikan"]),
     ("tidak ada", []), ("nda ada bu", []), ("blm", []), ("ikan", ["ikan"]), ("1.3", ["telur", "sayur"]), ("1. 3.",
     ["telur", "sayur"]),
     ("1/2 dan 3", ["telur", "ikan", "sayur"]), ("1 & 3", ["telur", "sayur"])],
)  # fmt: skip
def test_several_answers_are_typed(said: str, keys: list[str]) -> None:
    state, _ = after(Said("ya"), Said("8"), Said(said))
    assert state.answers["food"] == keys


def test_a_zero_is_not_taken_for_none_of_them() -> None:
    state, effect = after(Said("ya"), Said("8"), Said("0"))
    assert "food" not in state.answers
    assert isinstance(effect, Ask)
    assert effect.problem == words.PICK_SOME


def test_an_offered_line_is_added_from_the_review_and_takes_only_what_it_asks_for() -> None:
    state, effect = after(*MET, Edit("photo"))
    assert asked(effect) == "photo"
    state, effect = step(HomeVisit, state, Said("ini fotonya"), FACTS)
    assert isinstance(effect, Ask)
    assert effect.problem == words.NEED_PHOTO
    state, effect = step(HomeVisit, state, Said("file-1", "photo"), FACTS)
    assert isinstance(effect, Review)
    assert ("photo", "terlampir") in [(question.name, shown) for question, shown in effect.rows]


def test_a_photo_where_words_are_asked_for_is_turned_down_kindly() -> None:
    _, effect = after(Said("file-1", "photo"))
    assert isinstance(effect, Ask)
    assert effect.problem == words.NEED_TEXT


def test_the_day_can_be_changed_from_the_first_question() -> None:
    state, effect = after(Edit("on"))
    assert asked(effect) == "on"
    state, effect = step(HomeVisit, state, Said("kemarin"), FACTS)
    assert state.answers["on"] == "2026-03-03"
    assert asked(effect) == "met"


def test_a_day_too_long_ago_or_to_come_is_refused_with_the_limit() -> None:
    for said in ("12/1", "1 April 2026"):
        state, effect = after(Edit("on"), Said(said))
        assert isinstance(effect, Ask)
        assert "tidak boleh" in effect.problem
        assert state.answers == {}


def test_cancel_asks_first_and_throws_nothing_away() -> None:
    state, effect = after(Said("ya"), Cancel())
    assert isinstance(effect, Leave)
    assert state.answers == {"met": True}
    _, effect = step(HomeVisit, state, Discard(), FACTS, at="weight")
    assert isinstance(effect, Discarded)


def test_help_explains_the_open_question() -> None:
    _, effect = after(Said("ya"), Help())
    assert isinstance(effect, Ask)
    assert "8,4" in effect.problem


def test_a_name_is_found_by_its_beginning_and_asked_back_when_several_fit() -> None:
    state, effect = after(Said("tidak"), Said("1"), Said("ma"))
    assert isinstance(effect, Ask)
    assert "Mandonga; Mataiwoi" in effect.problem
    state, _ = step(HomeVisit, state, Said("mandongga"), FACTS)
    assert "village" not in state.answers
    state, _ = step(HomeVisit, state, Said("mando"), FACTS)
    assert state.answers["village"] == "1"


def test_a_question_added_while_a_draft_is_open_is_simply_asked() -> None:
    class Longer(HomeVisit):
        title = HomeVisit.title
        met = HomeVisit.met
        weight = Number("Berat?", 0.5, 50, "kg")
        length = Number("Panjang?", 30, 140, "cm")

    state, _ = after(Said("ya"), Said("8,4"))
    _, effect = step(Longer, state, Open(), FACTS)
    assert asked(effect) == "length"


def test_an_answer_that_no_longer_fits_its_question_is_asked_again() -> None:
    state = State({"met": True, "weight": "berat sekali", "food": ["batu"]})
    _, effect = step(HomeVisit, state, Open(), FACTS)
    assert asked(effect) == "weight"


def test_change_lists_every_line_with_its_answer() -> None:
    _, effect = after(*MET, Change())
    assert isinstance(effect, Review)
    message = speak(effect, 3)
    assert message
    assert "Berat?: 8,4 kg" in [option.label for option in message.options]


EVENTS = st.one_of(
    st.sampled_from([Open(), Back(), Skip(), Help(), Change(), Cancel(), Discard(), Confirm(), Done()]),
    st.builds(
        Said, st.sampled_from(["ya", "tidak", "1", "2", "1, 3", "8,4", "84", "84 75", "900", "poasia", "12/2", "", "x"])
    ),
    st.builds(Said, st.text(max_size=30), st.sampled_from(["text", "photo", "place", "other"])),
    st.builds(Tapped, st.integers(-1, 12)),
    st.builds(Edit, st.sampled_from([question.name for question in HomeVisit.questions] + ["nothing"])),
)
PLACES = st.one_of(st.none(), st.sampled_from([question.name for question in HomeVisit.questions] + [REVIEW]))


@given(st.lists(st.tuples(EVENTS, PLACES), max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_event_in_any_state_gives_one_effect_and_json(walk: list[tuple[Event, str | None]]) -> None:
    state = State()
    for event, place in walk:
        state, effect = step(HomeVisit, state, event, FACTS, place)
        kept = json.loads(json.dumps(asdict(state)))
        assert kept["answers"] == state.answers
        if isinstance(effect, Submit):
            assert set(effect.answers.values) >= {"on", "met", "village"}
        elif not isinstance(effect, Discarded):
            message = speak(effect, 12)
            assert message
            assert message.text
            assert all(len(option.token.encode()) <= 64 for option in (*message.options, *message.row))


def test_a_buttons_payload_reads_back_as_what_it_meant() -> None:
    assert read(token(12, "weight", 3)) == Meant(12, "weight", Tapped(3))
    assert read(token(12, REVIEW, "send")) == Meant(12, REVIEW, Confirm())
    assert read(token(12, "weight", "=8,4")) == Meant(12, "weight", Said("8,4"))
    assert read(token(12, "weight", "keep")) == Meant(12, None, None)


@given(st.text(max_size=80))
def test_a_forged_payload_is_read_as_nothing_or_as_a_step(tap: str) -> None:
    meant = read(tap)
    assert meant is None or meant.draft >= 0
