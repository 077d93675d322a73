"""What Pak Anwar reads about a measurement: what cannot wait first, where to go and when, and no untrue "sesuai"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.children import Child
from db.measurements import Measurement
from handlers.measuring.results import Result, result
from rules.signs import table
from tests import people
from tests.chat import chat_with

TODAY = people.TODAY
RULES = people.city().programme.growth


def rafa(session: Session, days: int = 430, **more: Any) -> Child:
    return people.child(session, people.family(session), born=TODAY - timedelta(days=days), **more)


def weighed(session: Session, child: Child, kg: float | None, ago: int = 0, **more: Any) -> Measurement:
    known = {"kind": "laporan", "source": "Keluarga", "position": "telentang", "oedema": False} | more
    return people.measured(session, child, TODAY - timedelta(days=ago), kg, known.pop("length", None), **known)


def read(child: Child, now: Measurement, before: Measurement | None = None, **more: Any) -> Result:
    return result(child, now, before, RULES, **more)


def text(found: Result) -> str:
    return "\n".join(found.sentences)


def test_swollen_feet_are_the_first_sentence_and_no_weight_is_compared_or_judged(session: Session) -> None:
    child = rafa(session)
    before = weighed(session, child, 8.4, 30)
    found = read(child, weighed(session, child, 9.4, length=75.0, oedema=True), before)
    assert found.sentences[0] == "Kedua kaki Adik Rafa bengkak."
    assert "naik" not in text(found)
    assert "sesuai" not in text(found)


@pytest.mark.parametrize(
    ("cm", "said", "sign"),
    [
        (11.4, "LiLA Adik Rafa 11,4 cm, di bawah 11,5 cm.", "gizi-lila"),
        (12.4, "LiLA Adik Rafa 12,4 cm, di bawah 12,5 cm.", "gizi-lila-kurang"),
    ],
)
def test_a_thin_arm_is_said_with_its_limit(session: Session, cm: float, said: str, sign: str) -> None:
    child = rafa(session)
    found = read(child, weighed(session, child, None, muac_cm=cm))
    assert said in found.sentences
    assert [one.id for one in found.signs] == [sign]


def test_an_arm_that_is_thick_enough_is_not_mentioned(session: Session) -> None:
    child = rafa(session)
    assert "LiLA" not in text(read(child, weighed(session, child, 9.4, length=75.0, muac_cm=12.5)))


def test_a_gain_below_what_is_needed_is_not_enough_and_the_weight_is_not_said_to_fit(session: Session) -> None:
    child = rafa(session)
    before = weighed(session, child, 9.6, 31)
    found = read(child, weighed(session, child, 9.65, length=77.0), before)
    assert "Berat Adik Rafa naik 50 gram sejak 1 Feb (keluarga), tetapi belum cukup." in text(found)
    assert "berat badan sesuai" not in text(found)
    assert "tinggi badan sesuai umur" in text(found)


def test_a_gain_that_is_enough_is_said_and_nothing_else_is_asked(session: Session) -> None:
    child = rafa(session)
    before = weighed(session, child, 9.4, 31)
    now = weighed(session, child, 9.8, length=77.0)
    found = read(child, now, before)
    assert found.good == "Berat Adik Rafa naik 400 gram sejak 1 Feb (keluarga)."
    again = read(child, now, before, gained_before=True)
    assert again.good == "Berat Adik Rafa naik lagi, 400 gram sejak 1 Feb (keluarga)."
    assert "berat badan sesuai umur" in text(found)


def test_a_weight_that_stands_still_is_not_said_to_fit(session: Session) -> None:
    child = rafa(session)
    found = read(child, weighed(session, child, 9.6, length=77.0), weighed(session, child, 9.6, 31))
    assert "tetap sejak 1 Feb (keluarga), belum naik" in text(found)
    assert "berat badan sesuai" not in text(found)


def test_after_a_few_days_a_gain_is_not_judged(session: Session) -> None:
    child = rafa(session)
    found = read(child, weighed(session, child, 9.65, length=77.0), weighed(session, child, 9.6, 7))
    assert found.good == "Berat Adik Rafa naik 50 gram sejak 25 Feb (keluarga)."
    assert "belum cukup" not in text(found)


@pytest.mark.parametrize(("days", "when"), [(430, "dalam 3 hari"), (150, "besok")])
def test_a_loss_leads_to_the_puskesmas_in_three_days_and_sooner_under_six_months(
    session: Session, days: int, when: str
) -> None:
    child = rafa(session, days)
    found = read(child, weighed(session, child, 7.0, length=66.0), weighed(session, child, 7.3, 20))
    assert f"turun 300 gram sejak 12 Feb (keluarga). Ajak keluarga ke puskesmas {when}" in text(found)
    assert "berat badan sesuai" not in text(found)


def test_nothing_is_sesuai_where_a_danger_sign_was_seen(session: Session) -> None:
    child = rafa(session)
    now = weighed(session, child, 9.8, length=77.0)
    assert "sesuai" in text(read(child, now))
    assert "sesuai" not in text(read(child, now, alarmed=True))


def test_a_thin_child_is_not_said_to_have_a_fitting_weight(session: Session) -> None:
    child = rafa(session)
    found = read(child, weighed(session, child, 8.3, length=77.0))
    assert "gizi-kurus" in [sign.id for sign in found.signs]
    assert "berat badan sesuai" not in text(found)


def test_twice_without_gain_takes_the_fitting_weight_away(session: Session) -> None:
    child = rafa(session)
    now = weighed(session, child, 9.8, length=77.0)
    assert "berat badan sesuai" not in text(read(child, now, since=[table()["gizi-2t"]]))


def test_a_newborn_far_under_the_birth_weight_is_said_so(session: Session) -> None:
    child = rafa(session, 5, birth_weight_g=3000)
    found = read(child, weighed(session, child, 2.6))
    assert found.sentences[0] == "Berat Adik Rafa 13% di bawah berat lahirnya (3 kg)."
    assert "bayi-berat-turun" in [sign.id for sign in found.signs]
    assert "sesuai" not in text(found)


def test_without_a_birth_date_the_change_and_the_arm_are_still_said(session: Session) -> None:
    child = people.child(session, people.family(session))
    found = read(child, weighed(session, child, 8.0, muac_cm=12.0), weighed(session, child, 8.4, 31))
    assert "turun 400 gram" in text(found)
    assert "LiLA Adik Rafa 12 cm" in text(found)


# --- the receipt --------------------------------------------------------------------------------------


def report(session: Session, child: Child, *answers: str) -> str:
    """Pak Anwar reports what was measured, and reads the receipt."""
    who = people.asn(session)
    people.fosters(session, who, child, TODAY - timedelta(days=40))
    people.visit(session, who, child, TODAY - timedelta(days=35), answers={"house": ["air"]})
    chat = chat_with(session, who)
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Ya", "Hari ini", *answers, "Keluarga")
    for _ in range(8):
        if "Kirim" in chat.labels:
            break
        chat.fill(next(one for one in ("Tidak ada", "Belum ada", "Tidak perlu") if one in chat.labels))
    return chat.tap("Kirim")


def test_the_receipt_compares_a_reported_weight_with_the_newest_of_any_source_and_names_it(session: Session) -> None:
    child = rafa(session)
    people.measured(session, child, TODAY - timedelta(days=60), 9.0, None, kind="laporan", source="Keluarga")
    people.measured(session, child, TODAY - timedelta(days=30), 9.9, None, source="posyandu")
    said = report(session, child, "9,5", "77", "Telentang", "13,4", "Tidak")
    assert "turun 400 gram sejak 2 Feb (posyandu)" in said
    assert "berat badan sesuai" not in said


def test_a_thin_arm_leads_to_the_nutritionist_in_three_to_seven_days(session: Session) -> None:
    said = report(session, rafa(session), "9,4", "75", "Telentang", "12,1", "Tidak")
    assert "LiLA Adik Rafa 12,1 cm, di bawah 12,5 cm." in said
    assert "dalam 3-7 hari" in said
    assert "Minta bertemu petugas gizi." in said


def test_a_very_thin_arm_leads_there_today_with_the_numbers(session: Session) -> None:
    said = report(session, rafa(session), "9,4", "75", "Telentang", "11,2", "Tidak")
    assert "Bawa ke puskesmas hari ini juga" in said
    assert "112" in said
    assert "sesuai" not in said


def test_wasting_leads_somewhere_with_a_time(session: Session) -> None:
    said = report(session, rafa(session), "8,3", "77", "Telentang", "13,4", "Tidak")
    assert "Perlu dipastikan puskesmas" in said
    assert "dalam 3-7 hari" in said


def test_of_a_loss_one_time_is_said_and_not_two(session: Session) -> None:
    child = rafa(session)
    people.measured(session, child, TODAY - timedelta(days=30), 9.9, None, kind="laporan", source="Keluarga")
    said = report(session, child, "9,6", "77", "Telentang", "13,4", "Tidak")
    assert "dalam 3 hari" in said
    assert "3-7 hari" not in said
