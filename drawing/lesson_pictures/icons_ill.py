"""Icons of illness, some of them added to a figure."""

from __future__ import annotations

from drawing.lesson_pictures.icons_people import SHIRT, head
from drawing.lesson_pictures.palette import BLUE, RED, SKIN, WHITE
from drawing.lesson_pictures.shapes import at, circle, dots, limb, oval, path, rect

GREEN = "#7CB342"


def flash() -> str:
    """A jagged bolt: pain."""
    return path("M10 -60 L-34 10 L-4 10 L-16 62 L36 -14 L4 -14 Z", RED, width=6)


def jerking(figure: str) -> str:
    shaken = "M-92 -54 l14 20 l-16 18 l16 20 l-14 20 M92 -54 l-14 20 l16 18 l-16 20 l14 20"
    return figure + path(shaken, line=RED, width=9)


def panting(figure: str) -> str:
    return figure + path("M60 -34 l34 -14 M64 -8 l40 0 M60 18 l34 14", line=BLUE, width=10)


def hot(figure: str) -> str:
    return at(-32, 0, figure, 0.9) + at(66, 0, thermometer(), 0.9)


def cold(figure: str) -> str:
    shivers = "M-92 -30 l14 14 l-14 14 l14 14 M92 -30 l-14 14 l14 14 l-14 14"
    return figure + path(shivers, line=BLUE, width=9)


def vomiting(figure: str) -> str:
    arc = path("M22 -32 C58 -30 70 -2 70 28", line=GREEN, width=16)
    return at(-22, 0, figure, 0.95) + arc + dots((70, 54), (54, 70), (86, 74), r=9, fill=GREEN)


def limp() -> str:
    """A child that sits with its head fallen to one side."""
    body = path("M-38 76 C-46 16 -24 0 0 0 C24 0 46 16 38 76Z", SHIRT)
    return body + limb("M-30 66 L-78 78 M30 66 L78 78", SKIN, 26) + at(-20, -34, head("tidur"), 1, -24)


def headache() -> str:
    return at(0, 0, head("sakit"), 1.5) + at(66, -66, flash(), 0.7)


def swollen() -> str:
    edges = path("M-96 -20 C-108 10 -104 40 -88 60 M96 -20 C108 10 104 40 88 60", line=RED, width=9)
    return at(0, 6, head("sakit"), 1.6) + edges


def navel() -> str:
    return oval(0, 10, 92, 78, SKIN) + circle(0, 14, 40, "#F08A7A", line="") + circle(0, 14, 16, RED)


def thermometer() -> str:
    glass = rect(-18, -94, 36, 130, WHITE, r=18) + path("M0 -40 L0 50", line=RED, width=14)
    return at(0, 0, glass + circle(0, 58, 32, RED), 1, 24)
