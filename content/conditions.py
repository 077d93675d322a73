"""Conditions under which a lesson is sent, by the name lessons use, each in words for the health office.

scheduler/lessons/triggers/ reads them from the tables. A *trigger* happens on a day (a weighing, a visit, an answer)
and sends a lesson of its own; a *state* only lets a lesson of the calendar be sent while it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Subject = Literal["anak", "hamil", "nikah", "ibu"]


class Condition(NamedTuple):
    """One condition. ``subject``: whom it is about; ``words``: when it holds; ``state``: whether it is a state.

    ``rest``: for so many days after its lesson the same family is not sent it again.
    """

    subject: Subject
    words: str
    state: bool = False
    rest: int = 90


ONCE = 10_000  # days: longer than any child stays in the programme


CONDITIONS: Mapping[str, Condition] = {
    # weighing and measuring
    "belum-ditimbang": Condition("anak", "belum ditimbang bulan ini sampai tanggal 25", rest=25),
    "absen-dua-bulan": Condition("anak", "dua bulan berturut-turut tidak ditimbang", rest=55),
    "ditimbang-lagi": Condition("anak", "ditimbang bulan ini, bulan lalu tidak (O)", rest=150),
    "berat-tidak-naik": Condition("anak", "berat tidak naik, pertama kali (T)", rest=55),
    "naik-lagi": Condition("anak", "berat naik lagi sesudah tidak naik (N sesudah T)", rest=80),
    "dua-kali-tidak-naik": Condition("anak", "berat dua kali berturut-turut tidak naik (2T)", rest=55),
    "berat-turun": Condition("anak", "berat turun"),
    "bawah-garis-merah": Condition("anak", "BB/U di bawah -3 SD (BGM)"),
    "berat-kurang": Condition("anak", "BB/U -3 sampai kurang dari -2 SD"),
    "pendek": Condition("anak", "TB/U -3 sampai kurang dari -2 SD"),
    "sangat-pendek": Condition("anak", "TB/U di bawah -3 SD"),
    "gizi-kurang": Condition("anak", "BB/TB -3 sampai kurang dari -2 SD, atau LiLA 11,5 sampai kurang dari 12,5 cm"),
    "gizi-buruk": Condition("anak", "BB/TB di bawah -3 SD, LiLA di bawah 11,5 cm, atau kedua kaki bengkak", rest=14),
    "risiko-gizi-lebih": Condition("anak", "BB/TB di atas +1 SD"),
    "berat-lebih": Condition("anak", "BB/U di atas +1 SD"),
    "lingkar-kepala": Condition("anak", "lingkar kepala di luar -2 sampai +2 SD"),
    "angka-janggal": Condition("anak", "hasil ukur di luar batas wajar"),
    "posisi-ukur": Condition("anak", "diukur berdiri sebelum 24 bulan, atau telentang sesudahnya"),
    "membaik": Condition("anak", "tinggi badan kembali sesuai umur pada dua pengukuran resmi", rest=ONCE),
    # what a visit or the register says
    "lahir-kecil": Condition("anak", "lahir di bawah 2.500 gram atau sebelum 37 minggu", rest=ONCE),
    "imunisasi-terlambat": Condition("anak", "imunisasi yang sudah waktunya belum diterima", rest=21),
    "belum-vitamin-a": Condition("anak", "vitamin A bulan Februari atau Agustus belum tercatat", rest=150),
    "belum-obat-cacing": Condition("anak", "obat cacing tahun ini belum tercatat", rest=300),
    "asi-bermasalah": Condition("anak", "di bawah 6 bulan dan tidak hanya ASI", rest=30),
    "ragam-kurang": Condition(
        "anak", "6-23 bulan, kemarin kurang dari 5 kelompok makanan atau tanpa lauk hewani", rest=55
    ),
    "diare": Condition("anak", "dilaporkan mencret", rest=21),
    "batuk-demam": Condition("anak", "dilaporkan batuk atau demam", rest=21),
    "perkembangan": Condition("anak", "hasil cek perkembangan (KPSP) belum sesuai", rest=30),
    "perokok": Condition("anak", "ada yang merokok di rumah"),
    "tanpa-jamban-air": Condition("anak", "belum ada jamban sehat atau air minum aman"),
    "tanpa-jaminan": Condition("anak", "belum punya JKN atau akta lahir"),
    "dirujuk": Condition("anak", "dirujuk dan belum ada kabar", rest=14),
    "kembali-dari-rs": Condition("anak", "dirujuk balik dari rumah sakit"),
    "tanda-bahaya": Condition("anak", "tanda bahaya dilaporkan saat kunjungan", rest=30),
    "kunjungan-terlewat": Condition("anak", "kunjungan ASN terlambat 30 hari"),
    "berakhir": Condition("anak", "pendampingan berakhir"),
    "nifas-belum-periksa": Condition("anak", "ibu belum diperiksa setelah melahirkan", rest=ONCE),
    "telur-belum": Condition("anak", "kemarin belum makan telur", rest=ONCE),
    "sumbing": Condition("anak", "bibir atau langit-langit sumbing dilaporkan", rest=ONCE),
    "minum-cangkir": Condition("anak", "petugas kesehatan meminta anak minum dengan cangkir", rest=14),
    # pregnancy
    "ibu-remaja": Condition("hamil", "menurut jawabannya umur ibu di bawah 20 tahun", rest=ONCE),
    "hamil-20-minggu": Condition("hamil", "kehamilan mencapai 20 minggu", rest=ONCE),
    "kek": Condition("hamil", "LiLA ibu di bawah 23,5 cm"),
    "kurang-darah": Condition("hamil", "menurut bidan ibu kurang darah"),
    "periksa-hamil-terlewat": Condition("hamil", "pemeriksaan hamil yang sudah waktunya belum diterima", rest=25),
    "bahaya-hamil": Condition("hamil", "tanda bahaya kehamilan dilaporkan", rest=2),
    "berat-ibu-tetap": Condition("hamil", "berat ibu tidak naik", rest=55),
    # states
    "musim-vitamin-a": Condition("anak", "hanya Januari-Februari dan Juli-Agustus", state=True),
    "musim-hujan": Condition("anak", "bulan-bulan hujan menurut [lessons] rainy_months", state=True),
    "musim-hujan-hamil": Condition("hamil", "bulan-bulan hujan menurut [lessons] rainy_months", state=True),
    "menjelang-ramadan": Condition("anak", "dari beberapa hari sebelum Ramadan sampai akhirnya", state=True),
    "menjelang-ramadan-hamil": Condition("hamil", "dari beberapa hari sebelum Ramadan sampai akhirnya", state=True),
    "dosis-kosong": Condition("anak", "ada imunisasi yang belum diterima", state=True),
    "daerah-je": Condition("anak", "jadwal daerah memuat imunisasi JE", state=True),
    "elsimil-merah": Condition("nikah", "hasil Elsimil merah", state=True),
}
