"""The lessons are read whole or not at all, and whoever wrote a wrong one is told all that is wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.coverage import MERGED
from content.lessons import ContentError, Lesson, Library, load

FRONT = {
    "id": "hamil-28",
    "plan": "K28",
    "stage": "hamil",
    "anchor": "hpl",
    "day": "-84",
    "until": "-71",
    "audience": "[ibu, ayah]",
    "must_not_miss": "false",
    "source": '"Buku KIA 2023"',
    "topic": "Gerakan bayi",
    "summary": "Ibu mengenal gerak bayinya.",
    "notice": "Ada pesan untuk Ibu.",
    "question": '{text: "Sudah dicoba?", answers: ["Sudah", "Belum"]}',
    "reviewed_by": "null",
    "reviewed_on": "null",
}


def write(folder: Path, **changed: str | None) -> Path:
    """A lesson file; a key that is changed to None is left out."""
    body = changed.pop("body", "Halo, {{ ibu }}.")
    front = {key: value for key, value in {**FRONT, **changed}.items() if value is not None}
    path = folder / front.get("stage", "hamil") / f"{front.get('id', 'hamil-28')}.md"
    path.parent.mkdir(exist_ok=True)
    lines = "\n".join(f"{key}: {value}" for key, value in front.items())
    path.write_text(f"---\n{lines}\n---\n{body}\n", encoding="utf-8")
    return path


def only(library: Library) -> Lesson:
    (lesson,) = library.lessons
    return lesson


def refused(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as refusal:
        load(folder)
    return refusal.value.problems


def test_a_lesson_is_what_its_file_says(tmp_path: Path):
    write(tmp_path, reviewed_by="Bidan Rahma", reviewed_on="2026-11-20")
    lesson = only(load(tmp_path))
    assert (lesson.id, lesson.plan, lesson.stage, lesson.day, lesson.until) == ("hamil-28", "K28", "hamil", -84, -71)
    assert lesson.audience == ("ibu", "ayah")
    assert lesson.must_not_miss is False
    assert lesson.question is not None
    assert lesson.question.answers == ("Sudah", "Belum")
    assert (lesson.reviewed_by, lesson.reviewed_on) == ("Bidan Rahma", date(2026, 11, 20))


def test_a_lesson_may_ask_nothing_and_be_unreviewed(tmp_path: Path):
    write(tmp_path, question=None, reviewed_by=None, reviewed_on=None)
    lesson = only(load(tmp_path))
    assert (lesson.question, lesson.reviewed_by, lesson.reviewed_on) == (None, None, None)


def test_bu_sari_is_called_by_her_name_and_her_week(tmp_path: Path):
    write(tmp_path, body="{{ ibu }}, sudah {{ minggu }} minggu.")
    assert only(load(tmp_path)).render(ibu="Bu Sari", minggu=28) == "Bu Sari, sudah 28 minggu."


def test_a_name_is_never_read_as_a_template(tmp_path: Path):
    write(tmp_path)
    assert only(load(tmp_path)).render(ibu="{{ 7 * 7 }} <b>") == "Halo, {{ 7 * 7 }} <b>."


def test_a_missing_value_is_an_error_and_not_an_empty_place(tmp_path: Path):
    write(tmp_path)
    with pytest.raises(ContentError, match=r"hamil-28.*'ibu'"):
        only(load(tmp_path)).render(nama="Fitri")


def test_a_lesson_cannot_reach_into_the_machine(tmp_path: Path):
    write(tmp_path, body="{{ ibu.__class__.__mro__ }}")
    with pytest.raises(ContentError):
        only(load(tmp_path)).render(ibu="Bu Sari")


def test_lessons_come_in_the_order_a_family_meets_them(tmp_path: Path):
    write(tmp_path, id="hamil-30", day="-70", until="-50")
    write(tmp_path, id="hamil-04", day="-252", until="-240")
    write(tmp_path, id="bayi-01", stage="bayi-0-28-hari", anchor="lahir", day="1", until="2")
    library = load(tmp_path)
    assert [lesson.id for lesson in library.of_anchor("hpl")] == ["hamil-04", "hamil-30"]
    assert [lesson.id for lesson in library.of_anchor("lahir")] == ["bayi-01"]
    assert library.of_anchor("nikah") == ()
    assert library.by_id["hamil-30"].day == -70


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day": "besok"}, "day: isi dengan bilangan bulat"),
        ({"day": None}, "day: isi dengan bilangan bulat"),
        ({"until": "-85"}, "until: tidak boleh sebelum day"),
        ({"day": "-300"}, "day: hamil berlaku dari hari -280 sampai 14"),
        ({"anchor": "lahir"}, "anchor: hamil dihitung dari hpl"),
        ({"anchor": "ulang tahun"}, "anchor: isi salah satu dari nikah, hpl, lahir"),
        ({"audience": "[ibu, tetangga]"}, "audience: isi salah satu dari ibu, ayah, keluarga"),
        ({"audience": "[]"}, "audience: isi dengan daftar"),
        ({"must_not_miss": "mungkin"}, "must_not_miss: isi true atau false"),
        ({"topic": '" "'}, "topic: isi dengan teks"),
        ({"summary": "x" * 101}, "summary: 101 huruf, paling banyak 100"),
        ({"question": '{text: "Sudah?"}'}, "question: isi text dan answers"),
        ({"question": '{text: "Sudah?", answers: ["Sudah"]}'}, "question: isi dua atau tiga jawaban"),
        ({"reviewed_on": "kemarin"}, "reviewed_on: isi dengan tanggal"),
        ({"penulis": "Dinkes"}, "penulis: kunci ini tidak dikenal"),
        ({"body": ""}, "teksnya kosong"),
        ({"body": "Halo, {{ ibu"}, "teksnya tidak bisa dibaca di dekat tanda {{ }} (baris 1"),
        ({"body": "Adik {{ nama }}."}, "{{ nama }} tidak dikenal di hamil"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_reason(tmp_path: Path, changed: dict[str, str | None], said: str):
    write(tmp_path, **changed)
    (problem,) = refused(tmp_path)
    assert problem.startswith("hamil/hamil-28.md: ")
    assert said in problem


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path):
    write(tmp_path, day="besok", topic="")
    write(tmp_path, id="hamil-30", audience="[tetangga]")
    assert [problem.split(":")[0:2] for problem in refused(tmp_path)] == [
        ["hamil/hamil-28.md", " day"],
        ["hamil/hamil-28.md", " topic"],
        ["hamil/hamil-30.md", " audience"],
    ]


def test_a_file_bears_its_id_and_lies_in_its_stage(tmp_path: Path):
    path = write(tmp_path)
    (tmp_path / "bayi-0-28-hari").mkdir()
    path.rename(tmp_path / "bayi-0-28-hari" / "gerakan.md")
    assert refused(tmp_path) == (
        "bayi-0-28-hari/gerakan.md: id: berkasnya harus bernama hamil-28.md",
        "bayi-0-28-hari/gerakan.md: stage: berkasnya harus berada di folder hamil/",
    )


def test_two_stages_cannot_share_an_id(tmp_path: Path):
    write(tmp_path)
    write(tmp_path, stage="bayi-0-28-hari", anchor="lahir", day="1", until="2")
    assert refused(tmp_path) == ("hamil/hamil-28.md: id sama dengan id bayi-0-28-hari/hamil-28.md",)


@pytest.mark.parametrize("text", ["Halo, {{ ibu }}.", "---\nid: [\n---\nHalo\n", "---\nhalo\n---\nHalo\n"])
def test_a_file_without_readable_front_matter_is_refused(tmp_path: Path, text: str):
    (tmp_path / "hamil").mkdir()
    (tmp_path / "hamil" / "halo.md").write_text(text, encoding="utf-8")
    (problem,) = refused(tmp_path)
    assert problem.startswith("hamil/halo.md: ")
    assert "keterangan pesan" in problem


def test_an_empty_folder_is_not_a_library(tmp_path: Path):
    assert "belum ada pesan" in refused(tmp_path)[0]


# --- conditions -------------------------------------------------------------------

EGG = {
    "id": "telur-lagi", "stage": "kondisional", "anchor": "kejadian", "day": "0", "until": "14", "audience": "[ibu]",
    "condition": "telur-belum",
}  # fmt: skip


def test_a_lesson_that_an_occasion_calls_for_names_whom_it_is_about(tmp_path: Path):
    write(tmp_path, **EGG, body="{{ ibu }}, {{ nama }} sudah {{ umur }}.")
    write(tmp_path, **{**EGG, "id": "kek", "condition": "kek"}, body="{{ ibu }}, minggu {{ minggu }}.")
    write(
        tmp_path,
        **{**EGG, "id": "kartu-kek", "stage": "kartu-kondisional", "audience": "[asn, petugas]", "condition": "kek"},
        body="{{ sapaan }}, satu hal.",
    )
    assert [lesson.condition for lesson in load(tmp_path).of_anchor("kejadian")] == ["kek", "kek", "telur-belum"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"condition": None}, "condition: pesan yang dihitung dari kejadian"),
        ({"condition": "lapar"}, "condition: isi salah satu dari belum-ditimbang"),
        ({"body": "Minggu {{ minggu }}."}, "{{ minggu }} tidak dikenal di kondisional"),
        ({"condition": "kek", "body": "{{ nama }}."}, "{{ nama }} tidak dikenal di kondisional"),
        ({"body": "{{ sapaan }}."}, "{{ sapaan }} tidak dikenal di kondisional"),
        ({"stage": "kartu-kondisional", "audience": "[asn]", "body": "{{ nama }}."}, "{{ nama }} tidak dikenal"),
        ({"audience": "[asn]"}, "audience: kondisional hanya untuk ibu, ayah, keluarga"),
        ({"id": "t" * 37}, "id: paling banyak 36 huruf"),
        (
            {"question": '{text: "Sudah?", answers: ["Ya", "Belum"], raises: {"Tidak": kek}}'},
            "bukan salah satu jawabannya",
        ),
        (
            {"question": '{text: "Sudah?", answers: ["Ya", "Belum"], raises: {"Ya": lapar}}'},
            "question: isi salah satu dari",
        ),
    ],
)
def test_a_condition_that_cannot_be_is_refused(tmp_path: Path, changed: dict[str, str | None], said: str):
    values: dict[str, str | None] = {**EGG, "body": "Halo, {{ ibu }}.", **changed}
    write(tmp_path, **values)
    (problem,) = refused(tmp_path)
    assert said in problem


def test_an_answer_may_call_for_a_lesson(tmp_path: Path):
    write(tmp_path, question='{text: "Makan telur?", answers: ["Ya", "Belum"], raises: {"Belum": telur-belum}}')
    question = only(load(tmp_path)).question
    assert question is not None
    assert [question.raised_by(number) for number in (1, 2, 3)] == ["", "telur-belum", ""]


# --- other languages ---------------------------------------------------------------

ENGLISH = """---
topic: "Kicks"
summary: "A mother knows her baby's kicks."
notice: "A message for you."
question: {text: "Tried it?", answers: ["Yes", "Not yet"]}
reviewed_by: null
reviewed_on: null
---
Hello, {{ ibu }}.
"""


def tell_in(folder: Path, text: str, name: str = "hamil-28.en.md") -> None:
    (folder / "hamil" / name).write_text(text, encoding="utf-8")


def test_a_lesson_is_told_in_the_language_that_is_beside_it(tmp_path: Path):
    write(tmp_path, question='{text: "Sudah?", answers: ["Ya", "Belum"], raises: {"Belum": kek}}')
    write(tmp_path, id="hamil-30", day="-70", until="-50")
    tell_in(tmp_path, ENGLISH)
    library = load(tmp_path)
    first, second = library.lessons
    english = library.translated("en", first)
    assert library.languages == ("id", "en")
    assert english.render(ibu="Bu Sari") == "Hello, Bu Sari."
    assert (english.day, english.audience, english.source) == (first.day, first.audience, first.source)
    assert english.question is not None
    assert (english.question.answers, english.question.raised_by(2)) == (("Yes", "Not yet"), "kek")
    assert library.translated("en", second) is second
    assert library.translated("id", first) is first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["Yes", "Not yet"]', '["Yes", "No", "Later"]', "sama dengan pesan aslinya"),
        ('topic: "Kicks"', 'topic: "Kicks"\nday: 3', "day: kunci ini tidak dikenal"),
        ("{{ ibu }}", "{{ nama }}", "{{ nama }} tidak dikenal di hamil"),
        ('topic: "Kicks"', 'topic: ""', "topic: isi dengan teks"),
        ("{{ ibu }}", "{{ umur }}", "{{ umur }} keluar dalam bahasa Indonesia"),
    ],
)
def test_another_language_changes_only_the_words(tmp_path: Path, old: str, new: str, said: str):
    write(tmp_path)
    tell_in(tmp_path, ENGLISH.replace(old, new))
    (problem,) = refused(tmp_path)
    assert problem.startswith("hamil/hamil-28.en.md: ")
    assert said in problem


def test_another_language_stands_beside_its_original(tmp_path: Path):
    write(tmp_path)
    tell_in(tmp_path, ENGLISH, "hamil-99.en.md")
    assert refused(tmp_path) == ("hamil/hamil-99.en.md: tidak ada pesan asli bernama sama di sebelahnya",)


# --- the lessons we have ----------------------------------------------------------


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_every_row_of_the_plan_for_pregnancy_and_the_first_28_days_is_written(library: Library):
    written = {lesson.plan for lesson in library.lessons} | set(MERGED)
    assert {f"K{week:02}" for week in range(4, 41)} <= written
    assert {f"N{day:02}" for day in (*range(8), 9, 11, 14, 18, 21, 24, 28)} <= written


def test_danger_signs_are_never_to_be_missed(library: Library):
    must = {lesson.plan for lesson in library.lessons if lesson.must_not_miss}
    assert {"K07", "K21", "K27", "K28", "K36", "K40", "N06", "N11", "N14"} <= must


def test_a_danger_lesson_leads_with_its_signs_in_bold(library: Library):
    lessons = [lesson for lesson in library.lessons if lesson.must_not_miss and lesson.plan[0] in "KN"]
    assert [lesson.id for lesson in lessons if not lesson.body.startswith("*")] == []


def test_every_lesson_can_be_read_by_bu_sari(library: Library):
    values = {"ibu": "Bu Sari", "nama": "Fitri", "umur": "8 bulan 3 hari", "minggu": 28, "sapaan": "Pak Anwar"}
    values |= {"darurat": "Telepon *112*.", "krisis": "119 ext 8", "kekerasan": "129"}
    texts = [lesson.render(**values) for lesson in library.lessons]
    assert all(texts)
    assert not any("{" in text for text in texts)
