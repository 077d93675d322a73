"""The doctor's look at WhatsApp: what is wrong with the token, the number, the webhook, the templates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import settings
from bot.cli import check_whatsapp
from bot.cli.findings import LOOK, OK, WRONG, Finding
from content.city import City
from tests import people
from tests.bot.whatsapp.manager import VERIFY, Manager


@pytest.fixture
async def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Manager]:
    """A number at which everything is right, and a folder that knows it."""
    monkeypatch.chdir(tmp_path)
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"ASUH_{name.upper()}", raising=False)
    async with Manager() as server:
        server.hold()
        for name, value in {
            "TOKEN": server.token, "PHONE_NUMBER_ID": server.number, "BUSINESS_ACCOUNT_ID": server.account,
            "APP_SECRET": server.secret, "VERIFY_TOKEN": VERIFY, "API_URL": server.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(f"ASUH_WHATSAPP_{name}", value)
        yield server


async def examine(city: City | None = None) -> list[Finding]:
    return await check_whatsapp.examine(settings.load(), city or people.city())


def of(subject: str, found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.grade, one.said) for one in found if one.subject == subject]


def with_people(number: int) -> City:
    kendari = people.city()
    whatsapp = replace(kendari.programme.whatsapp, daily_people=number)
    return replace(kendari, programme=replace(kendari.programme, whatsapp=whatsapp))


async def test_all_is_well(manager: Manager) -> None:
    assert [(one.grade, one.said) for one in await examine()] == [
        (OK, "Nomor +62 811-4445-555 (Asuh Kota Kendari) menjawab."),
        (OK, f"{manager.address()} menjawab."),
        (OK, "13 templat disetujui Meta."),
    ]


async def test_without_whatsapp_there_is_nothing_to_say(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.NEEDED_FOR_WHATSAPP:
        monkeypatch.delenv(f"ASUH_{name.upper()}")
    assert await examine() == []
    assert not manager.requests


async def test_a_refused_token(manager: Manager) -> None:
    manager.revoked = True
    [found] = await examine()
    assert (found.grade, found.said) == (WRONG, "Token ditolak Meta.")
    assert "ASUH_WHATSAPP_TOKEN" in found.mend


async def test_a_number_that_is_not_there(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_WHATSAPP_PHONE_NUMBER_ID", "999999999")
    [found] = await examine()
    assert found.grade == WRONG
    assert "ASUH_WHATSAPP_PHONE_NUMBER_ID" in found.mend


async def test_out_of_reach(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_WHATSAPP_API_URL", "http://127.0.0.1:9")
    [found] = await examine()
    assert found.said == "WhatsApp tidak terjangkau."
    assert manager.token not in found.mend


@pytest.mark.parametrize(
    ("field", "value", "grade", "said"),
    [
        ("status", "PENDING", WRONG, "belum tersambung (PENDING)"),
        ("code_verification_status", "NOT_VERIFIED", WRONG, "belum diverifikasi"),
        ("quality_rating", "RED", LOOK, "Mutu nomor rendah"),
        ("whatsapp_business_manager_messaging_limit", "TIER_2K", LOOK, "menyapa 2000 orang sehari"),
    ],
)
async def test_what_is_wrong_with_the_number(manager: Manager, field: str, value: str, grade: str, said: str) -> None:
    manager.about[field] = value
    [_, (found, words)] = of("WhatsApp", await examine())
    assert (found, said in words) == (grade, True)


async def test_a_code_that_ran_out_and_a_number_without_quality_are_no_trouble(manager: Manager) -> None:
    manager.about |= {"code_verification_status": "EXPIRED", "quality_rating": "UNKNOWN"}
    assert len(of("WhatsApp", await examine())) == 1


async def test_planning_for_more_people_than_meta_allows_is_wrong(manager: Manager) -> None:
    [_, (grade, said)] = of("WhatsApp", await examine(with_people(2000)))
    assert (grade, said) == (WRONG, "Meta membolehkan menyapa 250 orang sehari, programme.toml memakai 2000.")


async def test_an_unlimited_number_is_no_trouble(manager: Manager) -> None:
    manager.about["whatsapp_business_manager_messaging_limit"] = "TIER_UNLIMITED"
    assert len(of("WhatsApp", await examine())) == 1


async def test_a_version_that_does_not_know_the_newer_fields_is_asked_for_less(manager: Manager) -> None:
    manager.unknown_fields = {"webhook_configuration"}
    found = await examine()
    assert of("WhatsApp", found)[0][0] == OK
    assert of("Webhook WhatsApp", found) == [(LOOK, "Meta tidak memberi tahu alamatnya.")]


async def test_a_webhook_that_goes_elsewhere(manager: Manager) -> None:
    manager.about["webhook_configuration"] = {"application": "https://lama.example/hook"}
    assert of("Webhook WhatsApp", await examine()) == [(WRONG, "Meta mengirim ke https://lama.example/hook.")]
    assert not manager.asked_to_verify


async def test_a_webhook_that_does_not_know_our_word(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_WHATSAPP_VERIFY_TOKEN", "kata-yang-lain")
    [(grade, said)] = of("Webhook WhatsApp", await examine())
    assert (grade, said.endswith("tidak menjawab seperti yang diminta Meta.")) == (LOOK, True)
    assert "kata-yang-lain" not in said


async def test_an_account_that_sends_us_nothing(manager: Manager) -> None:
    manager.subscribed = False
    assert of("Webhook WhatsApp", await examine())[0] == (
        WRONG,
        "Akun WhatsApp tidak mengirim apa pun ke aplikasi kita.",
    )


async def test_every_template_that_cannot_be_used_is_named(manager: Manager) -> None:
    del manager.held["asuh_pesan"]
    manager.hold("asuh_pesan_edukasi", status="PAUSED")
    manager.hold("asuh_ukur_kedua", category="MARKETING")
    unusable, different = (one for one in await examine() if one.subject == "Templat WhatsApp")
    assert unusable.details == ("asuh_pesan: belum ada di Meta", "asuh_pesan_edukasi: dijeda Meta")
    assert (unusable.grade, different.grade) == (WRONG, LOOK)
    assert different.details == ("asuh_ukur_kedua: disetujui; kategori berbeda",)


async def test_a_token_that_may_not_read_the_templates(manager: Manager) -> None:
    manager.refuse(f"{manager.account}/message_templates", 200, "Permissions error")
    manager.refuse(f"{manager.account}/subscribed_apps", 200, "Permissions error")
    found = await examine()
    assert of("Templat WhatsApp", found)[0][0] == WRONG
    assert of("Webhook WhatsApp", found)[0][0] == OK


async def test_without_an_account_the_templates_cannot_be_asked_for(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASUH_WHATSAPP_BUSINESS_ACCOUNT_ID")
    assert of("Templat WhatsApp", await examine()) == [(LOOK, "Akun WhatsApp Business belum disebut.")]


async def test_a_city_that_cannot_be_read_does_not_stop_the_rest(manager: Manager) -> None:
    found = await check_whatsapp.examine(settings.load(), None)
    assert [one.subject for one in found] == ["WhatsApp", "Webhook WhatsApp"]


async def test_a_provider_that_tells_nothing_is_pointed_to(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_WHATSAPP_API_VERSION", "-")
    [found] = await examine()
    assert (found.grade, found.mend) == (LOOK, "Lihat di halaman penyedia.")
