"""Words that are no question: thanks, a greeting, an agreement. Only where nothing else is said beside them."""

from __future__ import annotations

import re

from flow.words import normal

THANKS = frozenset(
    """terima kasih terimakasih makasih makasi mksh mksih mkasih trims trimakasih tks thanks thx thank you tq nuwun
    suwun matur""".split()  # noqa: SIM905 - words are read, not computed with
)
GREETINGS = frozenset(
    """assalamualaikum assalamu'alaikum assalamualaykum aslm asslm waalaikumsalam salam permisi halo hallo hai hi hello
    selamat pagi siang sore malam punten p tes test""".split()  # noqa: SIM905
)
AGREEMENTS = frozenset(
    """ok oke okey okay oki siap baik baiklah iya ya iye sip mengerti paham ngerti noted""".split()  # noqa: SIM905
)
MARKS = "🙏👍👌❤🥰😊"
BESIDE = frozenset(
    """bu ibu pak bapak kak mba mbak mas dok dokter bidan kader petugas admin banyak atas info infonya informasi
    informasinya jawaban jawabannya penjelasan penjelasannya saran sarannya bantuan bantuannya balasan balasannya nya
    sudah udah sdh telah dijawab dibalas membantu sangat sekali kembali sama ya yah iya nih loh deh semua semuanya juga
    untuk wr wb warahmatullahi wabarakatuh sehat selalu""".split()  # noqa: SIM905
)


def is_thanks(text: str) -> bool:
    """Whether nothing but thanks is said: "makasih banyak bu", "ok terima kasih infonya 🙏"."""
    said = _tokens(text)
    return bool(THANKS & set(said)) and set(said) <= THANKS | BESIDE | AGREEMENTS | GREETINGS and _asks_nothing(text)


def is_greeting(text: str) -> bool:
    """Whether somebody only greets: "assalamualaikum bu", "p"."""
    said = _tokens(normal(text).replace("apa kabar", "halo").rstrip("? "))
    return bool(GREETINGS & set(said)) and set(said) <= GREETINGS | BESIDE


def is_agreement(text: str) -> bool:
    """Whether somebody only agrees: "iya bu", "siap". After a question of the other's it is an answer."""
    said = _tokens(text)
    if not said:
        return any(mark in text for mark in MARKS)
    return bool(AGREEMENTS & set(said)) and set(said) <= AGREEMENTS | BESIDE and _asks_nothing(text)


def _tokens(text: str) -> list[str]:
    return re.findall(r"[\w']+", normal(text))


def _asks_nothing(text: str) -> bool:
    return "?" not in text
