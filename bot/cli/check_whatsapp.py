"""``asuh check`` for WhatsApp: the token, the number, the webhook, and templates that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp

from bot.cli.findings import LOOK, OK, WRONG, Finding
from bot.settings import Settings
from bot.whatsapp import templates
from bot.whatsapp.client import Client
from bot.whatsapp.connect import client
from bot.whatsapp.raw import mapping, objects, text
from bot.whatsapp.webhook import PATH
from bot.whatsapp.wire import AccountBlocked, TokenRefused
from content.city import City
from flow.message import Rejected, SendFailure

ABOUT = "verified_name,display_phone_number,quality_rating,code_verification_status"
MORE = f"{ABOUT},status,whatsapp_business_manager_messaging_limit,webhook_configuration"
TIERS = {"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000}
PATIENCE = aiohttp.ClientTimeout(total=10)
CHALLENGE = "8846137204"
NUMBER, WEBHOOK, TEMPLATES = "WhatsApp", "Webhook WhatsApp", "Templat WhatsApp"


async def examine(set_up: Settings, city: City | None) -> list[Finding]:
    """All findings about WhatsApp; none where it is not set up. ``city`` is None when it cannot be read."""
    if not set_up.uses_whatsapp:
        return []
    async with aiohttp.ClientSession() as http:
        wire = client(set_up, http)
        try:
            number = await _number(wire, set_up.whatsapp_phone_number_id)
        except SendFailure as failure:
            return [_unanswered(set_up, failure)]
        return [
            *_of_number(number, city),
            *await _webhook(set_up, wire, http, number),
            *await _templates(set_up, wire, city),
        ]


async def _number(wire: Client, number: str) -> Mapping[str, Any]:
    """Meta's data about our number; older versions and some providers lack some fields."""
    try:
        return mapping(await wire.call("GET", number, query={"fields": MORE}))
    except Rejected:
        return mapping(await wire.call("GET", number, query={"fields": ABOUT}))


def _unanswered(set_up: Settings, failure: SendFailure) -> Finding:
    match failure:
        case TokenRefused():
            mend = "Buat token baru untuk pengguna sistem, lalu ganti ASUH_WHATSAPP_TOKEN."
            return Finding(WRONG, NUMBER, "Token ditolak Meta.", mend)
        case AccountBlocked():
            mend = "Periksa ASUH_WHATSAPP_PHONE_NUMBER_ID, dan keadaan akun di WhatsApp Manager."
            return Finding(WRONG, NUMBER, f"Nomornya tidak bisa dipakai: {failure}.", mend)
        case Rejected() if not set_up.whatsapp_version:
            return Finding(LOOK, NUMBER, "Penyedia tidak memberi keterangan nomor.", "Lihat di halaman penyedia.")
        case _:
            mend = f"Periksa sambungan internet ke {set_up.whatsapp_api_url}."
            return Finding(WRONG, NUMBER, "WhatsApp tidak terjangkau.", mend)


# --- the number -------------------------------------------------------------------------


def _of_number(number: Mapping[str, Any], city: City | None) -> Iterator[Finding]:
    name, shown = text(number.get("verified_name"), 80), text(number.get("display_phone_number"), 30)
    yield Finding(OK, NUMBER, f"Nomor {shown} ({name}) menjawab.")
    status = text(number.get("status"), 20)
    if status not in ("", "CONNECTED"):
        mend = "Daftarkan nomornya (register) di halaman WhatsApp > API Setup."
        yield Finding(WRONG, NUMBER, f"Nomornya belum tersambung ({status}).", mend)
    if number.get("code_verification_status") == "NOT_VERIFIED":
        yield Finding(WRONG, NUMBER, "Nomornya belum diverifikasi.", "Verifikasi dengan kode SMS di WhatsApp Manager.")
    quality = text(number.get("quality_rating"), 12)
    if quality in ("YELLOW", "RED"):
        said = f"Mutu nomor {templates.QUALITIES[quality]}: banyak penerima memblokir atau melapor."
        yield Finding(LOOK, NUMBER, said, "Kurangi pesan, dan pastikan penerima memang ikut.")
    limit = TIERS.get(text(number.get("whatsapp_business_manager_messaging_limit"), 20))
    people = city.programme.whatsapp.daily_people if city else None
    if limit and people and limit != people:
        grade = WRONG if people > limit else LOOK
        said = f"Meta membolehkan menyapa {limit} orang sehari, programme.toml memakai {people}."
        yield Finding(grade, NUMBER, said, f"Tulis daily_people = {limit} di bagian [whatsapp].")


# --- the webhook --------------------------------------------------------------------------


async def _webhook(
    set_up: Settings, wire: Client, http: aiohttp.ClientSession, number: Mapping[str, Any]
) -> list[Finding]:
    found: list[Finding] = []
    account = set_up.whatsapp_business_account_id
    if account and set_up.whatsapp_version and not await _is_subscribed(wire, account):
        mend = "Hubungkan aplikasi dengan akun WhatsApp (subscribed_apps), lihat docs/panduan.md."
        found.append(Finding(WRONG, WEBHOOK, "Akun WhatsApp tidak mengirim apa pun ke aplikasi kita.", mend))
    address = text(mapping(number.get("webhook_configuration")).get("application"), 500)
    if not address:
        mend = f"Pastikan di halaman aplikasi tertulis https://ALAMAT-KITA{PATH}."
        return [*found, Finding(LOOK, WEBHOOK, "Meta tidak memberi tahu alamatnya.", mend)]
    if not address.endswith(PATH):
        mend = f"Alamatnya harus berakhir dengan {PATH}."
        return [*found, Finding(WRONG, WEBHOOK, f"Meta mengirim ke {address}.", mend)]
    if await _answers(set_up, http, address):
        return [*found, Finding(OK, WEBHOOK, f"{address} menjawab.")]
    mend = "Bila asuh run sedang berhenti, ini wajar. Bila tidak, periksa server di depan asuh dan kata verifikasinya."
    return [*found, Finding(LOOK, WEBHOOK, f"{address} tidak menjawab seperti yang diminta Meta.", mend)]


async def _is_subscribed(wire: Client, account: str) -> bool:
    try:
        return bool(objects(mapping(await wire.call("GET", f"{account}/subscribed_apps")).get("data")))
    except SendFailure:
        return True  # cannot be asked from here, so nothing is known against it


async def _answers(set_up: Settings, http: aiohttp.ClientSession, address: str) -> bool:
    """Whether our own address answers the question that Meta asks when a webhook is entered."""
    token = set_up.whatsapp_verify_token
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": CHALLENGE,
        "hub.verify_token": token.get_secret_value() if token else "",
    }
    try:
        async with http.get(address, params=query, allow_redirects=False, timeout=PATIENCE) as answer:
            return answer.status == 200 and (await answer.text()).strip() == CHALLENGE
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False


# --- the templates ------------------------------------------------------------------------


async def _templates(set_up: Settings, wire: Client, city: City | None) -> list[Finding]:
    if city is None:
        return []
    if not set_up.whatsapp_version:
        return [Finding(LOOK, TEMPLATES, "Templat ada di penyedia.", "Lihat keadaannya di halaman penyedia.")]
    if not set_up.whatsapp_business_account_id:
        mend = "Isi ASUH_WHATSAPP_BUSINESS_ACCOUNT_ID, supaya templat bisa diperiksa dan diajukan."
        return [Finding(LOOK, TEMPLATES, "Akun WhatsApp Business belum disebut.", mend)]
    try:
        at_meta = await templates.listed(wire, set_up.whatsapp_business_account_id)
    except SendFailure as failure:
        mend = "Beri token izin whatsapp_business_management, dan periksa ASUH_WHATSAPP_BUSINESS_ACCOUNT_ID."
        return [Finding(WRONG, TEMPLATES, f"Daftarnya tidak bisa dibaca: {failure}.", mend)]
    comparisons = templates.compare(city.notices, at_meta, city.name)
    unusable = tuple(f"{one.template.name}: {one.said}" for one in comparisons if not one.usable)
    different = tuple(f"{one.template.name}: {one.said}" for one in comparisons if one.usable and one.different)
    found: list[Finding] = []
    if unusable:
        said = f"{len(unusable)} dari {len(comparisons)} templat belum bisa dipakai; pesannya tidak terkirim."
        found.append(Finding(WRONG, TEMPLATES, said, "Lihat dengan: asuh whatsapp templates", unusable))
    if different:
        said = f"{len(different)} templat di Meta berbeda dari yang kita pakai."
        found.append(Finding(LOOK, TEMPLATES, said, "Lihat dengan: asuh whatsapp templates", different))
    return found or [Finding(OK, TEMPLATES, f"{len(comparisons)} templat disetujui Meta.")]
