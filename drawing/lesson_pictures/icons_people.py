"""Round little people. No likeness is meant: a head, a smile, thick arms and legs."""

from __future__ import annotations

from drawing.lesson_pictures.palette import BROWN, HAIR, LEAF, LILAC, ORANGE, RED, ROSE, SKIN, SKY, SUN, WHITE
from drawing.lesson_pictures.shapes import at, circle, dots, limb, oval, path, rect

SHIRT, DRESS = ORANGE, LILAC
BARE = "#E0AE84"


def head(mood: str = "senang", curls: bool = True, skin: str = SKIN) -> str:
    """A head about (0, 0), 46 in radius; `mood` is "senang", "tidur" or "sakit"."""
    hair = (
        path("M-44 -14 C-44 -62 44 -62 44 -14 C22 -34 -20 -36 -44 -14Z", HAIR, width=4)
        if curls
        else path("M-6 -44 C-14 -60 8 -66 8 -52", width=6)
    )
    if mood == "tidur":
        face = path("M-24 0 C-20 6 -12 6 -8 0 M8 0 C12 6 20 6 24 0 M-8 20 C-4 24 4 24 8 20", width=5)
    elif mood == "sakit":
        face = path("M-26 2 L-10 -6 M26 2 L10 -6 M-12 26 C-6 18 6 18 12 26", width=5)
    else:
        face = dots((-16, 0), (16, 0), r=5.5) + path("M-15 16 C-8 26 8 26 15 16", width=5)
    return circle(0, 0, 46, skin) + hair + face


def baby(mood: str = "senang", wrap: str = SKY, skin: str = SKIN) -> str:
    """A wrapped baby, upright."""
    return (
        path("M-58 92 C-66 22 -40 -4 0 -4 C40 -4 66 22 58 92 C30 102 -30 102 -58 92Z", wrap)
        + path("M-50 44 C-14 58 22 40 40 14", width=5)
        + at(0, -40, head(mood, False, skin), 1.1)
    )


def on_the_back() -> str:
    """A baby on its back on a flat mat, seen from above."""
    return (
        limb("M-34 -4 L-70 -22 M34 -4 L70 -22", SKIN, 20)
        + limb("M-16 62 L-24 92 M16 62 L24 92", SKIN, 22)
        + path("M-38 -14 C-44 30 -36 72 0 72 C36 72 44 30 38 -14 C20 -24 -20 -24 -38 -14Z", SUN)
        + at(0, -52, head("tidur", False))
    )


def tummy() -> str:
    """A baby on its tummy, its head raised."""
    return (
        limb("M40 42 L92 50", SKIN, 22)
        + path("M-36 58 C-44 10 20 2 66 30 C76 44 70 60 56 62 Z", SUN)
        + limb("M-22 34 L-44 60 L-70 60", SKIN, 20)
        + at(-48, -14, head(curls=False), 0.95)
        + path("M-98 76 L104 76", line=BROWN, width=10)
    )


def rolling() -> str:
    return (
        path("M-70 -64 C-30 -100 40 -98 70 -56 M70 -56 L74 -90 M70 -56 L38 -66", line=RED, width=10)
        + limb("M34 34 L84 20 M30 56 L84 66", SKIN, 22)
        + oval(4, 44, 52, 34, SUN)
        + limb("M-10 30 L-22 0", SKIN, 20)
        + at(-60, 28, head(curls=False), 0.95)
        + path("M-104 84 L104 84", line=BROWN, width=10)
    )


def reaching() -> str:
    """A baby on its back reaching for a cloth that hangs."""
    return (
        path("M0 -104 L0 -74", width=7)
        + path("M-26 -74 L26 -74 L14 -34 L0 -50 L-14 -34 Z", RED)
        + limb("M52 58 L90 30 M48 66 L92 64", SKIN, 22)
        + oval(20, 56, 50, 28, SUN)
        + limb("M-6 40 L-10 -8 M18 36 L22 -8", SKIN, 18)
        + at(-56, 44, head(curls=False), 0.9)
        + path("M-104 90 L104 90", line=BROWN, width=10)
    )


def sitting(held: str = "", shirt: str = SHIRT, mood: str = "senang") -> str:
    """A child on the floor; `held` is drawn between its hands."""
    return (
        limb("M-30 66 L-78 78 M30 66 L78 78", SKIN, 26)
        + path("M-38 76 C-46 16 -24 0 0 0 C24 0 46 16 38 76Z", shirt)
        + limb("M-32 22 L-62 46 M32 22 L62 46", SKIN, 20)
        + held
        + at(0, -42, head(mood))
    )


def two_spoons() -> str:
    spoon = limb("M0 26 L0 -16", BROWN, 8) + oval(0, -28, 13, 18, BROWN, width=5)
    return sitting(at(-70, 30, spoon) + at(70, 30, spoon))


def cloth_game() -> str:
    """Ci-luk-ba: a face half behind a cloth."""
    return (
        at(0, -26, head(), 1.4)
        + path("M-96 0 C-60 12 60 -8 96 0 L88 88 C40 98 -40 82 -88 88 Z", LILAC)
        + limb("M-80 4 L-80 -10 M80 2 L80 -10", SKIN, 26)
    )


def standing(
    right: str = "M28 6 L52 44",
    left: str = "M-28 6 L-52 44",
    legs: str = "M-16 60 L-18 92 M16 60 L18 92",
    shirt: str = SHIRT,
) -> str:
    return (
        limb(legs, SKIN, 24)
        + limb(f"{right} {left}", SKIN, 20)
        + path("M-34 66 C-38 6 -22 -14 0 -14 C22 -14 38 6 34 66Z", shirt)
        + at(0, -54, head(), 0.95)
    )


def cruising() -> str:
    """Standing and holding on to a bench."""
    return (
        rect(34, 22, 70, 18, BROWN, r=6)
        + limb("M46 46 L46 92 M92 46 L92 92", BROWN, 10)
        + at(-26, 0, standing(right="M24 4 L66 12"))
    )


def pointing() -> str:
    return standing(right="M28 2 L92 -22") + path("M84 -62 L104 -70 M96 10 L106 20", line=RED, width=8)


def kicking() -> str:
    ball = circle(80, 74, 24, RED) + path("M62 64 C74 72 88 72 98 64", line=WHITE, width=6)
    return at(-24, 0, standing(legs="M-16 60 L-18 92 M16 58 L62 78")) + ball


def scribbling() -> str:
    paper = path("M-60 58 L64 58 L84 96 L-80 96 Z", WHITE) + path(
        "M-30 80 c14 -20 18 14 32 -4 c12 -14 16 12 30 -2", line=RED, width=6
    )
    return (
        path("M-38 70 C-46 10 -24 0 0 0 C24 0 46 10 38 70Z", SHIRT)
        + at(0, -42, head())
        + paper
        + limb("M34 24 L58 50 L40 70", SKIN, 18)
    )


def talking(child: str = "") -> str:
    """A grown-up's face beside a baby's."""
    return (
        at(-44, -22, head(), 1.35)
        + (child or at(64, 34, head(curls=False), 0.95))
        + path("M28 -62 l16 -10 M34 -34 l20 0", line=RED, width=7)
    )


def woman(dress: str = DRESS, mood: str = "senang", bun: bool = True) -> str:
    """A grown woman, down to the hips."""
    hair = circle(0, -98, 18, HAIR, width=4) if bun else ""
    return path("M-64 96 C-66 20 -40 0 0 0 C40 0 66 20 64 96Z", dress) + hair + at(0, -48, head(mood), 1.05)


def pregnant(mood: str = "senang", mark: str = "") -> str:
    """A woman with a round belly; `mark` is drawn on it."""
    belly = circle(0, 52, 46, "#CDA9DD") + (
        mark
        or path("M0 74 C-14 62 -24 54 -24 42 C-24 28 -6 26 0 40 C6 26 24 28 24 42 C24 54 14 62 0 74Z", RED, width=4)
    )
    return woman(mood=mood) + belly + limb("M-54 34 L-34 84 M54 34 L34 84", SKIN, 16)


def midwife() -> str:
    cap = path("M-40 -34 C-30 -66 30 -66 40 -34 Z", WHITE)
    coat = path("M-62 96 C-64 22 -40 2 0 2 C40 2 64 22 62 96Z", WHITE) + path(
        "M0 34 L0 70 M-18 52 L18 52", line=RED, width=12
    )
    return coat + at(0, -46, head() + cap)


def nursing(dress: str = DRESS) -> str:
    """A mother with her baby at her chest, covered."""
    child = at(-26, 40, oval(34, 24, 54, 30, SKY) + at(-14, 4, head("tidur", False), 0.72))
    return woman(dress) + child + limb("M58 44 C56 88 0 92 -30 82", SKIN, 18)


def skin_to_skin() -> str:
    """A newborn prone upon its mother's bare chest, one cloth over both."""
    return (
        path("M-64 96 C-66 20 -40 0 0 0 C40 0 66 20 64 96Z", SKIN)
        + circle(0, -98, 18, HAIR, width=4)
        + at(0, -48, head(), 1.05)
        + oval(0, 66, 38, 34, BARE)
        + at(10, 26, head("tidur", False, BARE), 0.66, 12)
        + path("M-80 100 C-84 60 -66 34 -50 40 C-20 72 24 72 50 40 C66 34 84 60 80 100 Z", LILAC)
    )


def couple() -> str:
    man = path("M-56 96 C-58 24 -36 6 0 6 C36 6 58 24 56 96Z", LEAF) + at(0, -42, head())
    return at(-44, 4, woman(ROSE), 0.86) + at(52, 4, man, 0.86)
