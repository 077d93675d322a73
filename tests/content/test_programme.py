"""programme.toml: what a city may change, and what it is told of a mistake."""

from pathlib import Path

import pytest

from content import programme
from content.programme import FILE, ProgrammeError


def changed(folder: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    copy = folder / "programme.toml"
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_the_kbm_is_the_series_of_the_buku_kia():
    growth = programme.load().growth
    assert growth.kbm_boys == (800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200)
    assert growth.kbm_girls == (800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200)


def test_a_city_may_write_600_for_the_third_month(tmp_path: Path):
    file = changed(tmp_path, "kbm_boys = [800, 900, 800,", "kbm_boys = [800, 900, 600,")
    assert programme.load(file).growth.kbm_boys[:4] == (800, 900, 600, 600)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "today_bb_tb_below = -3.0",
            'today_bb_tb_below = "-3"',
            "[growth] today_bb_tb_below = '-3' salah; tulis angka",
        ),
        ("today_bb_tb_below = -3.0", "today_bb_tb_below = nan", "[growth] today_bb_tb_below = nan salah; tulis angka"),
        ("soon_fall_z = 1.0", "", "[growth] soon_fall_z belum ada"),
        ("first_weeks = [[6, 7], [28, 3]]", "first_weeks = [[28, 3], [6, 7]]", "[lessons] first_weeks harus"),
        ("first_weeks = [[6, 7], [28, 3]]", "first_weeks = [[6]]", "[lessons] first_weeks = [[6]] salah"),
        ('at = "17:00"', 'at = "sore"', "[digest] at = 'sore' salah; tulis jam seperti"),
        ('hours = ["16:00", "10:00"]', 'hours = ["sore"]', "[appointments] hours = ['sore'] salah; tulis daftar jam"),
        ('hours = ["16:00", "10:00"]', "hours = []", "[appointments] days harus berisi"),
        ("[photos]", "[foto]", "[foto] tidak dikenal"),
        (
            "every_days = 30",
            "every_days = ,",
            "programme.toml: baris 5, huruf ke-14, tidak bisa dibaca; periksa tanda petik",
        ),
        ("kbm_boys = [", "kbm_boys = [] #", "[growth] kbm_boys harus berisi 1 sampai 60 bulan"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str):
    with pytest.raises(ProgrammeError) as problem:
        programme.load(changed(tmp_path, old, new))
    assert said in str(problem.value)
