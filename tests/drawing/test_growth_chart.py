"""The growth chart: what a mother sees on her phone."""

import socket
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from db.measurements import OFFICIAL, REPORTED
from drawing.growth_chart import background, chart, colours, text
from drawing.growth_chart import frame as growth_chart_frame
from drawing.growth_chart.chart import Point, draw
from drawing.growth_chart.frame import BOTTOM, DAYS_A_MONTH, LEFT, RIGHT, TOP, Frame, Kind
from rules.tables import Sex, curve
from tests import people

TODAY = date(2026, 11, 22)
WHITE, INK = colours.WHITE, colours.INK


def born(months: float) -> date:
    return TODAY - timedelta(round(months * DAYS_A_MONTH))


def after(start: date, months: float) -> date:
    return start + timedelta(round(months * DAYS_A_MONTH))


def opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture)).convert("RGB")


def colour(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    found = picture.getpixel((round(x), round(y)))
    assert isinstance(found, tuple)
    return found


def place(frame: Frame, start: date, point: Point) -> tuple[float, float]:
    return frame.x((point.on - start).days / DAYS_A_MONTH), frame.y(point.value)


def monthly(kind: Kind, sex: Sex, months: int, z: float = -1.5) -> list[Point]:
    """A child weighed and measured every month, every third time by who fosters it."""
    start, points = born(months + 0.3), list[Point]()
    for month in range(months + 1):
        day = round(month * DAYS_A_MONTH)
        length, weight = (curve(table, sex).at(day) for table in ("length_for_age", "weight_for_age"))
        assert length is not None
        assert weight is not None
        kg, cm = weight.value(z + month % 3 / 5), length.value(z + month % 2 / 5)
        points.append(Point(start + timedelta(day), cm if kind == "tinggi" else kg, month % 3 != 2, cm))
    return points


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("sex", get_args(Sex))
@pytest.mark.parametrize("months", [0, 3, 9, 20, 30, 59])
def test_every_chart_is_small_enough_for_a_weak_signal(kind: Kind, sex: Sex, months: int) -> None:
    picture = draw(kind, sex, born(months + 0.3), monthly(kind, sex, months), "Wa Ode Nurhaliza", TODAY)
    assert len(picture) < 60_000
    assert Image.open(BytesIO(picture)).format == "PNG"
    assert opened(picture).size == (1024, 1280)


def test_the_kms_is_blue_for_rafa_and_pink_for_aisyah() -> None:
    rafa, aisyah = (colour(opened(draw("berat", sex, born(7), [], "", TODAY)), 1000, 10) for sex in get_args(Sex))
    assert rafa[2] > rafa[0]
    assert aisyah[0] > aisyah[2]


def test_official_points_are_filled_and_reported_ones_hollow() -> None:
    start = born(7)
    official, reported = Point(after(start, 2), 5.1, True), Point(after(start, 5), 7.0, False)
    picture = opened(draw("berat", "L", start, [official, reported], "Rafa", TODAY))
    frame = growth_chart_frame.by_age("berat", "L", 7)
    x, y = place(frame, start, official)
    assert colour(picture, x, y) == INK
    x, y = place(frame, start, reported)
    assert colour(picture, x, y) == WHITE
    assert colour(picture, x - 12, y) == INK, "a ring around the hollow"


def test_a_line_joins_official_points_and_never_a_reported_one() -> None:
    start = born(11.5)
    points = [Point(after(start, month), 6.0, official) for month, official in ((4, True), (6, True), (8, False))]
    picture = opened(draw("berat", "P", start, points, "Aisyah", TODAY))
    frame = growth_chart_frame.by_age("berat", "P", 11)
    y = frame.y(6.0)
    assert colour(picture, frame.x(5), y) == INK
    assert colour(picture, frame.x(7.0), y) != INK


def test_months_without_a_weighing_are_bridged_by_dashes() -> None:
    start = born(11.5)
    picture = opened(
        draw("berat", "P", start, [Point(after(start, 1), 6.0, True), Point(after(start, 9), 6.0, True)], "A", TODAY)
    )
    frame = growth_chart_frame.by_age("berat", "P", 11)
    row = [colour(picture, x, frame.y(6.0)) for x in range(round(frame.x(2)), round(frame.x(8)))]
    assert INK in row
    assert WHITE in row


def test_the_same_child_gives_the_same_bytes_also_when_nothing_is_kept() -> None:
    first = draw("tinggi", "L", born(14), monthly("tinggi", "L", 14), "Rafa", TODAY)
    for kept in (background.ground, colours.palette, text.font):
        kept.cache_clear()
    assert draw("tinggi", "L", born(14), monthly("tinggi", "L", 14), "Rafa", TODAY) == first


@pytest.mark.parametrize(
    "name", ["*<script>alert(1)</script> " * 9, "W" * 400, "Rafa\n\n\tRafi", "\u202eRafa\x00", "Nur'Áini"]
)
def test_any_name_stays_inside_the_picture(name: str) -> None:
    picture = opened(draw("bb_tb", "P", born(7), monthly("bb_tb", "P", 6), name, TODAY))
    plain = opened(draw("bb_tb", "P", born(7), monthly("bb_tb", "P", 6), "", TODAY))
    below = (0, 90, 1024, 1280)
    assert picture.crop(below).tobytes() == plain.crop(below).tobytes()
    assert {colour(picture, x, y) for x in range(990, 1024) for y in range(90)} == {colours.HEADS["P"]}


def test_signs_the_font_does_not_know_are_left_out_and_not_drawn_as_boxes() -> None:
    assert text.writable("Rafa 🌸 محمد") == "Rafa"
    assert text.writable("Nur'Áini Ç") == "Nur'Áini Ç"


def test_values_beyond_the_chart_stay_at_its_edge() -> None:
    start = born(7)
    frame = growth_chart_frame.by_age("berat", "L", 7)
    usual = opened(draw("berat", "L", start, [Point(after(start, 3), 6.0, True)], "Rafa", TODAY))
    for kg in (0.2, 99.0):
        picture = opened(draw("berat", "L", start, [Point(after(start, 3), kg, True)], "Rafa", TODAY))
        for box in ((0, 0, 1024, TOP), (0, BOTTOM, 1024, 1280), (0, 0, LEFT - 3, 1280), (RIGHT + 3, 0, 1024, 1280)):
            assert picture.crop(box).tobytes() == usual.crop(box).tobytes()
        edge = TOP if kg > 50 else BOTTOM
        column = {colour(picture, frame.x(3), y) for y in range(edge - 50, edge + 50) if TOP < y < BOTTOM - 4}
        assert INK in column


def test_the_next_posyandu_is_this_month_until_the_child_has_been_measured_there() -> None:
    start = born(7)
    frame = growth_chart_frame.by_age("berat", "L", 7)

    def veiled(points: list[Point], month: date) -> bool:
        picture = opened(draw("berat", "L", start, points, "Rafa", TODAY))
        x, y = frame.x((month - start).days / DAYS_A_MONTH), BOTTOM - 40
        return colour(picture, x, y) not in (*colours.BANDS, WHITE)

    november, december = date(2026, 11, 16), date(2026, 12, 16)
    reported, official = Point(date(2026, 11, 5), 7.5, False), Point(date(2026, 11, 5), 7.5, True)
    assert veiled([reported], november)
    assert not veiled([reported], december)
    assert veiled([official], december)
    assert not veiled([official], november)


def test_who_was_last_weighed_two_years_ago_still_sees_that_point() -> None:
    start = born(40)
    point = Point(after(start, 8), 8.0, True)
    picture = opened(draw("berat", "L", start, [point], "Rafa", TODAY))
    assert colour(picture, *place(growth_chart_frame.by_age("berat", "L", 8), start, point)) == INK


def test_the_window_of_age_grows_with_the_child() -> None:
    windows = [
        (frame.low, frame.high) for frame in (growth_chart_frame.by_age("berat", "L", m) for m in (0, 7, 14, 30, 58))
    ]
    assert windows == [(0, 6), (0, 12), (0, 24), (12, 36), (24, 60)]


def test_the_lines_are_the_who_standard() -> None:
    """WHO 2006, boys: 3.3 kg at birth; 87.1 cm standing at 24 months, and 0.7 cm more lying."""
    frame = growth_chart_frame.by_age("berat", "L", 7)
    assert frame.lines(0)[0][0] == (0, pytest.approx(3.3464))
    lying, standing = growth_chart_frame.by_age("tinggi", "L", 30).lines(0)
    assert lying[-1][1] - standing[0][1] == pytest.approx(0.7, abs=0.05)


def test_drawing_asks_neither_the_network_nor_the_fonts_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a picture needs no network")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setenv("XDG_DATA_DIRS", "/nonexistent")
    text.font.cache_clear()
    background.ground.cache_clear()
    assert draw("berat", "L", born(7), monthly("berat", "L", 6), "Rafa", TODAY)
    assert "site-packages" in str(text.font(20).path)


# --- from the register ----------------------------------------------------------------


def test_rafas_chart_shows_what_the_posyandu_and_what_pak_anwar_measured(session: Session) -> None:
    rafa = people.child(session, people.family(session), "La Ode Rafa", born(7))
    people.measured(session, rafa, after(born(7), 3), 6.0, 61.0)
    people.measured(session, rafa, after(born(7), 5), 7.0, 65.0, kind=REPORTED, source="pendamping")
    people.measured(session, rafa, after(born(7), 6), 30.0, 66.0, withdrawn_at=people.NOW)
    points = [Point(after(born(7), 3), 6.0, True), Point(after(born(7), 5), 7.0, False)]
    assert chart.for_child(session, rafa, TODAY, "berat") == draw("berat", "L", born(7), points, "Rafa", TODAY)


def test_a_length_is_drawn_in_the_position_of_the_standard_and_written_as_it_was_read(session: Session) -> None:
    rafa = people.child(session, people.family(session), "Rafa", born(14))
    people.measured(session, rafa, after(born(14), 13), 9.0, 75.0, position="berdiri")
    on = after(born(14), 13)
    right = draw("tinggi", "L", born(14), [Point(on, 75.7, True, written_cm=75.0)], "Rafa", TODAY)
    wrong = draw("tinggi", "L", born(14), [Point(on, 75.7, True)], "Rafa", TODAY)
    assert chart.for_child(session, rafa, TODAY, "tinggi") == right != wrong


def test_weight_with_swollen_feet_is_not_drawn_among_the_bands(session: Session) -> None:
    rafa = people.child(session, people.family(session), "Rafa", born(14))
    people.measured(session, rafa, after(born(14), 13), 9.0, 75.0, oedema=True)
    assert chart.for_child(session, rafa, TODAY, "berat") is None
    assert chart.for_child(session, rafa, TODAY, "bb_tb") is None
    assert chart.for_child(session, rafa, TODAY, "tinggi") is not None


@pytest.mark.parametrize("kind", get_args(Kind))
def test_there_is_no_picture_without_a_measurement_or_a_day_of_birth(session: Session, kind: Kind) -> None:
    home = people.family(session)
    unmeasured, ageless = people.child(session, home, "Rafa", born(7)), people.child(session, home, "Rafi")
    people.measured(session, ageless, TODAY, 7.0, 65.0, kind=OFFICIAL)
    assert chart.for_child(session, unmeasured, TODAY, kind) is None
    assert chart.for_child(session, ageless, TODAY, kind) is None


def test_the_file_name_tells_nothing_and_is_the_same_for_the_same_message(tmp_path: Path) -> None:
    first = chart.write(b"png", "grafik:12:berat", tmp_path)
    assert first == chart.write(b"png", "grafik:12:berat", tmp_path)
    assert first != chart.write(b"png", "grafik:13:berat", tmp_path)
    assert (tmp_path / first).read_bytes() == b"png"
    assert len(first) == 36
    assert first.endswith(".png")
