"""The first screens of a coordinator: what they can see to, and the digest on request."""

from __future__ import annotations

from db.children import is_empty
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import disclosure
from programme.scopes import scopes_of
from reports.digest import digest
from reports.digest import message as digest_message

MANAGE = Option("menu:kelola", "Kelola")
BY_NAME = "Boleh juga tulis nama anak, pendamping, kelurahan, posyandu, atau kantor."
BY_NAME_OF_OFFICE = "Boleh juga tulis nama pendamping atau kantor."
CHANGE = Option("menu:ubahdata", "Ubah data")
KEPT: tuple[tuple[str, Option], ...] = (
    ("workbook.send", CHANGE),
    ("assignment.list", Option("menu:tanpapendamping", "Belum ada pendamping")),
    ("handover.choose", Option("menu:alihkan", "Pendamping cuti, pindah")),
    ("digest.view", Option("menu:adopsi", "Siapa sudah bergabung")),
    ("code.make", Option("menu:undangan", "Kartu undangan")),
    ("code.make", Option("menu:kode", "Kode untuk satu orang")),
    ("export.make", Option("menu:ekspor", "Daftar sebagai berkas")),
    ("place.change", Option("menu:tempat", "Posyandu dan puskesmas")),
    ("setting.change", Option("menu:pengaturan", "Pengaturan kota")),
    ("digest.view", Option("menu:mutu", "Mutu pengukuran")),
)
"""What a coordinator can see to besides the daily digest, by the act that it needs: ten, as many as a list shows."""
WRITTEN = (
    ("digest.view", "*wilayah* untuk angka tiap wilayah"),
    ("digest.choose", "*waktu ringkasan* untuk jam dan harinya"),
    ("broadcast.write", "*umumkan* untuk pengumuman"),
    ("person.open", "*orang* untuk kartu satu orang"),
    ("assignment.list", "*akhiri* untuk satu pendampingan"),
)
"""What has no row in that list, by the act that it needs."""
OF_PLACES = ("assignment.list", "place.change")
"""What needs a kelurahan, a kecamatan or the city: an office is not offered what it could not do."""


def show_home(context: Context) -> None:
    """Say the first screen of a coordinator; in a city that has yet to begin, how its register gets here."""
    hello = f"Halo {salute(context.person)}!"
    if context.may("workbook.send") and is_empty(context.session):
        text = (
            f"{hello} Belum ada keluarga yang tercatat. Kirim buku kerja Excel ke sini; kami tunjukkan dulu "
            "apa yang akan disimpan. Belum punya? Ambil yang kosong."
        )
        context.say(Message(text, (Option("workbook:template", "Buku kerja kosong"), CHANGE, MANAGE)))
        return
    options = (Option("menu:ringkasan", "Ringkasan sekarang"), Option("menu:terlambat", "Yang terlambat"), MANAGE)
    by_name = BY_NAME if disclosure.of_places(scopes_of(context.person)) else BY_NAME_OF_OFFICE
    context.say(Message(f"{hello} Ringkasan datang sendiri. Mau lihat sekarang? {by_name}", options))


def show_kept(context: Context) -> None:
    """Offer what the coordinator can see to besides the daily digest."""
    in_places = bool(disclosure.of_places(scopes_of(context.person))) or context.person.has(Role.ADMIN)
    kept = {act for act, _ in (*KEPT, *WRITTEN) if context.may(act) and (in_places or act not in OF_PLACES)}
    options = tuple(option for act, option in KEPT if act in kept)
    text = "Mau mengurus apa? Buku kerja Excel boleh langsung dikirim ke sini."
    if more := [words for act, words in WRITTEN if act in kept]:
        text += f"\nYang lain ditulis saja: {', '.join(more)}."
    context.say(Message(text, options, (HOME,)))


def show_digest(context: Context) -> None:
    """Answer with the digest of today so far."""
    counted = digest.digest(context.session, context.person, context.now, context.city, whole=False)
    if counted is None:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
        return
    context.note("digest.view", subject(context.person))
    context.say(digest_message.message(counted, context.city))
