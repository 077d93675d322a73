"""asuh zscore: a list of the health office in, the same list with z-scores, flags and classes out."""

import csv
import string
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.zscore.file import Count, write
from reports.zscore.table import CLASSES, FLAGS, RESULTS, SCORES, Columns, Unusable, scored
from rules.status import Index, class_of

VECTORS = Path(__file__).parents[2] / "rules" / "growth_vectors.csv"
INDEX_OF: dict[str, Index] = {
    "kelas_tb_u": "TB/U", "kelas_bb_u": "BB/U", "kelas_bb_tb": "BB/TB", "kelas_imt_u": "IMT/U", "kelas_lk": "LK/U",
}  # fmt: skip

HEADER = "nama,sex,age_days,weight,lenhei,measure,headc,armc,oedema"
RAFA = "Rafa,1,400,8.4,71.5,L,45,13.5,n"


def run(folder: Path, text: str | bytes) -> tuple[list[dict[str, str]], list[tuple[int, str]]]:
    """The rows that come out, and what was said of which line."""
    source, target, said = folder / "daftar.csv", folder / "hasil.csv", list[tuple[int, str]]()
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    count = write(source, target, lambda line, sentence: said.append((line, sentence)))
    with target.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        separator = ";" if b";" in source.read_bytes().splitlines()[0] else ","
        rows = list(csv.DictReader(file, delimiter=separator))
    assert count == Count(len(rows), len(said))
    return rows, said


def one(folder: Path, row: str, header: str = HEADER) -> dict[str, str]:
    rows, said = run(folder, f"{header}\n{row}\n")
    assert said == []
    return rows[0]


def complaint(folder: Path, row: str, header: str = HEADER) -> str:
    """What is said of a row that has no results; the good row behind it has."""
    rows, said = run(folder, f"{header}\n{row}\n{RAFA}\n" if header == HEADER else f"{header}\n{row}\n")
    assert all(rows[0][name] == "" for name in RESULTS)
    assert header != HEADER or rows[1]["zwei"]
    [(line, sentence)] = said
    assert line == 2
    return sentence


# --- against R anthro ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Each synthetic child as anthro scored it, and as our list has it; only the input columns are handed in."""
    folder = tmp_path_factory.mktemp("vectors")
    with VECTORS.open(newline="") as file:
        expected = list(csv.DictReader(file))
    names = ("id", "sex", "age_days", "weight", "lenhei", "measure", "headc", "armc", "oedema")
    lines = [",".join(row[name] for name in names) for row in expected]
    rows, _ = run(folder, "\n".join([",".join(names), *lines, ""]))
    return list(zip(expected, rows, strict=True))


def test_every_vector_has_the_scores_of_anthro_to_the_second_decimal(vectors: list[tuple[dict[str, str], ...]]):
    assert len(vectors) == 1200
    for expected, got in vectors:
        for name in SCORES:
            assert got[name] == (f"{float(expected[name]) + 0:.2f}" if expected[name] else ""), (expected["id"], name)


def test_every_vector_has_the_flags_of_anthro(vectors: list[tuple[dict[str, str], ...]]):
    for expected, got in vectors:
        assert [got[name] for name in FLAGS] == [expected[name] for name in FLAGS], expected["id"]


def test_every_vector_has_the_class_of_its_printed_score(vectors: list[tuple[dict[str, str], ...]]):
    for expected, got in vectors:
        for (column, index), score in zip(INDEX_OF.items(), SCORES, strict=False):
            if column == "kelas_bb_tb" and expected["oedema"] == "y":
                continue
            assert got[column] == (class_of(index, float(expected[score])) if expected[score] else ""), expected["id"]


def test_the_list_of_vectors_itself_comes_back_as_it_was(tmp_path: Path):
    """Its own columns zlen, flen, ... are filled anew in their places; only the classes are added."""
    rows, _ = run(tmp_path, VECTORS.read_bytes())
    with VECTORS.open(newline="") as file:
        for before, after in zip(csv.DictReader(file), rows, strict=True):
            assert list(after) == [*before, *CLASSES]
            same = before.keys() - {*SCORES}
            assert {name: after[name] for name in same} == {name: before[name] for name in same}


# --- what a row may look like --------------------------------------------------------------------------------------


def test_rafa_is_scored_and_named_in_indonesian(tmp_path: Path):
    rafa = one(tmp_path, RAFA)
    assert rafa["nama"] == "Rafa"
    assert (rafa["zlen"], rafa["zwei"], rafa["flen"], rafa["fac"]) == ("-2.29", "-1.50", "0", "0")
    assert (rafa["kelas_tb_u"], rafa["kelas_bb_u"], rafa["kelas_lila"]) == ("pendek", "berat badan normal", "gizi baik")


def test_dates_may_stand_for_the_age(tmp_path: Path):
    header = "sex,birth_date,measured_on,weight"
    assert one(tmp_path, "1,2025-01-29,2026-03-05,8.4", header)["zwei"] == "-1.50"
    assert one(tmp_path, "1,29/01/2025,5/3/2026,8.4", header)["zwei"] == "-1.50"
    assert one(tmp_path, "1,2025-01-29 00:00:00,2026-03-05,8.4", header)["zwei"] == "-1.50"


def test_the_case_of_letters_and_of_headers_does_not_matter(tmp_path: Path):
    same = one(tmp_path, "l,400,8.4,71.5,l,N", "Sex,AGE_DAYS, Weight ,lenhei,MEASURE,oedema")
    assert same["zlen"] == one(tmp_path, RAFA)["zlen"]
    assert one(tmp_path, "P,400,8.4", "sex,age_days,weight") == one(tmp_path, "2,400,8.4", "sex,age_days,weight") | {
        "sex": "P"
    }


def test_excels_semicolons_commas_and_mark_are_read_and_written_again(tmp_path: Path):
    rows, said = run(tmp_path, "\ufeffnama;sex;age_days;weight\r\nRafa;1;400;8,4\r\nSiti;2;401;9\r\n".encode())
    assert said == []
    assert (rows[0]["nama"], rows[0]["zwei"], rows[1]["zwei"]) == ("Rafa", "-1,50", "-0,19")
    raw = (tmp_path / "hasil.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfnama;")
    assert raw.count(b"\r\n") == 3


def test_excels_line_that_names_the_separator_is_read_and_stays(tmp_path: Path):
    source, target, said = tmp_path / "daftar.csv", tmp_path / "hasil.csv", list[tuple[int, str]]()
    rows = "M;400;8,4;72,5;2\nF;400;8,4;72,5;ya\nx;400;8,4;72,5;1\n"
    source.write_text(f"sep=;\nsex;age_days;weight;lenhei;oedema\n{rows}", encoding="utf-8")
    assert write(source, target, lambda line, sentence: said.append((line, sentence))) == Count(3, 1)
    first, *written = target.read_text(encoding="utf-8").splitlines()
    assert first == "sep=;"
    boy, girl, _ = csv.DictReader(written, delimiter=";")
    assert (boy["zwei"], boy["kelas_bb_tb"]) == ("-1,50", "gizi baik")
    assert (girl["zwei"], girl["kelas_bb_tb"]) == ("", "gizi buruk")
    assert [line for line, _ in said] == [5]


@pytest.mark.parametrize(
    ("sex", "oedema", "same"), [("M", "2", "1,n"), ("f", "1", "2,y"), ("L", "ya", "1,y"), ("P", "tidak ada", "2,n")]
)
def test_codes_and_words_of_sex_and_oedema_are_those_of_anthro(tmp_path: Path, sex: str, oedema: str, same: str):
    written, coded = (
        one(tmp_path, f"{pair[0]},400,8.4,72.5,{pair[1]}", "sex,age_days,weight,lenhei,oedema")
        for pair in ((sex, oedema), same.split(","))
    )
    assert [written[name] for name in RESULTS] == [coded[name] for name in RESULTS]


def test_semicolons_with_points_keep_their_points(tmp_path: Path):
    assert one(tmp_path, "Rafa;1;400;8.4", "nama;sex;age_days;weight")["zwei"] == "-1.50"


def test_other_columns_come_back_byte_for_byte(tmp_path: Path):
    rows, _ = run(tmp_path, b'nama,sex,age_days,weight\n"Andr\xe9, \n si kecil",1,400,8.4\n')
    assert rows[0]["nama"].encode("utf-8", "surrogateescape") == b"Andr\xe9, \n si kecil"


def test_with_oedema_there_is_no_score_by_weight_and_the_child_is_gizi_buruk(tmp_path: Path):
    swollen = one(tmp_path, RAFA.removesuffix("n") + "y")
    assert [swollen[name] for name in ("zwei", "zwfl", "zbmi")] == ["", "", ""]
    assert (swollen["kelas_bb_tb"], swollen["zlen"]) == ("gizi buruk", "-2.29")


def test_lila_has_a_class_from_six_months_on(tmp_path: Path):
    header = "sex,age_days,armc"
    assert [one(tmp_path, f"2,{age},11.4", header)["kelas_lila"] for age in (182, 183)] == ["", "gizi buruk"]
    assert one(tmp_path, "2,400,12.4", header)["kelas_lila"] == "gizi kurang"


def test_empty_rows_and_cells_that_say_nothing_are_no_mistake(tmp_path: Path):
    rows, said = run(tmp_path, f"{HEADER}\n,,,,,,,,\n{RAFA}\nBudi,1,-,NA,75,,,,\n")
    assert said == []
    assert (rows[0]["zlen"], rows[1]["zlen"], rows[2]["zlen"]) == ("", "-2.29", "")


# --- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Rafa,x,400,8.4,71.5,L,45,13.5,n", "Kolom sex diisi 1 atau L"),
        ("Rafa,,400,8.4,71.5,L,45,13.5,n", "Kolom sex diisi 1 atau L"),
        ("Rafa,1,400,8.4,71.5,duduk,45,13.5,n", "Kolom measure diisi L bila telentang"),
        ("Rafa,1,400,8.4,71.5,L,45,13.5,mungkin", "Kolom oedema diisi y atau n"),
        ("Rafa,1,400,delapan,71.5,L,45,13.5,n", "Kolom weight berisi delapan. Tulis angka saja, misalnya 8.4."),
        ("Rafa,1,400,nan,71.5,L,45,13.5,n", "Kolom weight berisi nan"),
        ("Rafa,1,400,1e999,71.5,L,45,13.5,n", "Kolom weight berisi 1e999"),
        ('Rafa,1,400,"8,4",71.5,L,45,13.5,n', "Kolom weight berisi 8,4"),
        ("Rafa,1,-3,8.4,71.5,L,45,13.5,n", "Umurnya kurang dari 0 hari"),
        ("Rafa,1,400,8,4,71,5,L,45,13,5,n", "Baris ini berisi 12 kolom, judulnya 9. Bila angkanya memakai koma"),
        ("Rafa,1,400", "Baris ini berisi 3 kolom, judulnya 9."),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path: Path, row: str, said: str):
    assert complaint(tmp_path, row).startswith(said)


@pytest.mark.parametrize("days", ["31/02/2026,2026-03-05", "2026-03-05,5 Maret", "2026-03-06,2026-03-05"])
def test_a_day_that_cannot_be_is_named(tmp_path: Path, days: str):
    assert complaint(tmp_path, f"1,{days},8.4", "sex,birth_date,measured_on,weight")


def test_a_line_is_counted_as_the_file_has_it(tmp_path: Path):
    _, said = run(tmp_path, f'{HEADER}\n{RAFA}\n"Adik\nkedua",1,400,8.4,71.5,L,45,13.5,n\n{RAFA[:-1]}q\n')
    assert [line for line, _ in said] == [5]


@pytest.mark.parametrize("cell", ["0", "-8.4"])
def test_a_weight_that_cannot_be_is_scored_as_anthro_does_and_named(tmp_path: Path, cell: str):
    rows, said = run(tmp_path, f"sex,age_days,weight,lenhei\n1,400,{cell},75\n")
    assert (rows[0]["zlen"], rows[0]["zwei"], rows[0]["zbmi"]) == ("-0.86", "", "")
    assert (rows[0]["zwfl"], rows[0]["fwfl"]) == (("-15.44", "1") if cell == "0" else ("", ""))
    assert said == [(2, f"Kolom weight berisi {cell} kg. Itu tidak mungkin; ukur lagi atau kosongkan.")]


def test_a_length_of_nothing_has_an_infinite_bmi_as_in_anthro(tmp_path: Path):
    rows, said = run(tmp_path, "sex,age_days,weight,lenhei\n1,400,9.1,0\n")
    assert (rows[0]["zbmi"], rows[0]["fbmi"], rows[0]["zlen"]) == ("Inf", "1", "")
    assert len(said) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Berkas ini kosong."),
        ("jk,umur,bb\nL,400,8.4\n", "Kolom sex tidak ada."),
        ("sex,age_days\n1,400\n", "Tidak ada yang dihitung."),
        ("sex,weight,weight\n1,8.4,8.5\n", "Kolom weight ada 2."),
        ("sex,age_days,weight\n1,400,8.4\n".encode("utf-16"), "Kolom sex tidak ada."),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_and_leaves_nothing_behind(tmp_path: Path, text: str | bytes, said: str):
    with pytest.raises(Unusable, match=said):
        run(tmp_path, text)
    assert [file.name for file in tmp_path.iterdir()] == ["daftar.csv"]


def test_a_list_may_be_scored_into_itself(tmp_path: Path):
    file = tmp_path / "daftar.csv"
    file.write_text(f"{HEADER}\n{RAFA}\n")
    for _ in range(2):
        assert write(file, file, lambda line, said: None) == Count(1, 0)
    assert file.read_text().count("zlen") == 1


CELLS = st.text(st.characters(codec="utf-8") | st.sampled_from("0123456789.,-/+eE"), max_size=8) | st.sampled_from(
    ["1", "2", "L", "h", "y", "400", "731", "8.4", "75", "0", "-1", "1e300", "1e-300", "2026-01-01", "1/1/2027"]
)


@given(st.lists(CELLS, min_size=9, max_size=9) | st.lists(CELLS, max_size=12), st.booleans())
def test_random_files_never_crash_the_scoring(row: Sequence[str], comma: bool):
    columns = Columns.of(HEADER.replace("nama", "birth_date").replace("oedema", "measured_on").split(","))
    result = scored(columns, row, comma)
    assert len(result.cells) >= len(columns.header)


@given(
    st.binary(max_size=300) | st.text(string.printable, max_size=300).map(lambda text: f"sex,weight\n{text}".encode())
)
def test_random_bytes_never_crash_the_scoring(tmp_path_factory: pytest.TempPathFactory, raw: bytes):
    folder = tmp_path_factory.mktemp("aneh")
    (folder / "daftar.csv").write_bytes(raw)
    try:
        write(folder / "daftar.csv", folder / "hasil.csv", lambda line, said: None)
    except Unusable:
        assert not (folder / "hasil.csv").exists()
