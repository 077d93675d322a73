"""Who saw or changed a child's record, in words: for the city's coordinator, who answers for it to the family."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.audit import OPERATOR, Audit, Name
from db.children import Child, Pregnancy
from db.people import Person, PersonRole
from db.referrals import Referral
from db.roles import Role
from db.subjects import Subject, SubjectKind, subject
from db.visits import Visit
from programme.contacts import called
from programme.referral_messages import titles
from programme.scopes import families_in, scopes_of

SERVICE, FORGOTTEN = "Asuh sendiri", "orang yang datanya sudah dihapus"
ROLES = {Role.ASN: "ASN", Role.FAMILY: "keluarga", Role.ADMIN: "admin"}
OF_SCOPES = frozenset({"digest.sent", "digest.view", "quality.view"})
"""What shows a coordinator a whole scope: the line is about the coordinator, and may have shown any child in it."""

ACTS = {
    "address.link": "menghubungkan HP",
    "address.unlink": "melepas HP",
    "adoption.view": "membuka angka yang bergabung",
    "alert.sent": "menerima kabar bahaya",
    "appointment.accept": "menyanggupi hari kunjungan",
    "appointment.later": "belum bisa memilih hari kunjungan",
    "appointment.off": "membatalkan kunjungan",
    "appointment.offer": "menawarkan hari kunjungan",
    "appointment.pick": "memilih hari kunjungan",
    "appointment.sent": "menerima kabar janji kunjungan, dengan patokan rumah",
    "area.open": "membuka kartu tempat atau kantor",
    "area.referrals": "membuka rujukan terbuka di satu tempat",
    "area.view": "membuka angka tiap wilayah",
    "asked.sent": "ditanya apakah sudah sampai",
    "assignment.begin": "menetapkan pendamping",
    "assignment.end": "mengakhiri pendampingan",
    "assignment.list": "membuka daftar pendampingan",
    "assignment.propose": "mengusulkan pendamping",
    "assignment.refuse": "menolak usulan pendamping",
    "assignment.substitute": "menetapkan pengganti sementara",
    "assignment.succeed": "mengalihkan pendampingan",
    "assignment.wish": "minta pendampingan dialihkan",
    "audit.read": "membuka catatan ini",
    "birth.not_yet": "mengabarkan belum lahir",
    "birth.record": "mencatat kelahiran",
    "birth.sent": "ditanya apakah sudah lahir",
    "birth.undo": "membatalkan kabar lahir",
    "born.sent": "menerima kabar lahir",
    "broadcast.approve": "menyetujui pengumuman",
    "broadcast.refuse": "tidak menyetujui pengumuman",
    "broadcast.report": "melihat hasil pengumuman",
    "broadcast.stop": "menghentikan pengumuman",
    "broadcast.write": "mengirim pengumuman",
    "card.open": "membuka kartunya",
    "carer.resume": "menerima pesan lagi",
    "carer.stop": "berhenti",
    "chart.view": "membuka grafik",
    "child.enter": "mencatat anak",
    "child.name": "memberi nama",
    "child.open": "membuka namanya",
    "children.list": "membuka daftar anak",
    "climb.sent": "menerima kabar bahaya yang belum dijawab",
    "consent.decline": "menolak memberi izin",
    "consent.give": "memberi izin",
    "consent.paper": "mencatat persetujuan tertulis",
    "consent.withdraw": "menarik persetujuan",
    "cry.answer": "menjawab pertanyaan tentang bahaya",
    "cry.number": "memberi nomor HP",
    "cry.write": "menulis tentang bahaya",
    "danger.tapped": "mengetuk tanda bahaya",
    "data.answer": "menjawab permintaan tentang data",
    "data.beda": "berbeda pendapat tentang persetujuan",
    "data.hapus": "meminta datanya dihapus",
    "data.perbaiki": "meminta datanya diperbaiki",
    "digest.sent": "menerima ringkasan wilayahnya",
    "digest.time": "mengatur waktu ringkasannya",
    "digest.view": "membuka ringkasan wilayahnya",
    "draft.drop": "membuang laporan",
    "drafts.pass": "meneruskan laporan yang belum terkirim",
    "ending.back": "menarik kembali kabar yang keliru",
    "ending.confirm": "memastikan sebuah kabar",
    "ending.refuse": "menyatakan sebuah kabar keliru",
    "ending.sent": "menerima kabar pendampingan berakhir",
    "ending.told": "menyampaikan sebuah kabar",
    "export.row": "mengambil daftar sebagai berkas",
    "family.enter": "mendaftarkan keluarga",
    "family.export": "mengambil data saya sebagai berkas",
    "family.forget": "menghapus data keluarga",
    "family.view": "membuka data saya",
    "fostering.end": "mencatat akhir pendampingan",
    "handover.sent": "menerima kabar pergantian pendamping",
    "handover.view": "membuka kartu serah terima",
    "history.view": "membuka riwayat kunjungan",
    "home.view": "membuka menu utama",
    "household.answer": "menjawab permintaan ikut keluarga",
    "household.ask": "meminta ikut keluarga",
    "household.code": "membuat kode untuk anggota keluarga",
    "import.child": "mengimpor data anak",
    "import.family": "mengimpor data keluarga",
    "import.measurement": "mengimpor ukuran",
    "import.pregnancy": "mengimpor kehamilan",
    "import.wedding": "mengimpor pernikahan",
    "introduction.sent": "menerima perkenalan: nama ibu, patokan rumah, kader",
    "ladder.sent": "menerima kabar kunjungan yang tertunda",
    "landmark.tell": "memberi patokan rumah",
    "invitation.issue": "membuat kode undangan",
    "late.view": "membuka daftar terlambat",
    "leave.end": "mengakhiri cuti pendamping",
    "leave.enter": "mencatat cuti pendamping",
    "line.aside": "menyisihkan dari daftar hari ini",
    "line.back": "menampilkan lagi di daftar",
    "line.list": "membuka yang disisihkan",
    "lesson.ask": "membuka pesan edukasi",
    "lesson.change": "meminta sebuah pesan diubah",
    "lesson.off": "mematikan sebuah pesan edukasi",
    "lesson.on": "menyalakan sebuah pesan edukasi",
    "lesson.open": "membuka sebuah pesan",
    "lesson.order": "meminta pesan untuk anak ini",
    "lesson.sign": "menandatangani sebuah pesan",
    "letter.answer": "membalas pesan tentangnya",
    "letter.sent": "menerima pesan tentangnya",
    "letter.write": "menulis pesan tentangnya",
    "measurement.repeat": "mengukur ulang",
    "message.read": "membuka lagi sebuah pesan",
    "mother.died": "mencatat ibu meninggal",
    "number.hide": "tidak memberi nomornya",
    "number.sent": "menerima nomor yang diizinkan",
    "number.share": "mengizinkan nomornya diketahui",
    "number.view": "membuka nomor ibu",
    "news.accept": "mau menerima pengumuman",
    "news.end": "tidak mau menerima pengumuman lagi",
    "nudge.sent": "diingatkan koordinator",
    "pair.list": "membuka daftar janji kunjungan",
    "pair.view": "membuka perkenalan pendampingan",
    "people.list": "memilih dari daftar nama",
    "person.call": "meminta nomor untuk menelepon",
    "person.number": "mengganti nomor HP orang",
    "person.open": "membuka kartu orang",
    "pregnancy.correct": "memperbaiki HPL",
    "pregnancy.enter": "mencatat kehamilan",
    "promise.sent": "ditanya hari kunjungan",
    "quality.view": "membuka mutu pengukuran wilayahnya",
    "question-news.sent": "mengetahui bahwa keluarga bertanya",
    "question.answer": "menjawab pertanyaan",
    "question.ask": "bertanya",
    "question.close": "menutup pertanyaan",
    "question.pass": "meneruskan pertanyaan",
    "question.remind": "mengingatkan penjawab pertanyaan",
    "question.sent": "menerima pertanyaan keluarga",
    "question.view": "membuka daftar pertanyaan",
    "reader.end": "mengakhiri pembaca lain",
    "reader.only.off": "mengizinkan pembaca lain",
    "reader.only.on": "menolak pembaca lain",
    "record.tell": "bertanya tentang catatan",
    "referral.accept": "menangani rujukan",
    "referral.answer": "menjawab apakah sudah sampai",
    "referral.back": "mencatat kembali dari rumah sakit",
    "referral.close": "menutup rujukan",
    "referral.open": "membuka rujukan",
    "referral.pass": "menyerahkan rujukan kepada petugas lain",
    "referral.push": "mengingatkan petugas tentang rujukan",
    "referral.reopen": "membuka lagi rujukan",
    "referral.sent": "menerima kabar rujukan",
    "referral.view": "membuka daftar rujukan",
    "remeasure.sent": "diminta mengukur ulang",
    "reminder.sent": "diingatkan berkunjung",
    "schedule.view": "membuka jadwal",
    "sheet.open": "membuka formulir",
    "signs.view": "membuka tanda bahaya",
    "setting.change": "mengubah pengaturan",
    "team.view": "membuka kunjungan timnya",
    "stuck.sent": "diingatkan rujukan yang masih terbuka",
    "told.sent": "ditanya apakah sebuah kabar benar",
    "visit.correct": "memperbaiki laporan",
    "visit.not_yet": "menyatakan belum bisa berkunjung",
    "visit.promise": "menjanjikan hari kunjungan",
    "visit.submit": "mengirim laporan kunjungan",
    "visit.undo": "membatalkan laporan",
}
"""What an action is called. One that is not here is read as the word of ``OTHER``."""
OTHER = "melihat atau mengubah data"


@dataclass(frozen=True, slots=True)
class Look:
    """One line in words: when, who with their roles, and what they did."""

    at: datetime
    who: str
    what: str


def looks(session: Session, child: Child, today: date, *, skip: int, limit: int) -> list[Look]:
    """Who saw or changed the child's record, newest first: also its visits, referrals, family and place's digests."""
    found = audit.about(
        session, _subjects(session, child), skip=skip, limit=limit,
        readers=_coordinators(session, child, today), only=OF_SCOPES,
    )  # fmt: skip
    meant = audit.meaning(session, {line.actor for line in found})
    ids = {one.id for one in meant.values() if one.kind == SubjectKind.PERSON}
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [Look(line.at, _who(line, meant.get(line.actor), people), act(line.action)) for line in found]


def _subjects(session: Session, child: Child) -> list[Subject]:
    family = child.family
    visits = select(Visit.id).where(Visit.child_id == child.id)
    referrals = select(Referral.id).where((Referral.child_id == child.id) | (Referral.family_id == family.id))
    named: list[Subject] = [subject(child), subject(family)]
    named += [Subject(SubjectKind.VISIT, id) for id in session.scalars(visits)]
    named += [Subject(SubjectKind.REFERRAL, id) for id in session.scalars(referrals)]
    if child.pregnancy_id and (pregnancy := session.get(Pregnancy, child.pregnancy_id)):
        named.append(subject(pregnancy))
    return named


def _coordinators(session: Session, child: Child, today: date) -> list[Subject]:
    """The coordinators in whose scopes the child's family is today."""
    holders = select(PersonRole.person_id).where(PersonRole.role == Role.COORDINATOR)
    people = session.scalars(select(Person).where(Person.id.in_(holders))).all()
    return [subject(one) for one in people if _covers(session, one, child, today)]


def _covers(session: Session, coordinator: Person, child: Child, today: date) -> bool:
    within = families_in(scopes_of(coordinator), today).subquery()
    return session.scalar(select(within.c.id).where(within.c.id == child.family_id).limit(1)) is not None


def _who(line: Audit, name: Name | None, people: dict[int, Person]) -> str:
    if not line.actor:
        return SERVICE
    if name is None:
        return FORGOTTEN
    if name.kind == OPERATOR:
        return f"{name.name} (pengelola server)"
    person = people.get(name.id)
    return ", ".join([called(person), *_roles(person)]) if person else FORGOTTEN


def _roles(person: Person) -> Collection[str]:
    held = [words for role, words in ROLES.items() if person.has(role)]
    return [*titles([person])[:1], *held]


def act(action: str) -> str:
    """What an action of the audit is called."""
    return ACTS.get(action, OTHER)
