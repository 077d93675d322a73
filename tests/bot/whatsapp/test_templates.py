"""Our templates at Meta: handed in as Meta wants them, and compared with what became of them there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from math import ceil
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.cli import whatsapp
from bot.settings import Settings
from bot.whatsapp.client import Client
from bot.whatsapp.templates import TemplateComparison, compare, listed, record, submission, submit
from content.notices import load
from db import templates
from db.engine import connect, sessions
from flow.message import Rejected, SendFailure, Unreachable
from tests.bot.whatsapp.manager import CITY, PAGE, VERIFY, Manager, served
from tests.people import NOW

OURS = load()
LESSON = OURS.by_name["asuh_pesan_edukasi"]


@pytest.fixture
async def manager() -> AsyncIterator[Manager]:
    async with Manager() as server:
        yield server


@pytest.fixture
async def wire(manager: Manager) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(manager.token, manager.number, session, base_url=manager.url)


async def comparisons(manager: Manager, wire: Client) -> dict[str, TemplateComparison]:
    found = compare(OURS, await listed(wire, manager.account), CITY)
    return {one.template.name: one for one in found}


# --- handing in --------------------------------------------------------------------


def test_a_template_is_handed_in_with_its_city_its_samples_and_its_button() -> None:
    said = submission(LESSON, CITY)
    assert (said["name"], said["language"], said["category"]) == ("asuh_pesan_edukasi", "id", "UTILITY")
    body, footer, buttons = said["components"]
    assert body["text"].startswith("Halo {{1}}, pesan sesuai jadwal yang Bapak/Ibu ikuti di Asuh Kota Kendari")
    assert body["example"] == {"body_text": [list(LESSON.variables)]}
    assert footer == {"type": "FOOTER", "text": "Tulis BERHENTI untuk berhenti"}
    assert buttons == {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Baca"}]}


async def test_all_of_ours_are_taken(manager: Manager, wire: Client) -> None:
    for template in OURS.templates:
        assert (await submit(wire, manager.account, template, CITY)).status == "PENDING"
    found = await comparisons(manager, wire)
    assert {(one.status, one.different, one.usable) for one in found.values()} == {("PENDING", (), False)}


async def test_what_meta_says_of_a_refusal_is_passed_on(manager: Manager, wire: Client) -> None:
    manager.hold("asuh_pesan_edukasi")
    with pytest.raises(Rejected, match="already exists"):
        await submit(wire, manager.account, LESSON, CITY)


# --- comparing ----------------------------------------------------------------------


async def test_all_pages_are_read(manager: Manager, wire: Client) -> None:
    manager.hold()
    assert len(await listed(wire, manager.account)) == len(OURS.templates) > 8
    assert len(manager.asked(f"{manager.account}/message_templates")) == ceil(len(OURS.templates) / PAGE)


async def test_approved_and_as_ours_is_all_one_wants(manager: Manager, wire: Client) -> None:
    manager.hold()
    assert {one.said for one in (await comparisons(manager, wire)).values()} == {"disetujui"}


async def test_missing_paused_and_refused_are_told_apart(manager: Manager, wire: Client) -> None:
    manager.hold("asuh_pesan_edukasi", status="PAUSED", quality_score={"score": "RED", "date": 1})
    manager.hold("asuh_grafik_bulanan", status="REJECTED", rejected_reason="TAG_CONTENT_MISMATCH")
    manager.hold("asuh_pesan", rejected_reason="NONE", quality_score={"score": "UNKNOWN"})
    found = await comparisons(manager, wire)
    assert (found["asuh_pesan_edukasi"].said, found["asuh_pesan_edukasi"].quality) == ("dijeda Meta", "rendah")
    assert found["asuh_grafik_bulanan"].said == "ditolak Meta (kategorinya tidak cocok)"
    assert (found["asuh_pesan"].said, found["asuh_pesan"].quality) == ("disetujui", "")
    assert found["asuh_ukur_kedua"].said == "belum ada di Meta"
    assert [name for name, one in found.items() if one.usable] == ["asuh_pesan"]


async def test_other_words_another_button_and_another_category_are_noticed(manager: Manager, wire: Client) -> None:
    manager.hold(category="MARKETING")
    for part in manager.held["asuh_pesan_edukasi"]["components"]:
        if part["type"] == "BODY":
            part["text"] = part["text"].replace("Kota Kendari", "Kota Lama")
        if part["type"] == "BUTTONS":
            part["buttons"][0]["text"] = "Buka"
    manager.held["asuh_pesan"]["components"] = manager.held["asuh_pesan"]["components"][:1]
    found = await comparisons(manager, wire)
    assert found["asuh_pesan_edukasi"].different == ("isi", "tombol", "kategori")
    assert found["asuh_pesan"].different == ("tombol", "catatan kaki", "kategori")
    assert found["asuh_grafik_bulanan"].said == "disetujui; kategori berbeda"


async def test_ends_of_lines_that_meta_tidied_are_no_difference(manager: Manager, wire: Client) -> None:
    manager.hold()
    for held in manager.held.values():
        held["components"][0]["text"] = held["components"][0]["text"].replace("\n", " \r\n") + "\n"
    assert not any(one.different for one in (await comparisons(manager, wire)).values())


async def test_the_same_name_in_another_language_is_not_ours(manager: Manager, wire: Client) -> None:
    manager.hold(language="en")
    assert {one.status for one in (await comparisons(manager, wire)).values()} == {"MISSING"}


async def test_what_is_no_template_in_the_list_is_passed_over(manager: Manager, wire: Client) -> None:
    manager.garble(
        f"{manager.account}/message_templates", '{"data": [7, {"name": 3, "components": "x"}], "paging": []}'
    )
    assert {one.status for one in (await comparisons(manager, wire)).values()} == {"MISSING"}


@pytest.mark.parametrize("nonsense", ["[]", "7", "{}", '{"data": {}}'])
async def test_an_answer_that_is_no_list_does_not_mean_that_all_are_missing(
    manager: Manager, wire: Client, nonsense: str
) -> None:
    manager.garble(f"{manager.account}/message_templates", nonsense)
    with pytest.raises(Unreachable):
        await listed(wire, manager.account)


async def test_a_token_that_may_not_ask_is_a_failure_not_an_empty_list(manager: Manager, wire: Client) -> None:
    manager.refuse(f"{manager.account}/message_templates", 200, "Requires whatsapp_business_management")
    with pytest.raises(SendFailure):
        await listed(wire, manager.account)


# --- the command ----------------------------------------------------------------------

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def meta() -> Iterator[Manager]:
    with served() as server:
        yield server


@pytest.fixture
def run(meta: Manager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Run:
    """``run("--submit")``: the exit status of ``asuh whatsapp templates``, and what was said."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASUH_{name.upper()}", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    Path("asuh.sqlite").write_bytes(sqlite_template.read_bytes())
    Path(".env").write_text(
        f"ASUH_WHATSAPP_TOKEN={meta.token}\nASUH_WHATSAPP_PHONE_NUMBER_ID={meta.number}\n"
        f"ASUH_WHATSAPP_APP_SECRET={meta.secret}\nASUH_WHATSAPP_VERIFY_TOKEN={VERIFY}\n"
        f"ASUH_WHATSAPP_BUSINESS_ACCOUNT_ID={meta.account}\nASUH_WHATSAPP_API_URL={meta.url}\n"
    )

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(whatsapp.app, ["templates", *words])
        return result.exit_code, result.output

    return run


def states() -> dict[str, str]:
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine)() as session:
        found = {name: state.status for name, state in templates.known(session).items()}
    engine.dispose()
    return found


def test_what_is_missing_is_named_and_written_down(run: Run, meta: Manager) -> None:
    meta.hold()
    del meta.held["asuh_tanda_bahaya"]
    status, said = run()
    assert status == 1
    assert "belum ada di Meta" in said
    assert "--submit" in said
    assert len(said.splitlines()) == len(OURS.templates) + 2
    assert [name for name, state in states().items() if state != "APPROVED"] == ["asuh_tanda_bahaya"]


def test_it_is_handed_in_only_when_asked_to(run: Run, meta: Manager) -> None:
    meta.hold("asuh_pesan")
    run()
    assert list(meta.held) == ["asuh_pesan"]
    _, said = run("--submit")
    assert set(meta.held) == set(OURS.by_name)
    assert "asuh_tanda_bahaya: diajukan, sedang diperiksa Meta." in said
    assert states()["asuh_tanda_bahaya"] == "PENDING"


def test_one_that_meta_refuses_to_look_at_does_not_hold_up_the_others(run: Run, meta: Manager) -> None:
    path = f"{meta.account}/message_templates"
    meta.accept(path)
    meta.refuse(path, 100, "Invalid parameter")
    status, said = run("--submit")
    assert status == 1
    assert said.count("tidak diterima") == 1
    assert len(meta.held) == len(OURS.templates) - 1


def test_when_all_is_well_it_says_so_by_its_exit(run: Run, meta: Manager) -> None:
    meta.hold()
    assert run()[0] == 0


def test_meta_out_of_reach_is_a_sentence(run: Run, meta: Manager) -> None:
    meta.revoked = True
    status, said = run()
    assert status == 1
    assert "asuh check" in said
    assert meta.token not in said
    assert states() == {}


def test_without_an_account_the_texts_are_shown_to_be_entered_by_hand(run: Run) -> None:
    env = Path(".env")
    env.write_text("\n".join(line for line in env.read_text().splitlines() if "ACCOUNT" not in line))
    status, said = run()
    assert status == 0
    assert "Halo {{1}}, pesan sesuai jadwal yang Bapak/Ibu ikuti di Asuh Kota Kendari sudah siap:" in said
    assert "Tombol (quick reply): Baca" in said


def test_without_whatsapp_it_says_what_to_do(run: Run) -> None:
    Path(".env").write_text("")
    status, said = run()
    assert status == 1
    assert "ASUH_WHATSAPP_TOKEN" in said


# --- what is written down ---------------------------------------------------------------


def test_what_was_written_down_decides_what_may_be_sent(session: Session) -> None:
    record(session, compare(OURS, [], CITY), NOW)
    assert not templates.usable(templates.known(session)["asuh_pesan"])
    for status, may in (("APPROVED", True), ("FLAGGED", True), ("PAUSED", False), ("REINSTATED", True)):
        templates.note(session, "asuh_pesan", "id", NOW, status=status)
        session.flush()
        assert templates.usable(templates.known(session)["asuh_pesan"]) is may


def test_news_of_one_thing_leave_the_rest_as_it_was(session: Session) -> None:
    templates.note(session, "asuh_pesan", "id", NOW, status="APPROVED", category="UTILITY", quality="GREEN")
    templates.note(session, "asuh_pesan", "id", NOW, category="MARKETING")
    session.flush()
    state = templates.known(session)["asuh_pesan"]
    assert (state.status, state.category, state.quality) == ("APPROVED", "MARKETING", "GREEN")
