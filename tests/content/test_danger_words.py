"""The words by which danger is heard: read, checked, and at one with the table of signs."""

import re
from pathlib import Path

import pytest

from content.danger import FILE, GROUPS, DangerWordsError, load, problems, shipped
from rules import signs

# Which people a sign may be about for a group of the words.
OF_GROUP = {
    "child": {"child", "newborn", "growth"},
    "newborn": {"newborn", "child", "growth", "birth"},
    "pregnant": {"pregnant", "birth"},
    "afterbirth": {"afterbirth", "birth"},
    "selfharm": {"mind"},
    "violence": {"violence"},
    "accident": {"accident"},
}


def test_every_sign_of_the_words_stands_in_the_table_and_every_group_has_words():
    assert problems(shipped(), signs.table()) == []


def test_a_sign_that_the_table_does_not_have_is_named():
    without = {id for id in signs.table() if id != "anak-kejang"}
    assert problems(shipped(), without) == [
        "kejang: tanda 'anak-kejang' tidak ada dalam tabel tanda bahaya"
    ]  # fmt: skip


@pytest.mark.parametrize("finding", shipped().findings.values(), ids=lambda finding: finding.id)
def test_a_finding_leads_to_a_sign_of_the_people_it_is_about(finding):
    for group, sign in finding.signs.items():
        assert signs.table()[sign].who in OF_GROUP[group], (group, sign)


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_a_finding_that_wakes_by_itself(group: str):
    assert [one for one in shipped().findings.values() if group in one.signs and one.weight >= 4]


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the shipped file with one thing changed."""
    text = FILE.read_text(encoding="utf-8")
    assert re.search(old, text, re.MULTILINE), old
    file = tmp_path / FILE.name
    file.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (r"^weight = 4", "weight = 7", "weight diisi salah satu dari"),
        (r'child = "anak-kejang"', 'children = "anak-kejang"', "isi signs dengan"),
        (r"^\[cues\]", "[cues]\nmaybe = []", "maybe tidak dikenal"),
        (r"^help = \[\n", "helps = [\n", "help belum ada"),
        (r"@siapa sakit", "@siapapun sakit", "kelompok siapapun tidak ada"),
        (r"& <tinggi>", "& <rendah>", "<rendah> tidak dikenal"),
        (r'^id = "sesak"', 'id = "kejang"', "tertulis dua kali"),
        (r"^\[several\]", "[sevral]", r"\[several\] belum ada"),
        (r"^\[groups\]", "[groups", "danger_words.toml"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, problem: str):
    with pytest.raises(DangerWordsError, match=problem):
        load(broken(tmp_path, old, new))
