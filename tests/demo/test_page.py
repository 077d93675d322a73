"""The page of the demo in a real browser: what a newcomer does in the first minutes."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from db import outbox
from demo import directory, launch, shape
from demo.launch import Prepared
from flow.message import Message, Option
from tests.demo.conftest import MORNING, TODAY
from tests.rows import outgoing

CHROMIUM = os.environ.get("ASUH_TEST_CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT = 60_000  # milliseconds; only a test that fails waits so long

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the browser's
in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install it, or name it in ASUH_TEST_CHROMIUM")


Opened = Callable[..., AbstractAsyncContextManager[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium for all tests of this file; each opens windows of its own."""
    try:
        play = await async_playwright().start()
    except Exception as failure:  # it has no name of its own
        pytest.fail(
            f"Playwright's driver does not start ({failure}). Debian: apt-get install libatomic1", pytrace=False
        )
    browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    await browser.close()
    await play.stop()


@pytest.fixture
def opened(browser: Browser) -> Opened:
    """``opened(address, width, height)``: the page in a window of this size. A mistake in its script fails the test."""

    @asynccontextmanager
    async def opened(address: str, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
        page = await browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
        page.set_default_timeout(WAIT)
        mistakes: list[str] = []
        page.on("pageerror", lambda mistake: mistakes.append(str(mistake)))
        await page.goto(address)
        yield page
        await page.close()
        assert mistakes == []

    return opened


def phone(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Ponsel {name}").first


@pytest.mark.browser
@in_chromium
async def test_an_asn_begins_a_report_by_tapping(prepared: Prepared, opened: Opened) -> None:
    async with launch.serving(prepared) as (_, address), opened(address) as page:
        anwar = phone(page, "Anwar Lakebo")
        await anwar.get_by_role("button", name="Lapor kunjungan").click()
        await anwar.get_by_role("button", name="Kayla").last.click()

        await expect(anwar.get_by_text("Siapa yang ditemui di rumah Adik Kayla?")).to_be_visible(timeout=WAIT)
        await expect(page.get_by_text("Ada tanda bahaya", exact=True)).to_be_visible()  # the guide has gone on


@pytest.mark.browser
@in_chromium
async def test_time_is_put_forward_until_someone_on_the_page_gets_a_message(prepared: Prepared, opened: Opened) -> None:
    async with launch.serving(prepared) as (town, address), opened(address) as page:
        await expect(page.locator("#hour")).to_have_text("08.30", timeout=WAIT)
        await page.get_by_role("button", name="Sampai kejadian berikutnya").click()

        await expect(page.locator(".unread:visible").first).to_be_visible(timeout=WAIT)
        assert town.time()["now"] > MORNING.isoformat()


@pytest.mark.browser
@in_chromium
async def test_an_invited_mother_is_looked_up_and_opens_her_invitation(prepared: Prepared, opened: Opened) -> None:
    async with launch.serving(prepared) as (_, address), opened(address) as page:
        await page.get_by_role("button", name="Cari orang").click()
        await page.keyboard.type("fitriani larobu")
        await page.locator("#found").get_by_role("button", name="Fitriani Larobu").first.click()
        fitri = phone(page, "Fitriani Larobu")
        await fitri.get_by_role("button", name="Buka undangan").click()

        await expect(fitri.get_by_text("Asuh:").first).to_be_attached(timeout=WAIT)
        await expect(fitri.locator(".bubble:not(.mine)").first).to_be_visible()


@pytest.mark.browser
@in_chromium
async def test_the_search_can_be_left_by_its_button(prepared: Prepared, opened: Opened) -> None:
    async with launch.serving(prepared) as (_, address), opened(address) as page:
        await page.get_by_role("button", name="Cari orang").click()
        await page.locator("#search").get_by_role("button", name="Tutup").click()

        await expect(page.locator("#search")).to_be_hidden()
        await expect(phone(page, "Anwar Lakebo").get_by_role("button", name="Lapor kunjungan")).to_be_visible()


@pytest.mark.browser
@in_chromium
async def test_a_message_is_written_by_keyboard_and_what_was_sent_can_be_seen(
    prepared: Prepared, opened: Opened
) -> None:
    async with launch.serving(prepared) as (_, address), opened(address) as page:
        await page.get_by_label("Pesan dari Anwar Lakebo").fill("jadwal")
        await page.keyboard.press("Enter")
        await expect(phone(page, "Anwar Lakebo").locator(".bubble:not(.mine)")).to_have_count(2, timeout=WAIT)
        await page.get_by_role("button", name="Yang dikirim").click()
        await page.locator("#wire-who").select_option(label="Anwar Lakebo · Telegram")

        await expect(page.locator("#calls .in").first).to_contain_text("Update")
        await expect(page.locator("#calls .out").first).to_contain_text("sendMessage")


@pytest.mark.browser
@in_chromium
async def test_one_person_goes_on_with_whatsapp_where_a_list_opens(prepared: Prepared, opened: Opened) -> None:
    async with launch.serving(prepared) as (_, address), opened(address) as page:
        anwar = phone(page, "Anwar Lakebo")
        await expect(phone(page, "Sari Mondea").get_by_text("Bebas menulis sampai besok 08.30")).to_be_visible()
        await anwar.get_by_role("button", name="WhatsApp").click()
        await expect(anwar.get_by_text("Jendela tertutup: hanya templat")).to_be_visible()
        await anwar.get_by_role("button", name="Mulai").click()
        await anwar.get_by_role("button", name="Lapor kunjungan").click()
        await expect(anwar.get_by_text("Kunjungan siapa yang mau dilaporkan?")).to_be_visible(timeout=WAIT)
        await anwar.get_by_role("button", name="Pilih").click()
        await expect(anwar.get_by_role("dialog").get_by_role("button", name="Adik Kayla")).to_be_visible()
        await expect(anwar.get_by_text("Bebas menulis sampai besok 08.30")).to_be_visible()
        await expect(anwar.get_by_role("img", name="dibaca")).to_have_count(2)


@pytest.mark.browser
@in_chromium
async def test_a_lesson_to_somebody_who_has_been_silent_is_announced_and_a_tap_brings_it(
    prepared: Prepared, opened: Opened
) -> None:
    with prepared.sessions() as session:
        everybody = directory.read(session, prepared.cast, TODAY)
    on_whatsapp = everybody.find("ibu whatsapp")
    silent = next(card for card in on_whatsapp if card.joined and card not in everybody.first)
    lesson = Message("Besok hari timbang.", (Option("home", "Menu utama"),), notice=("Bu Ani", "Ada satu hal kecil."))
    async with launch.serving(prepared) as (_, address), opened(f"{address}#{silent.chat}") as page:
        with prepared.sessions.begin() as session:
            person = silent.other - shape.FIRST_CHAT
            to_her = ("lesson:9:timbang:9", silent.channel, str(silent.chat), lesson.to_json(), MORNING)
            outbox.promise(session, [outgoing(*to_her, person_id=person)])
        hers = phone(page, silent.name)
        await expect(hers.get_by_text("Halo Bu Ani, pesan sesuai jadwal")).to_be_visible(timeout=WAIT)
        await expect(hers.get_by_text("Besok hari timbang.")).to_have_count(0)
        await expect(hers.get_by_text("Jendela tertutup: hanya templat")).to_be_visible()
        await hers.get_by_role("button", name="Baca").click()

        await expect(hers.get_by_text("Besok hari timbang.")).to_be_visible(timeout=WAIT)
        await expect(hers.get_by_text("Bebas menulis sampai besok 08.30")).to_be_visible()


@pytest.mark.browser
@in_chromium
async def test_on_a_narrow_screen_there_is_one_phone_at_a_time_and_nothing_sticks_out(
    prepared: Prepared, opened: Opened
) -> None:
    async with launch.serving(prepared) as (_, address), opened(address, 390, 844) as page:
        await expect(phone(page, "Anwar Lakebo")).to_be_visible(timeout=WAIT)
        await expect(phone(page, "Sari Mondea")).to_be_hidden()
        await page.get_by_role("tab", name="Ibu Sari").click()

        await expect(phone(page, "Sari Mondea")).to_be_visible()
        await expect(phone(page, "Anwar Lakebo")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_page_is_not_for_strangers(prepared: Prepared) -> None:
    async with launch.serving(prepared) as (_, address), aiohttp.ClientSession() as visitor:
        async with visitor.get(address, headers={"Host": "asuh.example"}) as answer:
            assert answer.status == 403
        elsewhere = {"Origin": "http://asuh.example"}
        async with visitor.post(f"{address}/clock", json={"move": "day"}, headers=elsewhere) as answer:
            assert answer.status == 403
        async with visitor.post(f"{address}/phones/5/text", json={"text": "halo"}) as answer:
            assert answer.status == 404
        async with visitor.get(address) as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_port_that_is_taken_is_exchanged_for_a_free_one(prepared: Prepared) -> None:
    async with launch.serving(prepared) as (_, first):
        taken = int(first.rpartition(":")[2])
        async with launch.serving(prepared, taken) as (_, second):
            assert first != second
