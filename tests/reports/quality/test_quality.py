"""The numbers behind "mutu": official by posyandu, reported by reporter, second measurings against the first."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.children import Child
from db.measurements import REPORTED
from programme.scopes import CITY
from reports.quality import quality
from reports.quality.quality import POSYANDU, REPORTER
from tests import people
from tests.people import NOW, TODAY


def child(session: Session, name: str = "Rafa", post: str = "Melati 1") -> Child:
    home = people.family(session)
    home.posyandu_id = people.posyandu(session, post).id
    return people.child(session, home, name, TODAY - timedelta(days=430))


def of_city(session: Session, files: Path = Path("/nonexistent")) -> quality.Quality:
    session.flush()
    return quality.of_scopes(session, [CITY], NOW, people.city(files))


def test_official_and_reported_measurements_are_never_counted_together(session: Session):
    rafa, anwar = child(session), people.asn(session)
    people.measured(session, rafa, TODAY, 8.5, 75.0)
    people.measured(session, rafa, TODAY, 8.4, 75.3, kind=REPORTED, recorded_by=anwar.id)
    people.measured(session, rafa, TODAY, 9.9, 75.0, kind=REPORTED)  # nobody knows by whom
    found = of_city(session)
    assert {(group.kind, group.name, group.place): group.weight.round for group in found.groups} == {
        (POSYANDU, "Melati 1", "Mandonga (Mandonga)"): 1,
        (REPORTER, "Pak Anwar", "Dinas Kominfo"): 0,
    }
    assert found.measured == 3


def test_what_is_older_or_was_taken_back_does_not_count(session: Session):
    rafa = child(session)
    people.measured(session, rafa, TODAY - timedelta(days=200), 8.5, 75.0)
    people.measured(session, rafa, TODAY, 8.5, 75.0, withdrawn_at=NOW)
    assert of_city(session).groups == ()


def test_what_was_doubted_and_what_who_flags_is_counted_and_flagged_scores_widen_no_spread(session: Session):
    for number in range(40):
        people.measured(session, child(session, f"Anak {number}"), TODAY, 8.6 + number % 10 / 10, 75.3)
    calm = of_city(session).groups[0]
    people.measured(session, child(session), TODAY, 3.0, 75.3)
    people.measured(session, child(session), TODAY, 9.0, 75.3, doubtful=True)
    group = of_city(session).groups[0]
    assert (calm.questioned.found, group.questioned.found, group.questioned.counted) == (0, 2, 42)
    assert calm.spread_bb_u is not None
    assert group.spread_bb_u == pytest.approx(calm.spread_bb_u, abs=0.02)


def test_the_posyandu_with_many_questioned_values_is_offered_help(session: Session, tmp_path: Path):
    for number in range(40):
        cm = 75 + number % 10 / 10
        people.measured(session, child(session, f"Anak {number}"), TODAY, 8.6 + number % 10 / 10, cm,
                        doubtful=number < 5)  # fmt: skip
    text = quality.message(of_city(session, tmp_path), "quality:1", people.city(tmp_path)).text
    assert "*Posyandu Melati 1*, Mandonga (Mandonga): 5 dari 40 ukuran perlu dilihat lagi." in text
    assert "menimbang dan mengukur bersama" in text
    assert "Ukur ulang" not in text


def test_second_measurings_give_the_technical_error_of_their_posyandu(session: Session, tmp_path: Path):
    for number, (kg, cm) in enumerate(((0.2, 0.4), (-0.4, 0.4), (0.4, 0.4), (0.0, -0.4), (0.2, -0.4))):
        rafa = child(session, f"Anak {number}")
        first = people.measured(session, rafa, TODAY - timedelta(days=4), 8.5, 75.0)
        people.measured(session, rafa, TODAY, 8.5 + kg, 75.0 + cm, repeats=first.id)
    found = of_city(session, tmp_path)
    assert found.groups[0].second_kg == pytest.approx((0.2, -0.4, 0.4, 0.0, 0.2))
    text = quality.message(found, "quality:1", people.city(tmp_path)).text
    assert "Ukur ulang: 5 anak. Selisih khas berat 0,2 kg. Selisih khas tinggi 0,3 cm." in text


def test_two_second_measurings_are_too_few_to_tell(session: Session, tmp_path: Path):
    rafa = child(session)
    first = people.measured(session, rafa, TODAY - timedelta(days=4), 8.5, 75.0)
    people.measured(session, rafa, TODAY, 8.6, None, repeats=first.id)
    text = quality.message(of_city(session, tmp_path), "quality:1", people.city(tmp_path)).text
    assert "Ukur ulang: 1 anak. Belum cukup data untuk menilai selisihnya." in text


def test_the_number_of_queries_does_not_grow_with_the_city(session: Session):
    def count() -> int:
        asked: list[str] = []
        engine = session.get_bind()

        def listen(*args: Any) -> None:
            asked.append(args[2])

        event.listen(engine, "before_cursor_execute", listen)
        of_city(session)
        event.remove(engine, "before_cursor_execute", listen)
        return len(asked)

    people.measured(session, child(session), TODAY, 8.5, 75.0)
    session.commit()
    few = count()
    for number in range(20):
        people.measured(session, child(session, "Anak", f"Melati {number}"), TODAY, 8.5, 75.0)
    session.commit()
    assert count() == few <= 4
