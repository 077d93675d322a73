"""The colours of the growth chart: soft bands as on the KMS, dark lines, and one palette for every picture."""

from __future__ import annotations

from functools import cache

from PIL import Image

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
INK: Colour = (14, 22, 52)
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
    """The mix of two colours, `part` of it from `over`."""
    red, green, blue = (round(u + (o - u) * part) for o, u in zip(over, under, strict=True))
    return red, green, blue


@cache
def palette() -> Image.Image:
    """All flat colours, and the mixed ones of soft edges between two of them."""
    veiled = [mix(BLUE, band, MONTH_VEIL) for band in BANDS]
    flat = [WHITE, INK, RED, DARK_RED, GREEN, OLIVE, ORANGE, BLUE, *HEADS.values(), *BANDS, *veiled]
    letters = [(INK, WHITE), *((WHITE, under) for under in (*HEADS.values(), BLUE))]
    lines = [(line, band) for line in (INK, RED, GREEN) for band in (*BANDS, *veiled)]
    lines += [(line, band) for line in (OLIVE, DARK_RED, ORANGE) for band in (BAND_YELLOW, BAND_LIGHT, BAND_ROSE)]
    # One shade between a line and its band, two between a letter and its background: more would only enlarge the file.
    edges = [mix(over, under, part) for over, under in letters for part in (0.33, 0.67)]
    edges += [mix(over, under, 0.5) for over, under in lines]
    colours = list(dict.fromkeys([*flat, *edges]))
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in colours for part in colour])
    return image


def flattened(picture: Image.Image) -> Image.Image:
    """The picture in the colours of the palette."""
    return picture.quantize(palette=palette(), dither=Image.Dither.NONE)
