"""The table of commands: what people say for each, and which of them Telegram shows to whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db.people import Person, PersonRole
from db.roles import Title
from flow.message import Option
from flow.tokens import typed
from handlers.shell.commands import COMMANDS, meant, menu_of
from tests.people import NOW

FOR_ALL = ["menu", "bantuan"]
ASN = ["lapor", "anak", "riwayat", "perbaiki", "jadwal", "grafik", "janji", "kabar", "latihan", "cuti"]
FAMILY = [
    "tanda", "jadwal", "grafik", "tanya", "janji", "sakit", "atur", "jeda", "hamil", "lahir", "data", "berhenti",
    "tarik", "pembaca", "ajak keluarga",
]  # fmt: skip


def person(*roles: str) -> Person:
    held = [PersonRole(role=role, title="", scope="", scope_id=0) for role in roles]
    return Person(name="Sari", created_at=NOW, roles=held)


def shown(*roles: str) -> list[str]:
    return [name for name, _ in menu_of(person(*roles))]


@pytest.mark.parametrize(("role", "menu"), [
    ("asn", ASN),
    ("family", FAMILY),
    ("health", ["rujukan", "hamil", "lahir", "kabar", "pertanyaan", "kartu", "persetujuan", "jaga", "cuti"]),
    ("coordinator", [
        "rujukan", "ringkasan", "terlambat", "wilayah", "laporan minggu", "pertanyaan", "kartu", "tanpapendamping",
        "bergabung", "mutu", "ekspor", "kode", "undangan", "orang", "tempat", "ubahdata", "umumkan", "jaga",
        "alihkan", "usulan", "akhiri",
    ]),
])  # fmt: skip
def test_each_role_sees_its_own_commands_then_the_change_of_number_the_menu_and_the_help(role: str, menu: list[str]):
    assert shown(role) == [*menu, "nomor", *FOR_ALL]


def test_a_midwife_and_a_nutritionist_see_that_they_may_review_lessons():
    for title, sees in (("bidan", True), ("tpg", True), ("kader", False), ("kepala", False)):
        somebody = person("health")
        somebody.roles[0].title = Title(title)
        assert (("tinjau", "Tinjau pesan") in menu_of(somebody)) is sees


def test_who_holds_no_role_yet_sees_the_menu_and_the_help():
    assert shown() == FOR_ALL


def test_an_asn_who_is_a_mother_too_sees_both_menus_and_what_is_in_both_once():
    assert shown("family", "asn") == [*ASN, "tanda", "tanya", *FAMILY[5:], "nomor", *FOR_ALL]


def test_a_command_may_be_called_otherwise_in_the_menu_of_another_role():
    assert ("lahir", "Kabar bayi lahir") in menu_of(person("family"))
    assert ("lahir", "Catat kelahiran") in menu_of(person("health"))


def test_what_the_menu_shows_is_understood_when_it_is_tapped():
    for role in ("asn", "family", "health", "coordinator"):
        assert all(meant(f"/{name}") for name in shown(role))


def test_a_button_that_is_called_like_its_command_can_be_written_instead():
    """WhatsApp prints the word where it has no room for the button (``flow.tokens.typed``)."""
    source = "".join(file.read_text(encoding="utf-8") for file in Path("handlers").rglob("*.py"))
    buttons = re.findall(r'Option\("menu:(\w+)", "([^"]+)"', source)
    alike = [(name, word) for name, label in buttons if (word := typed(Option(f"menu:{name}", label)))]
    assert {("bantuan", "bantuan"), ("sakit", "sakit")} <= set(alike)
    for name, label in alike:
        command = meant(label)
        assert command is not None, label
        assert command.name == name


def test_no_two_commands_share_a_name_or_words():
    names = [command.name for command in COMMANDS]
    said = [words for command in COMMANDS for words in command.words]
    assert len(names) == len(set(names))
    assert len(said) == len(set(said))


def test_a_command_is_understood_with_a_slash_in_capitals_and_with_closing_marks():
    for said in ("lapor", "/lapor", "LAPOR!", " Lapor kunjungan. "):
        command = meant(said)
        assert command is not None
        assert command.name == "lapor"
    assert meant("saya mau lapor") is None
