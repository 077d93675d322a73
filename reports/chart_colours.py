"""The colours of the growth chart: soft bands as on the KMS, dark lines, and one palette for every picture."""

from __future__ import annotations

from functools import cache

from PIL import Image

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
INK: Colour = (14, 22, 52)
GREY: Colour = (84, 90, 104)
SHADE: Colour = (238, 240, 242)
RED: Colour = (196, 12, 28)
DARK_RED: Colour = (112, 16, 24)
GREEN: Colour = (12, 100, 48)
OLIVE: Colour = (104, 92, 8)
ORANGE: Colour = (188, 88, 0)
BLUE: Colour = (36, 72, 190)
BAND_ROSE: Colour = (255, 232, 224)
BAND_YELLOW: Colour = (255, 240, 150)
BAND_LIGHT: Colour = (212, 239, 192)
BAND_GREEN: Colour = (174, 224, 160)
BAND_ORANGE: Colour = (255, 236, 212)
HEADS: dict[str, Colour] = {"L": (18, 82, 150), "P": (170, 32, 96)}
"""The KMS is blue for boys and pink for girls."""

BANDS = (BAND_ROSE, BAND_YELLOW, BAND_LIGHT, BAND_GREEN, BAND_ORANGE, SHADE)
MONTH_VEIL = 0.24


def mix(over: Colour, under: Colour, part: float) -> Colour:
    """`part` of the one over the other."""
    red, green, blue = (round(u + (o - u) * part) for o, u in zip(over, under, strict=True))
    return red, green, blue


@cache
def palette() -> Image.Image:
    """All flat colours, and those of the soft edges where two of them meet. 256 at most."""
    veiled = [mix(BLUE, band, MONTH_VEIL) for band in BANDS]
    flat = [WHITE, INK, GREY, RED, DARK_RED, GREEN, OLIVE, ORANGE, BLUE, *HEADS.values(), *BANDS, *veiled]
    meet = [(INK, under) for under in (WHITE, *BANDS, *veiled)]
    meet += [(WHITE, under) for under in (*HEADS.values(), BLUE, RED, GREEN, GREY, *veiled)]
    meet += [(line, band) for line in (RED, GREEN) for band in BANDS]
    meet += [(line, band) for line in (OLIVE, DARK_RED, ORANGE) for band in (BAND_YELLOW, BAND_LIGHT, BAND_ROSE)]
    edges = [mix(over, under, part) for over, under in meet for part in (0.35, 0.7)]
    edges += [mix(WHITE, band, 0.5) for band in BANDS]
    colours = list(dict.fromkeys([*flat, *edges]))
    if len(colours) > 256:
        raise ValueError(f"a palette holds 256 colours, not {len(colours)}")
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in colours for part in colour])
    return image


def flattened(picture: Image.Image) -> Image.Image:
    """The picture in the colours of the palette."""
    return picture.quantize(palette=palette(), dither=Image.Dither.NONE)
