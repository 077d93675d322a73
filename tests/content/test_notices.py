"""The announcements that Meta must approve: those we ship fit, and a mistake in one is named before Meta refuses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content import lessons, notices
from content.lessons import LINE, ContentError
from content.notices import BODY, CITY, SOMETHING, Notices, words_for

GOOD = """\
name = "asuh_pesan"
language = "id"
category = "UTILITY"
kinds = ["*"]
body = "Halo {{1}}, ada pesan dari Asuh {kota} untuk Bapak/Ibu."
variables = ["Bu Sari"]
button = "Baca"
"""
OURS = notices.load()
ALL = OURS.templates
names = [template.name for template in ALL]


def load(folder: Path, *texts: str) -> Notices:
    for number, text in enumerate(texts):
        (folder / f"t{number}.toml").write_text(text, encoding="utf-8")
    return notices.load(folder)


def problems(folder: Path, *texts: str) -> tuple[str, ...]:
    with pytest.raises(ContentError) as failure:
        load(folder, *texts)
    return failure.value.problems


# --- ours ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "lesson",
        "reminder",
        "nudge",
        "digest",
        "alert",
        "referral",
        "ending",
        "after-loss",
        "born",
        "birth",
        "chart",
        "remeasure",
    ],
)
def test_each_kind_of_unasked_message_has_words_of_its_own(kind: str) -> None:
    assert kind in OURS.of_kind(kind).kinds


@pytest.mark.parametrize("kind", ["reply", "recover", "moved", "something new"])
def test_everything_else_has_the_general_one(kind: str) -> None:
    assert OURS.of_kind(kind).name == "asuh_pesan"


def test_only_a_lesson_and_an_announcement_say_what_they_are_about() -> None:
    two = {template.name for template in ALL if len(template.variables) != 1}
    assert two == {"asuh_pesan_edukasi", "asuh_pengumuman"}
    assert len(OURS.of_kind("lesson").variables) == 2


@pytest.mark.parametrize("template", ALL, ids=names)
def test_who_writes_is_named(template: notices.Template) -> None:
    assert "Asuh Kota Kendari" in template.text("Kota Kendari", ("Bu Sari",))


@pytest.mark.parametrize("kind", ["lesson", "ending", "born", "birth", "referral", "chart", "reply"])
def test_a_family_reads_how_to_stop(kind: str) -> None:
    assert OURS.of_kind(kind).footer == "Tulis BERHENTI untuk berhenti"


@pytest.mark.parametrize("template", ALL, ids=names)
def test_nothing_about_anybodys_health_can_be_read_over_a_shoulder(template: notices.Template) -> None:
    words = re.findall(r"\w+", template.body.lower())
    assert not {"stunting", "gizi", "berat", "hamil", "sakit", "meninggal", "rujukan", "bahaya", "anak"} & set(words)


@pytest.mark.parametrize("lesson", lessons.shipped().lessons, ids=lambda lesson: lesson.id)
def test_the_line_of_every_lesson_fits(lesson: lessons.Lesson) -> None:
    template = OURS.of_kind("lesson")
    call = "Bapak/Ibu Muhammadiyansyahputra"
    assert template.parameters((call, lesson.notice)) == (call, lesson.notice)
    assert len(template.text("K" * CITY, (call, lesson.notice))) <= BODY
    assert len(lesson.notice) <= LINE


# --- filling them in --------------------------------------------------------------------


def test_a_lesson_is_announced_in_its_own_words() -> None:
    said = OURS.of_kind("lesson").text("Kota Kendari", ("Bu Sari", "Besok hari timbang."))
    assert said.startswith("Halo Bu Sari, pesan sesuai jadwal")
    assert "\n\nBesok hari timbang.\n\n" in said


def test_what_a_message_does_not_bring_is_said_in_general() -> None:
    assert OURS.of_kind("lesson").parameters(()) == ("Bapak/Ibu", SOMETHING)
    assert OURS.of_kind("lesson").parameters(("Bu Sari",)) == ("Bu Sari", SOMETHING)
    assert OURS.of_kind("digest").parameters(("", "Besok hari timbang.")) == ("Bapak/Ibu",)


def test_what_meta_refuses_in_a_value_is_taken_out_of_it() -> None:
    [value, line] = OURS.of_kind("lesson").parameters(("Bu  \t Sari\n", "kata " * 60))
    assert value == "Bu Sari"
    assert len(line) <= 120
    assert line.endswith("kata…")


def test_a_name_that_looks_like_a_variable_stays_a_name() -> None:
    assert "Halo {{2}}, pesan" in OURS.of_kind("lesson").text("Kota Kendari", ("{{2}}", "Satu baris."))


def test_metas_word_for_a_state_is_told_in_ours() -> None:
    assert words_for("PAUSED") == "dijeda Meta"
    assert words_for("SOMETHING_NEW") == "berstatus SOMETHING_NEW"


# --- what is wrong with a file --------------------------------------------------------


def test_a_good_file_is_read(tmp_path: Path) -> None:
    [template] = load(tmp_path, GOOD).templates
    assert (template.name, template.variables, template.footer) == ("asuh_pesan", ("Bu Sari",), "")
    assert template.body_for("Kota Baubau") == "Halo {{1}}, ada pesan dari Asuh Kota Baubau untuk Bapak/Ibu."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"asuh_pesan"', '"Asuh-Pesan"', "name: paling banyak"),
        ('"asuh_pesan"', f'"{"a" * 81}"', "name: paling banyak"),
        ('language = "id"', 'language = "Bahasa"', "language: isi dengan kode"),
        ("UTILITY", "AUTHENTICATION", "category: isi salah satu dari UTILITY, MARKETING"),
        ('"Baca"', '"Baca pesan ini sekarang"', "button: paling banyak 20"),
        ('"Baca"', '"Baca\\nlah"', "button: paling banyak 20"),
        ('"Baca"', '"Baca"\nfooter = "Tulis *BERHENTI*"', "footer: paling banyak 60"),
        ('"Baca"', f'"Baca"\nfooter = "{"x" * 61}"', "footer: paling banyak 60"),
        ('"Baca"', '""', "button: isi dengan teks"),
        ('"Baca"', '"Baca"\nheader = "Asuh"', "header: kunci ini tidak dikenal"),
        ('kinds = ["*"]\n', "", "kinds: isi dengan daftar teks"),
        ('["*"]', "[]", "kinds: isi sedikitnya satu"),
        ('["Bu Sari"]', "[]", "variables: 0 contoh tidak cocok dengan [1]"),
        ('["Bu Sari"]', '["Bu Sari", "Rafa"]', "variables: 2 contoh tidak cocok dengan [1]"),
        ('["Bu Sari"]', '[""]', "variables: tiap contoh berisi kata-kata"),
        ('["Bu Sari"]', '["Bu\\nSari"]', "variables: tiap contoh berisi kata-kata"),
        ("{{1}}", "{{2}}", "variables: 1 contoh tidak cocok dengan [2]"),
        ("Halo {{1}}, ada", "{{1}}, ada", "tidak boleh di awal atau di akhir"),
        ("Halo {{1}}, ada", "*{{1}}*, ada", "tidak boleh di awal atau di akhir"),
        (
            "Halo {{1}}, ada pesan dari Asuh {kota} untuk Bapak/Ibu.",
            "Ada pesan untuk {{1}}.",
            "tidak boleh di awal atau di akhir",
        ),
        ("Halo {{1}}, ada pesan dari Asuh {kota} untuk Bapak/Ibu.", "Hai {{1}} ya", "terlalu sedikit"),
        ("Halo {{1}}, ada", "Halo {{1}}\\n\\n\\n, ada", "tiga ganti baris"),
        ("Halo {{1}}, ada", "Halo {{1}},    ada", "empat spasi"),
        ("{kota}", "{nama}", "yang diisi hanya {{1}}"),
        ("Halo {{1}}, ada", f"Halo {{{{1}}}}, {'ada ' * 250}", "huruf setelah diisi"),
        ('name = "asuh_pesan"', "name = asuh", "baris 1, huruf ke-8, tidak bisa dibaca"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new))
    assert all("t0.toml: " in problem for problem in found)
    assert any(said in problem for problem in found)


def test_two_variables_may_not_stand_side_by_side(tmp_path: Path) -> None:
    text = GOOD.replace("Halo {{1}},", "Halo {{1}} {{2}},").replace('["Bu Sari"]', '["Bu", "Sari"]')
    assert any("berdampingan" in problem for problem in problems(tmp_path, text))


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("UTILITY", "x").replace('"id"', '"x"')
    assert len(problems(tmp_path, wrong, wrong)) == 4


def test_templates_must_not_contradict_each_other(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD, GOOD)
    assert [part for problem in found for part in ("name ", "kinds ", "templat sama") if part in problem] == [
        "name ", "kinds ", "templat sama",
    ]  # fmt: skip


def test_something_must_be_for_everything_else(tmp_path: Path) -> None:
    assert "pesan lainnya" in problems(tmp_path, GOOD.replace('"*"', '"lesson"'))[0]
