"""``asuh whatsapp``: compare and submit message templates at Meta."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import Command, Group, open_database, stop

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.whatsapp.client import Client
    from bot.whatsapp.templates import TemplateComparison
    from content.city import City
    from content.notices import Notices

app = typer.Typer(cls=Group, help="WhatsApp: templat yang harus disetujui Meta.", no_args_is_help=True)
command = partial(app.command, cls=Command)

NOT_SET_UP = "WhatsApp belum dipasang. Isi ASUH_WHATSAPP_TOKEN dan yang lain di .env; caranya di docs/panduan.md."
HEADERS = ("Templat", "Keadaan", "Kategori", "Mutu")
MENDS = {
    "REJECTED": "Baca alasannya di WhatsApp Manager, perbaiki atau ajukan banding di sana.",
    "PAUSED": "Banyak penerima mengeluh atau tidak membaca. Meta membukanya lagi sendiri sesudah 3 atau 6 jam.",
    "DISABLED": "Terlalu banyak keluhan. Ajukan banding di WhatsApp Manager.",
    "MISSING": "Ajukan dengan: asuh whatsapp templates --submit",
    "PENDING": "Tunggu pemeriksaan Meta, biasanya kurang dari sehari, lalu jalankan perintah ini lagi.",
}
DIFFERENT = "Yang berbeda: samakan isinya di WhatsApp Manager (boleh sekali sehari), lalu tunggu disetujui lagi."
MOVED = "Kategori yang berbeda: Meta yang memindahkannya, dan harganya ikut berubah. Banding bisa di WhatsApp Manager."
BY_HAND = "Daftar di penyedia tidak bisa dibaca dari sini. Ajukan di halaman penyedia dengan isi berikut."


@app.callback()
def _group() -> None:
    """An empty callback, without which typer would drop the name of a single subcommand."""


@command()
def templates(
    submit: Annotated[bool, typer.Option("--submit", help="Ajukan yang belum ada ke Meta.")] = False,
) -> None:
    """Bandingkan templat kita dengan yang ada di Meta: disetujui, ditolak, dijeda, atau belum ada."""
    import asyncio

    from bot import city_folder
    from bot.app import now
    from bot.whatsapp.templates import record
    from flow.message import SendFailure

    set_up, sessions = open_database()
    if not set_up.uses_whatsapp:
        stop(NOT_SET_UP)
    city = city_folder.city(set_up)
    if not set_up.whatsapp_business_account_id or not set_up.whatsapp_version:
        _show_texts(city.notices, set_up.city)
        return
    try:
        comparisons = asyncio.run(_compared(set_up, city, submit))
    except SendFailure as failure:
        stop(f"Meta tidak bisa ditanya: {failure}.", "Periksa dengan: asuh check")
    with sessions.begin() as session:
        record(session, comparisons, now())
    _show(comparisons)
    sys.exit(0 if all(one.usable and not one.different for one in comparisons) else 1)


async def _compared(set_up: Settings, city: City, submit: bool) -> list[TemplateComparison]:
    import aiohttp

    from bot.whatsapp import templates
    from bot.whatsapp.connect import client

    account = set_up.whatsapp_business_account_id
    async with aiohttp.ClientSession() as http:
        wire = client(set_up, http)
        comparisons = templates.compare(city.notices, await templates.listed(wire, account), city.name)
        if submit:
            return [one if one.at_meta else await _hand_in(wire, account, one, city.name) for one in comparisons]
        return comparisons


async def _hand_in(wire: Client, account: str, one: TemplateComparison, city_name: str) -> TemplateComparison:
    """Submit one template. The comparison with Meta's answer; unchanged when Meta refuses the submission."""
    from bot.whatsapp import templates
    from flow.message import SendFailure

    try:
        one = replace(one, at_meta=await templates.submit(wire, account, one.template, city_name))
    except SendFailure as failure:
        typer.secho(f"{one.template.name}: tidak diterima: {failure}.", fg=typer.colors.RED, err=True)
    else:
        typer.echo(f"{one.template.name}: diajukan, {one.said}.")
    return one


def _show(comparisons: Sequence[TemplateComparison]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*HEADERS, box=None, pad_edge=False)
    for one in comparisons:
        category = one.at_meta.category if one.at_meta else one.template.category
        table.add_row(one.template.name, one.said, category.lower(), one.quality)
    Console().print(table)
    statuses = {"PENDING" if one.status == "IN_APPEAL" else one.status for one in comparisons}
    lines = [mend for status, mend in MENDS.items() if status in statuses]
    parts = {part for one in comparisons for part in one.different}
    lines += [DIFFERENT] if parts - {"kategori"} else []
    lines += [MOVED] if "kategori" in parts else []
    for line in lines:
        typer.echo(f"→ {line}")


def _show_texts(notices: Notices, city_name: str) -> None:
    typer.echo(BY_HAND)
    for one in notices.templates:
        typer.secho(f"\n{one.name}", bold=True, nl=False)
        typer.echo(f" ({one.language}, {one.category})\n{one.body_for(city_name)}")
        typer.echo(f"Contoh: {' | '.join(one.variables)}\nTombol (quick reply): {one.button}")
        if one.footer:
            typer.echo(f"Catatan kaki: {one.footer}")
