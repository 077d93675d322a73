from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit, audit_seals, outbox, referrals
from db.audit import Audit, Operator
from db.children import Wedding
from db.consent import LessonGap, Note, PaperConsent
from db.data_requests import DataRequest, RequestKind
from db.drafts import Draft
from db.files import ReceivedFile
from db.inbox import ASIDE, DONE, WAITING, Received
from db.measurements import Measurement
from db.outbox import Kind
from db.people import Address
from db.subjects import subject
from db.visits import Visit, VisitRevision
from flow.questions import Text
from handlers.visit.child_form import ChildVisit
from programme import erasure_register
from programme.erasure import NOBODY, by_code, forget, outgrown
from programme.fosterings import fosterings
from programme.scopes import Scope
from scheduler import upkeep
from scheduler.data_requests import tick as data_tick
from scheduler.looks import finish
from tests import people
from tests.audited import Line, lines
from tests.chat import chat_with
from tests.people import NOW, TODAY


def test_a_family_that_asks_for_it_is_forgotten_and_its_numbers_stay(session: Session) -> None:
    home = people.family(session)
    rafa = people.child(session, home, "Rafa Pratama", date(2025, 3, 17))
    sari = people.carer(session, home).person
    session.add(Note(person_id=sari.id, text="Rafa batuk", at=NOW))
    anwar = people.asn(session)
    people.visit(
        session, anwar, rafa, TODAY, answers={"notes": "rumah Bu Sari", "food": ["telur"]}, facts={"adik": "Rafa"}
    )
    people.measured(session, rafa, TODAY, 8.4, 72.0)

    forget(session, home, NOW)
    session.flush()

    assert (home.mother_name, rafa.name, rafa.born, sari.name) == (NOBODY, rafa.code, date(2025, 3, 1), NOBODY)
    visit = session.scalars(select(Visit)).one()
    assert (visit.answers, visit.facts) == ({"food": ["telur"]}, {})
    assert session.scalars(select(Measurement)).one().weight_kg == 8.4
    assert not session.scalars(select(Note)).all()
    assert {one.person_id for one in session.scalars(select(Address))} == {anwar.id}
    assert by_code(session, home.code) is None
    assert "family.forget" in session.scalars(select(Audit.action)).all()


def test_after_forgetting_no_line_of_the_audit_names_the_family_and_every_line_stays_sealed(
    database_url: str, session: Session
) -> None:
    home = people.family(session)
    rafa = people.child(session, home)
    expected, wedding = people.pregnancy(session, home, TODAY), people.wedding(session, home, TODAY)
    sari, anwar = people.carer(session, home).person, people.asn(session)
    visited = people.visit(session, anwar, rafa, TODAY)
    referred = people.referral(session, rafa, NOW, "Kejang")
    others = people.child(session, people.family(session, "Wati"), "Bima")
    for one in (home, rafa, expected, wedding, visited, referred, sari, others):
        audit.note(session, NOW, anwar.id, "test", subject(one))
    audit.note(session, NOW, sari.id, "test", subject(rafa), subject(visited))
    assert audit_seals.seal(session, NOW)
    session.commit()

    forget(session, home, NOW, Operator("Pak Joko"))
    session.commit()

    bima = f"child:{others.id}"
    assert lines(session) == [
        *[Line("test", anwar.id, "?")] * 7, Line("test", anwar.id, bima), Line("test", "?", "?", "?"),
        Line("family.forget", "Pak Joko", "?"),
    ]  # fmt: skip
    chain = audit_seals.check(session)
    assert (chain.seals, chain.broken) == (1, None)


def test_a_new_personal_question_of_a_form_is_forgotten_with_the_family(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, personal in (("neighbour", True), ("season", False)):
        question = Text(f"{name}?", label=name, personal=personal)
        question.name, question.section = name, ChildVisit.G
        monkeypatch.setattr(ChildVisit, "questions", (*ChildVisit.questions, question))
    home, who = people.family(session), people.asn(session)
    people.fosters(session, who, people.child(session, home), TODAY - timedelta(days=30))
    anwar = chat_with(session, who)
    anwar.say("lapor")
    anwar.fill("Tidak bertemu", "Rumah kosong", "Tidak perlu", "rumah Bu Wati", "kemarau", "Kirim")
    visit = session.scalars(select(Visit)).one()
    assert visit.answers["neighbour"] == "rumah Bu Wati"

    forget(session, home, NOW)
    assert (visit.answers["reason"], visit.answers["season"]) == ("kosong", "kemarau")
    assert "neighbour" not in visit.answers


def test_the_answer_to_a_question_that_has_left_the_form_is_erased_too(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Text("neighbour?", label="neighbour", personal=True)
    question.name, question.section = "neighbour", ChildVisit.G
    monkeypatch.setattr(ChildVisit, "questions", (*ChildVisit.questions, question))
    home, who = people.family(session), people.asn(session)
    people.fosters(session, who, people.child(session, home), TODAY - timedelta(days=30))
    anwar = chat_with(session, who)
    anwar.say("lapor")
    anwar.fill("Tidak bertemu", "Rumah kosong", "Tidak perlu", "rumah Bu Wati", "Kirim")
    monkeypatch.undo()
    visit = session.scalars(select(Visit)).one()
    anwar.tap_token(f"correct:{visit.id}")
    anwar.fill("Perbaiki", "Alasan", "Sedang bepergian", "Kirim")

    earlier = session.scalars(select(VisitRevision)).one()
    assert earlier.answers["neighbour"] == "rumah Bu Wati"
    forget(session, home, NOW)
    assert earlier.answers["reason"] == "kosong"
    assert "neighbour" not in earlier.answers


def test_what_a_health_worker_wrote_beside_a_referral_is_forgotten_and_its_way_stays(session: Session) -> None:
    home = people.family(session)
    referral = people.referral(session, people.child(session, home), NOW, "Kejang")
    for step in ("seen", referrals.StepKind.NOTE):
        referrals.note(session, referral, step, NOW, None, "rumah Bu Sari dekat masjid" if step == "note" else "")
    session.flush()
    forget(session, home, NOW)
    assert [step.step for step in referrals.steps(session, referral.id)] == ["seen"]


def test_pictures_of_the_family_and_what_it_did_not_get_go_with_it(session: Session) -> None:
    home = people.family(session)
    rafa, sari, anwar = people.child(session, home), people.carer(session, home).person, people.asn(session)
    visit = people.visit(session, anwar, rafa, TODAY, answers={"photo": "m1"})
    session.add(VisitRevision(visit_id=visit.id, answers={"photo": "m2"}, replaced_at=NOW, replaced_by=anwar.id))
    begun: dict[str, Any] = {"form": "kunjungan", "subject": f"child:{rafa.id}", "facts": {}}
    state = {"answers": {"photo": "m3"}}
    session.add(Draft(person_id=anwar.id, state=state, opened_at=NOW, touched_at=NOW, **begun))
    for reference in ("m1", "m2", "m3", "of-others"):
        kept = {"reference": reference, "file": f"{reference}.jpg", "mime": "image/jpeg"}
        session.add(ReceivedFile(channel="whatsapp", received_at=NOW, **kept))
    for whose in (sari, anwar):
        session.add(LessonGap(person_id=whose.id, why="tidak dapat dihubungi", found_at=NOW))
    session.flush()
    assert sorted(forget(session, home, NOW)) == ["m1.jpg", "m2.jpg", "m3.jpg"]
    assert session.scalars(select(ReceivedFile.reference)).all() == ["of-others"]
    assert session.scalars(select(LessonGap.person_id)).all() == [anwar.id]
    assert not session.scalars(select(Draft)).all()


def test_an_address_without_a_person_is_deleted_a_month_after_its_last_message(session: Session) -> None:
    sari, anwar = people.carer(session, people.family(session)).person, people.asn(session)
    number = session.scalars(select(Address).where(Address.person_id == sari.id)).one()
    number.channel, number.address, number.window_until = "whatsapp", "6281234567890", NOW + timedelta(days=1)
    number.person_id = None
    session.commit()
    finish(upkeep.tick, session, NOW + timedelta(days=29), people.city())
    assert len(session.scalars(select(Address)).all()) == 2
    finish(upkeep.tick, session, NOW + timedelta(days=31), people.city())
    assert [one.person_id for one in session.scalars(select(Address))] == [anwar.id]


def test_an_asn_who_is_a_mother_too_stays_a_person(session: Session) -> None:
    home = people.family(session)
    rina = people.asn(session, "Rina", people.WOMAN)
    people.carer(session, home, who=rina)
    forget(session, home, NOW)
    assert rina.name == "Rina"


def test_upkeep_erases_families_whose_children_are_all_past_their_storage_time(session: Session) -> None:
    grown, mixed = people.family(session), people.family(session, "Ani")
    old = TODAY - timedelta(days=round(73 * 30.5))
    people.child(session, grown, "Rafa", old)
    people.child(session, mixed, "Bayu", old)
    people.child(session, mixed, "Aisyah", TODAY - timedelta(days=300))
    session.commit()
    assert [family.id for family in outgrown(session, TODAY - timedelta(days=72 * 30))] == [grown.id]
    finish(upkeep.tick, session, NOW, people.city())
    assert grown.mother_name == NOBODY
    assert mixed.mother_name == "Ani"


def test_with_the_family_its_wedding_and_what_was_begun_about_it_are_forgotten(session: Session) -> None:
    home, murni = people.family(session), people.health(session)
    people.wedding(session, home, TODAY)
    begun: dict[str, Any] = {"form": "expecting", "subject": f"family:{home.id}", "facts": {"ibu": "Bu Sari"}}
    session.add(Draft(person_id=murni.id, state={}, opened_at=NOW, touched_at=NOW, **begun))
    session.flush()
    forget(session, home, NOW)
    assert not session.scalars(select(Wedding)).all()
    assert not session.scalars(select(Draft)).all()


def test_a_couple_or_a_pregnancy_without_a_child_is_erased_after_its_time_too(session: Session) -> None:
    long_ago, before = TODAY - timedelta(days=73 * 31), TODAY - timedelta(days=72 * 30)
    couple, lost, again, nobody = (people.family(session, name) for name in ("Ani", "Wati", "Sari", "Ina"))
    for home in (couple, again):
        people.wedding(session, home, long_ago)
    people.pregnancy(session, lost, long_ago, state="keguguran")
    people.pregnancy(session, again, TODAY)
    assert nobody.forgotten_at is None
    assert [family.id for family in outgrown(session, before)] == [couple.id, lost.id]


def test_after_forgetting_nobody_is_asked_to_visit_and_nothing_planned_goes_out(session: Session) -> None:
    home = people.family(session)
    rafa = people.child(session, home, "Rafa", date(2025, 3, 17))
    sari = people.carer(session, home).person
    anwar = people.asn(session)
    people.fosters(session, anwar, rafa, TODAY)
    outbox.to_person(session, sari.id, Kind.LESSON, f"lesson:{sari.id}:x:{rafa.id}", {"text": "Adik Rafa"}, NOW)
    forget(session, home, NOW)
    session.flush()
    lesson = session.scalars(select(outbox.Outgoing)).one()
    assert (lesson.state, lesson.person_id, lesson.message) == (outbox.SKIPPED, None, {"text": ""})
    assert fosterings(session, TODAY, 30, [Scope("asn", anwar.id)]) == []


# --- nothing is left ----------------------------------------------------------------------------


def received(session: Session, key: str, address: str, state: str = DONE) -> None:
    session.add(Received(
        key=key, channel="telegram", address=address, raw={"text": "suami saya memukul saya"}, received_at=NOW,
        state=state, attempts=0, handled_at=NOW,
    ))  # fmt: skip


def test_what_came_in_as_it_came_in_is_deleted_also_what_was_set_aside(session: Session) -> None:
    sari, wati = (people.carer(session, people.family(session, name), name) for name in ("Sari", "Wati"))
    for who in (sari, wati):
        people.address(session, who.person, "telegram")
        received(session, f"a{who.id}", f"telegram-{who.person_id}")
        received(session, f"b{who.id}", f"telegram-{who.person_id}", ASIDE)
    received(session, "not handled yet", f"telegram-{sari.person_id}", WAITING)
    forget(session, sari.family, NOW)
    assert set(session.scalars(select(Received.key))) == {f"a{wati.id}", f"b{wati.id}", "not handled yet"}


def test_an_answer_that_waits_is_not_sent_and_its_words_are_emptied(session: Session) -> None:
    sari = people.carer(session, people.family(session))
    session.add(outbox.Outgoing(
        key="reply:1", kind=Kind.REPLY, channel="simulator", address=f"simulator-{sari.person_id}", lane=0,
        person_id=sari.person_id, message={"text": "Bu Sari, datanya ..."}, due_at=NOW, created_at=NOW,
    ))  # fmt: skip
    forget(session, sari.family, NOW)
    session.expire_all()
    row = session.scalars(select(outbox.Outgoing)).one()
    assert (row.state, row.address, row.message, row.person_id) == (outbox.SKIPPED, "", {"text": ""}, None)


def sent(session: Session, key: str, to: int, text: str, kind: Kind = Kind.REPLY, file: str = "") -> None:
    message: dict[str, Any] = {"text": text}
    if file:
        message["attachment"] = ["document", file, "x"]  # as ``Message.to_json`` writes it
    session.add(outbox.Outgoing(
        key=key, kind=kind, channel="simulator", address="x", lane=2, person_id=to, message=message, due_at=NOW,
        created_at=NOW, state=outbox.SENT, settled_at=NOW,
    ))  # fmt: skip


def test_what_others_were_told_of_the_family_is_emptied_and_what_they_were_told_of_others_stays(
    session: Session,
) -> None:
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    rafa = people.child(session, home, "Rafa Pratama", date(2025, 3, 17))
    anwar, murni, ratna = people.asn(session), people.health(session), people.coordinator(session)
    rahma = people.asn(session, "Rahma", people.WOMAN)
    people.fosters(session, anwar, rafa, TODAY)
    sent(session, "receipt", anwar.id, "Terima kasih. Adik Rafa 8,4 kg", file="chart.png")
    sent(session, "alert", murni.id, "Adik Rafa kejang", Kind.ALERT)
    sent(session, "by code", ratna.id, f"Terlambat: {rafa.code}")
    sent(session, "digest", ratna.id, "Ringkasan", Kind.DIGEST, "book.xlsx")
    sent(session, "another Rafa", rahma.id, "Adik Rafa sehat")
    sent(session, "of others", anwar.id, "Adik Bima sehat")
    deleted = forget(session, home, NOW)
    session.expire_all()
    left = {row.key for row in session.scalars(select(outbox.Outgoing)) if row.message.get("text")}
    assert left == {"another Rafa", "of others"}
    assert set(deleted) == {"chart.png", "book.xlsx"}


def test_neither_the_name_on_paper_nor_the_words_of_a_request_are_left(session: Session) -> None:
    home = people.family(session)
    session.add(DataRequest(
        kind=RequestKind.CORRECT, person_id=people.carer(session, home).person_id, family_id=home.id,
        words="nama saya Sari", at=NOW, due_at=NOW,
    ))  # fmt: skip
    session.flush()
    forget(session, home, NOW)
    session.expire_all()
    sheet, asked = session.scalars(select(PaperConsent)).one(), session.scalars(select(DataRequest)).one()
    assert (sheet.name, sheet.lies_at, asked.words, asked.person_id) == (NOBODY, "", "", None)


# --- the register of erasures ---------------------------------------------------------------------


def test_a_restored_backup_forgets_again(session: Session, tmp_path: Path) -> None:
    file, home = tmp_path / "penghapusan.csv", people.family(session)
    home.created_at = NOW - timedelta(days=100)
    forget(session, home, NOW)
    session.flush()
    erasure_register.write(session, file)
    home.mother_name, home.forgotten_at = "Sari Rahmawati", None  # as the backup has it
    session.flush()
    assert erasure_register.repeat(session, file, NOW + timedelta(days=1))[0] == 1
    assert (home.mother_name, home.forgotten_at) == (NOBODY, NOW + timedelta(days=1))
    assert erasure_register.repeat(session, file, NOW + timedelta(days=2))[0] == 0


def test_the_register_keeps_what_a_restored_database_no_longer_knows(session: Session, tmp_path: Path) -> None:
    file, home = tmp_path / "penghapusan.csv", people.family(session)
    file.write_text(f"kode_keluarga,dihapus\nKK-LAMA,{NOW.isoformat()}\n", encoding="utf-8")
    forget(session, home, NOW)
    session.flush()
    erasure_register.write(session, file)
    assert set(erasure_register.read(file)) == {"KK-LAMA", home.code}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_family_that_was_entered_anew_is_not_erased_again(session: Session, tmp_path: Path) -> None:
    file, home = tmp_path / "penghapusan.csv", people.family(session)
    file.write_text(f"kode_keluarga,dihapus\n{home.code},{NOW.isoformat()}\n", encoding="utf-8")
    home.created_at = NOW + timedelta(days=3)
    session.flush()
    assert erasure_register.repeat(session, file, NOW + timedelta(days=4))[0] == 0
    assert home.mother_name == "Sari Rahmawati"


def test_what_was_set_aside_has_an_owner_who_is_told_daily_and_is_deleted_after_its_time(session: Session) -> None:
    ratna = people.coordinator(session)
    received(session, "odd", "telegram-x", ASIDE)
    session.commit()
    for hours in (1, 2, 25):
        finish(data_tick, session, NOW + timedelta(hours=hours), people.city())
    told = session.scalars(select(outbox.Outgoing).where(outbox.Outgoing.person_id == ratna.id)).all()
    assert len(told) == 2
    assert "memukul" not in str([row.message for row in told])
    finish(upkeep.tick, session, NOW + timedelta(days=13), people.city())
    assert len(session.scalars(select(Received)).all()) == 1
    finish(upkeep.tick, session, NOW + timedelta(days=15), people.city())
    assert not session.scalars(select(Received)).all()


def test_the_register_holds_what_is_committed_and_the_last_message_leaves_no_address(
    session: Session, tmp_path: Path
) -> None:
    city = replace(people.city(), erasures=tmp_path / "penghapusan.csv")
    home = people.family(session)
    forget(session, home, NOW)
    session.add(outbox.Outgoing(
        key="data:1:done", kind=Kind.DATA, channel="simulator", address="simulator-1", lane=2, message={"text": "x"},
        due_at=NOW, created_at=NOW, state=outbox.SENT, settled_at=NOW,
    ))  # fmt: skip
    finish(data_tick, session, NOW + timedelta(hours=1), city)
    assert home.code in erasure_register.read(tmp_path / "penghapusan.csv")
    session.expire_all()
    assert session.scalars(select(outbox.Outgoing.address)).all() == [""]
