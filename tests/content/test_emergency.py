"""The numbers that somebody in danger is given."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from content import danger_texts, lessons, programme
from content.lessons import Library
from content.programme import FILE, ProgrammeError
from content.templates import FOLDER, Templates

SHIPPED = programme.load().emergency


def test_short_codes_landlines_mobiles_and_extensions_are_numbers(tmp_path: Path):
    for number in ("112", "119 ext 8", "0401-3101234", "(0401) 3101234", "08111-129-129", "+62 811 4001 119"):
        file = tmp_path / "programme.toml"
        file.write_text(FILE.read_text(encoding="utf-8").replace('number = "110"', f'number = "{number}"'))
        assert programme.load(file).emergency.police.number == number


@pytest.mark.parametrize(
    ("number", "card"),
    [("0401-3101234", "+624013101234"), ("(0401) 3101234", "+624013101234"), ("08111-129-129", "+628111129129"),
     ("+62 811 4001 119", "+628114001119"), ("112", ""), ("119 ext 8", ""), ("129", ""), ("", "")],
)  # fmt: skip
def test_only_a_number_that_can_be_called_from_anywhere_comes_as_a_contact_card(number: str, card: str):
    assert replace(SHIPPED.hospital, number=number).international == card


@pytest.mark.parametrize("wrong", ['number = "seratus"', "number = 110", 'number = "110", when = ""'])
def test_what_is_no_number_is_named(tmp_path: Path, wrong: str):
    file = tmp_path / "programme.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace('number = "110"', wrong))
    with pytest.raises(ProgrammeError, match=r"\[emergency\] police = .* salah; tulis name dan number"):
        programme.load(file)


def test_no_number_that_is_shipped_counts_as_rung():
    assert len(SHIPPED.unchecked) == 8


def test_112_or_119_is_enough_but_one_of_them_there_must_be(tmp_path: Path):
    without = replace(SHIPPED, anywhere=replace(SHIPPED.anywhere, number=""))
    assert [line.number for line in without.first] == ["119"]
    assert "anywhere" not in without.unchecked
    with pytest.raises(ValueError, match="harus punya nomor"):
        replace(without, ambulance=replace(SHIPPED.ambulance, number=""))


def test_a_hospital_without_a_number_is_not_spared():
    assert "hospital" in SHIPPED.unchecked


def test_the_danger_templates_are_shipped_unsigned_and_a_doctor_signs_them_all_at_once(tmp_path: Path):
    assert set(danger_texts.TEMPLATES) <= set(danger_texts.unsigned(programme.load(), Library(())))
    file, signed = tmp_path / "programme.toml", 'reviewed_by = "dr. Sitti Rahma", reviewed_on = "2026-02-22"'
    text = FILE.read_text(encoding="utf-8").replace('reviewed_by = "", reviewed_on = ""', signed)
    file.write_text(text, encoding="utf-8")
    assert danger_texts.unsigned(programme.load(file), Library(())) == ()
    for half in ('reviewed_on = "2026-02-22"', 'reviewed_by = "dr. Sitti Rahma"'):
        file.write_text(text.replace(half, half.partition('"')[0] + '""'), encoding="utf-8")
        assert danger_texts.unsigned(programme.load(file), Library(())) == danger_texts.TEMPLATES


def test_every_template_that_gives_the_numbers_with_danger_is_among_those_to_be_signed():
    assert {*danger_texts.TEMPLATES} <= set(Templates().names())
    named = {file.stem for file in FOLDER.glob("*.j2") if "{{ numbers }}" in file.read_text(encoding="utf-8")}
    assert named - {"opens_soon"} <= set(danger_texts.TEMPLATES)


def test_lessons_that_must_not_be_missed_are_named_until_they_are_signed_and_their_translations_too():
    shipped = lessons.shipped()
    unsigned = danger_texts.unsigned(programme.load(), shipped)
    assert {"hamil-28", "bayi-hari-07", "bayi-hari-07.en"} <= set(unsigned)
    assert "bayi-hari-01" not in unsigned  # it does not carry danger
    by_id = shipped.by_id["hamil-28"]
    signed = Library((replace(by_id, reviewed_by="dr. Sitti Rahma", reviewed_on=date(2026, 2, 22)),))
    assert "hamil-28" not in danger_texts.unsigned(programme.load(), signed)
