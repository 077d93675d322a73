"""The sentences every form uses, and the command words understood in all of them."""

from __future__ import annotations

from flow.reading.characters import ascii_digits

# --- sentences -----------------------------------------------------------------

BACK, SKIP, CANCEL, HELP = "‹ Kembali", "Lewati", "Batal", "Bantuan"
DONE, NONE, NO_NAME_YET = "Selesai ✓", "Tidak ada", "Belum ada nama"
SEND, SEND_NOW, CHANGE, KEEP, LATER = "Kirim", "Kirim sekarang", "Perbaiki", "Simpan dulu", "Nanti"
ADD = "+ "  # before the name of an answer that can still be given
DISCARD, CONTINUE = "Ya, buang", "Lanjutkan"

REQUIRED = "Pertanyaan ini perlu dijawab dulu, ya."
OLD_BUTTON = "Itu tombol lama, jadi tidak ada yang berubah. Kita lanjut dari sini:"
PICK_ONE = "Jawaban itu belum kami kenal. Pilih salah satu yang tertulis di bawah, ya."
PICK_SOME = "Jawaban itu belum kami kenal. Pilih dari yang tertulis di bawah, atau tulis “tidak ada”."
NEED_TEXT = "Mohon tulis jawabannya dengan kata-kata, ya."
NEED_PHOTO = "Kirim fotonya lewat tombol 📎 di bawah, atau tulis “lewati”."
NEED_PLACE = "Kirim lokasi lewat tombol di bawah, atau tulis “lewati”."
NEED_DATE = "Tulis tanggalnya, misalnya 12/3 atau 12 Maret."
NEED_NAME = "Tulis namanya saja, ya, misalnya Aisyah."
ONE_NAME = "Tulis nama satu orang saja dulu, ya."
UNKNOWN_NAME = "Nama itu belum kami kenal. Coba tulis lagi, ya."
WHICH_NAME = "Yang mana maksudnya: {names}? Tulis nama lengkapnya, ya."
TOO_LONG = "Tulisannya terlalu panjang. Cukup {limit} huruf, ya."
EMPTY = "Jawabannya masih kosong. Tulis satu dua kata saja, ya."
SEVERAL = "Boleh pilih lebih dari satu, lalu ketuk Selesai."
MARKED, UNMARKED = "☑ ", "☐ "
SURE = "Betul, tetap {value}"
MEANT = "Maksudnya {value}"
CHANGE_WHICH = "Mana yang ingin diperbaiki atau ditambah?"
# The review stands in the history of the chat for years, on WhatsApp unchanged: it says what is true afterwards too.
CHECK_FIRST = "Periksa dulu. Baru terkirim sesudah *Kirim* diketuk."
SENT = "✅ *Sudah dikirim.*"
NOT_IN_REVIEW = "Sudah betul? Ketuk *Kirim*. Ada yang salah? Ketuk *Perbaiki*."
LEAVE = "{title} belum terkirim. Mau dibuang?\n“Simpan dulu” menyimpannya supaya bisa dilanjutkan kapan saja."
NO_MORE_HELP = (
    "Jawab dengan mengetuk tombol atau menulis. Tulis “kembali” untuk pertanyaan sebelumnya, “batal” untuk berhenti."
)


def number_example(example: str) -> str:
    return f"Tulis angkanya saja, misalnya {example}."


def between(low: str, high: str, unit: str) -> str:
    return f"Angkanya antara {low} dan {high} {unit}".rstrip() + ". Coba lihat lagi, ya."


def swapped(numbers: str) -> str:
    return f"Sepertinya urutannya tertukar. Maksudnya {numbers}? Tulis lagi dengan urutan itu, ya."


def other_weekday(day: str) -> str:
    return f"Tanggal itu jatuh pada hari {day}. Tulis lagi tanggal yang dimaksud, ya."


def not_after(day: str) -> str:
    return f"Tanggalnya tidak boleh sesudah {day}."


def not_before(day: str) -> str:
    return f"Tanggalnya tidak boleh sebelum {day}."


# --- command words --------------------------------------------------------------

NOTHING = frozenset({"-", "nihil", "kosong", "selesai"})

COMMANDS = {
    "kembali": "back",
    "balik": "back",
    "mundur": "back",
    "lewati": "skip",
    "lewat": "skip",
    "lompati": "skip",
    "batal": "cancel",
    "batalkan": "cancel",
    "kirim": "send",
    "kirim sekarang": "now",
    "ubah": "change",
    "perbaiki": "change",
    "koreksi": "change",
    "buang": "discard",
    "simpan": "keep",
    "simpan dulu": "keep",
    "nanti": "keep",
    "nanti saja": "keep",
    "lanjut": "open",
    "lanjutkan": "open",
    "bantuan": "help",
    "tolong": "help",
    "?": "help",
}


CHANGING = ("perbaiki ", "ubah ", "ganti ", "koreksi ", "tambah ")  # before the name of an answer


def normal(said: str) -> str:
    """The text ready to be compared: one line, lower case, ASCII digits, without a command's slash or closing marks."""
    return " ".join(ascii_digits(said).split()).casefold().removeprefix("/").strip(' .,!✓‹*_"“”')


def command(said: str) -> str | None:
    """The form command meant by a word, or None: "kembali" and "/kembali" are both "back"."""
    return COMMANDS.get(normal(said))
