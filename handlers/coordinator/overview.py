"""Screens of a coordinator: the digest on request, late visits, and a button that reminds whoever visits."""

from __future__ import annotations

from db.children import is_empty
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import disclosure
from programme.disclosure import Shown
from programme.scopes import scopes_of
from reports.digest import details, digest
from reports.digest import message as digest_message
from reports.digest.model import Visits

PAGE = 10


MANAGE = Option("menu:kelola", "Kelola")
BY_NAME = "Boleh juga tulis nama anak, pendamping, kelurahan, posyandu, atau kantor."
CHANGE = Option("menu:ubahdata", "Ubah data")
KEPT: tuple[tuple[str, Option], ...] = (
    ("workbook.send", CHANGE),
    ("assignment.list", Option("menu:usulan", "Usulan pendamping")),
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
    context.say(Message(f"{hello} Ringkasan datang sendiri setiap sore. Mau lihat sekarang? {BY_NAME}", options))


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


def show_late(context: Context, page: int = 0) -> None:
    """List the overdue visits in this coordinator's scopes, worst first, with a button to remind each ASN."""
    _show_late(context, page, _visits(context))


def open_late(context: Context, page: int) -> None:
    """The same page with the names, each of which is a line of the audit."""
    _show_late(context, page, _visits(context, disclosure.OPENED_LIST), opened=True)


def _show_late(context: Context, page: int, visits: Visits, *, opened: bool = False) -> None:
    late, names = visits.late, details.not_joined_words(visits.not_joined)
    count = len(visits.not_joined)
    waiting = f"\n\n⏳ *Belum bergabung, jadi belum dihitung: {count} pendamping*\n{names}" if names else ""
    if not late:
        context.say(Message(f"Tidak ada kunjungan yang terlambat. 👏{waiting}", (HOME,)))
        return
    shown, page = page_of(late, page, PAGE)
    lines = [
        f"{number}. {one.called}: {f'{one.who}, ' if one.who else ''}*{one.days} hari*"
        + ("" if one.reachable else ", belum terhubung")
        for number, one in enumerate(shown, page * PAGE + 1)
    ]
    asn = {one.asn_id: one.asn for one in shown if one.reachable}
    row = turns("late", page, more=(page + 1) * PAGE < len(late))
    reminders = [Option(f"remind:{asn_id}", f"Ingatkan {name}") for asn_id, name in asn.items()]
    if context.may("child.open") and any(not one.name for one in shown):
        reminders.append(Option(f"late:names:{page}", "Lihat nama (dicatat)"))
    for one in shown if opened else ():
        context.note("child.open", one.about)
    context.note_all("late.view", (one.about for one in shown))
    text = "\n".join((f"⏰ *Terlambat: {len(late)} kunjungan*", *lines)) + waiting
    context.say(Message(text, tuple(reminders), (*row, HOME)))


def _visits(context: Context, besides: Shown = Shown.NOTHING) -> Visits:
    """The visits in this coordinator's scopes, the overdue ones worst first."""
    return digest.visits(context.session, context.person, context.now, context.city, besides)
