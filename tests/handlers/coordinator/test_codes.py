"""Codes and cards on request, for whom one leads and for nobody else."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Outgoing
from db.people import Invitation, Person, PersonRole
from delivery.results import Result, settle
from flow.message import Delivery
from programme.leading import led
from reports.invitations import printed
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY
from tests.policy.town import Town

CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")


def test_who_leads_whom(session: Session) -> None:
    town = Town(session)
    names = {person.id: name for name, person in town.people.items()}
    found = {
        name: {names[id] for id in session.scalars(select(Person.id).where(led(town.people[name], TODAY)))}
        for name in town.people
    }
    staff = {"asn", "asnkk", "asnlalu", "asn2", "kader", "bidan", "kepala", "bidan2", "lurah", "lurah2", "opd", "kota"}
    assert found == {
        **{key: set[str]() for key in town.people},
        "lurah": {"ibu", "ayah", "kader", "asn", "asnkk"},  # the puskesmas is not the kelurahan's
        "lurah2": {"ibu2", "asn2"},
        "opd": {"asn", "asnkk"},
        "kota": staff - {"kota"} | {"ibu", "ayah", "ibu2"},
        "admin": staff,
    }
    town.people["asn"].roles.append(PersonRole(role="coordinator", scope="kota"))  # more than the office's to lead
    town.people["kader"].roles.append(PersonRole(role="admin"))
    session.flush()
    for name, nobody in (("opd", "asn"), ("lurah", "asn"), ("lurah", "kader"), ("kota", "kader")):
        theirs = select(Person.id).where(led(town.people[name], TODAY))
        assert town.people[nobody].id not in session.scalars(theirs).all(), (name, nobody)


@pytest.fixture
def lurah(session: Session, tmp_path: Path) -> Chat:
    """Pak Rudi coordinates Mandonga, where Bu Sari has not joined; Bu Wati lives elsewhere."""
    home = people.village(session)
    family = people.family(session, where=home)
    people.child(session, family)
    people.carer(session, family, joined_on=None, consents=False, reachable=False)
    away = people.family(session, "Wati Lestari", people.village(session, "Baruga", "Baruga"))
    people.child(session, away, "Bima")
    people.carer(session, away, "Wati Lestari", joined_on=None, consents=False, reachable=False)
    who = people.coordinator(session, "Rudi", "kelurahan", home.id)
    return chat_with(session, who, city=people.city(tmp_path))


def test_a_code_for_one_mother_comes_as_text_and_card_and_the_older_one_lapses(
    session: Session, lurah: Chat, tmp_path: Path
) -> None:
    first = CODE.search(lurah.say("kode Sari Rahmawati"))
    assert first
    for who in ("wati lestari", "wati", "rahma w"):  # who lives elsewhere; and no word of her name begins so
        assert "belum ketemu" in lurah.say(f"kode {who}")
    lurah.say("kode")
    said = lurah.say("sari")
    assert "Bu Sari (KK-" in said
    second = CODE.search(said)
    assert second
    attached = lurah.heard[0].attachment
    assert attached
    kept = (tmp_path / attached.path).with_suffix(".cards")
    assert second.group() in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0  # nobody else on the server reads it
    assert printed.ready(tmp_path, attached.path)
    assert Image.open(BytesIO((tmp_path / attached.path).read_bytes())).width == 1000
    assert not kept.exists()
    sari = session.scalars(select(Person).where(Person.name == "Sari Rahmawati")).one()
    assert [one.about for one in lines(session, "invitation.issue")] == [f"person:{sari.id}"] * 2
    mother = stranger(session, lurah.now)
    assert "Setuju" not in mother.say(f"/start {first.group()}")
    mother.say(f"/start {second.group()}")
    session.refresh(sari)
    assert [one.address for one in sari.addresses] == [mother.address]


def test_who_has_joined_is_moved_only_after_a_question_and_is_told(session: Session, lurah: Chat) -> None:
    anwar = people.asn(session)
    people.fosters(session, anwar, people.family(session, "Nur", people.village(session)), TODAY)
    asn = chat_with(session, anwar)
    assert "sudah bergabung" in lurah.say("kode anwar")
    assert not session.scalars(select(Invitation)).all()
    assert CODE.search(lurah.tap("Ya, buat kode"))
    told = session.scalars(select(Outgoing).where(Outgoing.address == asn.address)).all()
    assert any("Bukan Bapak yang meminta?" in row.message["text"] for row in told)


def test_the_words_with_the_code_are_forgotten_once_they_are_sent(session: Session, lurah: Chat) -> None:
    lurah.say("kode sari")
    row = session.scalars(select(Outgoing).order_by(Outgoing.id.desc()).limit(1)).one()
    row.state, row.taken_at = "taken", NOW
    session.commit()
    settle(session, [Result(row, Delivery("1"))], NOW)
    assert row.message == {"text": ""}


def test_cards_are_printed_for_who_has_none_and_again_after_a_week(
    session: Session, lurah: Chat, tmp_path: Path
) -> None:
    assert "belum punya kode yang berlaku: 1" in lurah.say("undangan")
    assert "Kartu untuk 1 orang" in lurah.tap("Buat kartu (1)")
    attached = lurah.heard[0].attachment
    assert attached
    cards = json.loads((tmp_path / attached.path).with_suffix(".cards").read_text())["cards"]
    assert [(one["name"], one["group"]) for one in cards] == [("Sari Rahmawati", "Mandonga (Mandonga)")]
    assert printed.ready(tmp_path, attached.path)
    assert (tmp_path / attached.path).read_bytes().startswith(b"%PDF")
    assert lurah.say("undangan") == "*Belum bergabung: 1 orang*\n• diundang minggu ini: 1"
    lurah.now += timedelta(days=8)
    said = lurah.say("undangan")
    assert "diundang lebih dari seminggu lalu: 1" in said
    assert "Sari" not in said  # a family is named by its code
    lurah.tap("Undang lagi (1)")
    held = session.scalars(select(Invitation).order_by(Invitation.id)).all()
    assert [one.expires_at > lurah.now for one in held] == [False, True]


def test_a_name_with_signs_of_a_search_finds_nobody_else(lurah: Chat) -> None:
    assert "belum ketemu" in lurah.say("kode s%i")
    assert "belum ketemu" in lurah.say("kode sar_")
