"""Greetings, which are no question where nothing else is said beside them."""

from __future__ import annotations

import re

from flow.words import normal

GREETINGS = frozenset(
    """assalamualaikum assalamu'alaikum assalamualaykum aslm asslm waalaikumsalam salam permisi halo hallo hai hi hello
    selamat pagi siang sore malam punten p tes test""".split()  # noqa: SIM905
)
BESIDE = frozenset(
    """bu ibu pak bapak kak mba mbak mas dok dokter bidan kader petugas admin banyak atas info infonya informasi
    informasinya jawaban jawabannya penjelasan penjelasannya saran sarannya bantuan bantuannya balasan balasannya nya
    sudah udah sdh telah dijawab dibalas membantu sangat sekali kembali sama ya yah iya nih loh deh semua semuanya juga
    untuk wr wb warahmatullahi wabarakatuh sehat selalu""".split()  # noqa: SIM905
)


def is_greeting(text: str) -> bool:
    """Whether somebody only greets: "assalamualaikum bu", "p"."""
    said = set(re.findall(r"[\w']+", normal(text).replace("apa kabar", "halo")))
    return bool(GREETINGS & said) and said <= GREETINGS | BESIDE
