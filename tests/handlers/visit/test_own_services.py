"""A city's own rows of services reach the forms of its visitors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from content.city import City
from rules.services.reading import read
from tests import people
from tests.chat import chat_with

OWN = """\
version,id,kind,label,detail,anchor,from,until,district,born_from,born_until,days,source,note
kota,imunisasi-kota-10-je,imunisasi,Imunisasi 10 bulan,JE,lahir,10,,74.71,2025-01-01,,,SK Dinkes,
kota,anc-5,pemeriksaan kehamilan,Periksa dengan dokter,,hpl,34,,,2026-04-01,,,SK Dinkes,
"""


@pytest.fixture
def kendari(tmp_path: Path) -> City:
    file = tmp_path / "layanan.csv"
    file.write_text(OWN, encoding="utf-8")
    return replace(people.city(), services=read(file), district="74.71")


@pytest.mark.parametrize(("born", "asked"), [(date(2025, 4, 1), True), (date(2024, 12, 31), False)])
def test_je_is_asked_of_those_the_city_gives_it_to(session: Session, kendari: City, born: date, asked: bool) -> None:
    who = people.asn(session)
    rafa = people.child(session, people.family(session), born=born)
    people.fosters(session, who, rafa, born)
    chat = chat_with(session, who, now=people.at(born + timedelta(days=330)), city=kendari)
    chat.say("lapor")
    for label in ("Ibu", "Sehat", "Tidak", "Nasi", "Ikan", "Selesai"):
        chat.tap(label)
    assert ("Imunisasi 10 bulan" in " ".join(chat.labels)) == asked
    assert "Imunisasi 9 bulan" in " ".join(chat.labels)


@pytest.mark.parametrize(
    ("due", "label"), [(date(2026, 4, 1), "Periksa dengan dokter"), (date(2026, 3, 31), "Periksa hamil ke-5")]
)
def test_a_mother_is_asked_by_the_row_of_her_hpl(session: Session, kendari: City, due: date, label: str) -> None:
    who = people.asn(session)
    home = people.family(session)
    people.pregnancy(session, home, due)
    people.fosters(session, who, home, people.TODAY - timedelta(days=40))
    chat = chat_with(session, who, city=kendari)
    chat.say("lapor")
    chat.tap("Ibu")
    chat.tap("Baik")
    assert label in " ".join(chat.labels)
