"""Whoever sees or changes something about people leaves a line in the audit, which holds no name and no health word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import appointments, broadcasts, drafts
from db.appointments import AppointmentState
from db.audit import Audit, Detail
from db.broadcasts import BroadcastState
from db.fostering import Assignment, AssignmentState
from db.workbook_imports import ImportState
from flow.message import File
from programme import assignments, audit_reading, policy
from rules.signs import table as signs
from tests import people
from tests.audited import lines
from tests.chat import Chat, stranger
from tests.people import NOW
from tests.policy.town import Town


class Does(NamedTuple):
    """``actor`` of the town does ``what``, and a line of ``action`` is about ``about``, in a word of ``Town.named``."""

    actor: str
    what: Callable[[Chat, Town], object]
    action: str
    about: str


def tap(token: str, *more: str) -> Callable[[Chat, Town], object]:
    """Tap this button, with the names in braces filled in; then answer what is asked."""

    def does(chat: Chat, town: Town) -> None:
        chat.tap_token(said(town, token))
        chat.fill(*more)

    return does


def late(token: str) -> Callable[[Chat, Town], object]:
    """Tap this button, as somebody who is back from leave and has not visited yet."""

    def does(chat: Chat, town: Town) -> None:
        chat.session.delete(town.leave)
        town.visit.undone_at = NOW
        tap(token)(chat, town)

    return does


def say(text: str) -> Callable[[Chat, Town], object]:
    return lambda chat, town: chat.say(said(town, text))


def said(town: Town, text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: town.named(found[1]), text).replace("CODE", town.child.code)


def joins(chat: Chat, town: Town) -> None:
    """A stranger, whose number the register has, sends it."""
    who = people.person(chat.session, "Dewi Anggraini", "family", reachable=False, phone="+628114000123")
    people.carer(chat.session, town.family, who=who, consents=False, joined_on=None)
    chat.tap_token("join:number")
    chat.share_contact("0811 4000 123")


def tells_of_birth(chat: Chat, town: Town) -> None:
    chat.tell_of_birth(town.pregnancy.id)


def takes_birth_back(chat: Chat, town: Town) -> None:
    tells_of_birth(chat, town)
    chat.tap_token(f"birth:undo:pregnancy:{town.pregnancy.id}")


def ends_pause(chat: Chat, town: Town) -> None:
    chat.tap_token("pause:7")
    chat.say("lanjut")


def stops(chat: Chat, town: Town) -> None:
    chat.say("berhenti")
    chat.tap_token("stopwhy:1")


def answers_lesson(chat: Chat, town: Town) -> None:
    asks = next(one for one in people.city().library.lessons if one.question and one.for_family)
    chat.tap_token(f"lesson:{asks.id}:1")


def shows_number(chat: Chat, town: Town) -> None:
    town.people["ibu"].phone = "+6281255500031"
    appointments.share_number(chat.session, town.people["ibu"].id, town.family.id, people.NOW, shared=True)
    chat.tap_token(f"meet:view:{town.family.id}")


def agrees_to_a_wish(chat: Chat, town: Town) -> None:
    town.appointment.state, town.appointment.at = AppointmentState.WISHED, town.appointment.times[0]
    chat.tap_token(f"meet:yes:{town.appointment.id}")


def asks_for_lesson(chat: Chat, town: Town) -> None:
    fits = next(one for one in people.city().library.lessons if one.stage == "anak-12-24-bulan" and one.is_offered)
    chat.tap_token(f"tell:{fits.id}:child:{town.child.id}")


def signs_lesson(chat: Chat, town: Town) -> None:
    chat.say("tinjau")
    chat.tap("Setuju")


def wants_lesson_changed(chat: Chat, town: Town) -> None:
    chat.say("tinjau")
    chat.tap("Perlu diubah")


def names_child(chat: Chat, town: Town) -> None:
    town.child.name = ""
    tap("name:{child}", "Aisyah", "Kirim")(chat, town)


def corrects(chat: Chat, town: Town) -> None:
    other, before = Chat(chat.session, town.addresses["asnkk"]), chat.session.query(Audit).count()
    other.tap_token(f"report:child:{town.child.id}")  # its draft has what is printed on the form
    drafted = drafts.about(chat.session, town.people["asnkk"].id, "child_visit", f"child:{town.child.id}")
    assert drafted is not None
    town.visit.form, town.visit.facts = drafted.form, drafted.facts
    chat.session.query(Audit).filter(Audit.id > before).delete()
    tap("correct:{visit}")(chat, town)


def reminds_their_own(chat: Chat, town: Town) -> None:
    town.told.child, town.told.pregnancy = None, town.pregnancy  # nobody is asked to visit who is said to have moved
    town.leave.starts, town.leave.ends = NOW.date() - timedelta(days=90), NOW.date() - timedelta(days=80)
    town.visit.undone_at = NOW
    tap(f"team:remind:{town.people['asn'].id}")(chat, town)


def agrees(chat: Chat, town: Town) -> None:
    people.carer(chat.session, town.family, who=town.people["ibu2"], consents=False, joined_on=None)
    tap("consent:keluarga:{family}")(chat, town)


def opens(chat: Chat, town: Town) -> None:
    chat.say(f"lihat {town.child.code}")


def accepts(chat: Chat, town: Town) -> None:
    """The child has nobody any more, and another ASN is proposed."""
    session = chat.session
    for held in session.scalars(select(Assignment)):
        held.state = AssignmentState.ENDED
    proposal = assignments.propose(session, town.people["asn2"], town.child, "", NOW.date(), NOW)
    chat.tap_token(f"assign:accept:{proposal.id}")


def of_asnkk(*tokens: str) -> Callable[[Chat, Town], object]:
    """Tap these buttons about the ASN who fosters the whole family, where nobody must be seen now."""

    def does(chat: Chat, town: Town) -> None:
        town.referral.closed_at = NOW
        for token in tokens:
            chat.tap_token(token.format(town.people["asnkk"].id))

    return does


def several(*said_or_tapped: str) -> Callable[[Chat, Town], object]:
    return lambda chat, town: chat.fill(*(said(town, one) for one in said_or_tapped))


def takes_end_back(chat: Chat, town: Town) -> None:
    chat.tap_token(f"loss:yes:died:child:{town.child.id}")
    chat.tap_token(f"loss:back:yes:child:{town.child.id}")


def closes(chat: Chat, town: Town) -> None:
    chat.tap_token(f"referral:why:{town.referral.id}:elsewhere")
    chat.fill("Hari ini", "dr. Ali, RSUD Kota")


def reopens(chat: Chat, town: Town) -> None:
    closes(Chat(chat.session, town.addresses["kota"]), town)
    chat.tap_token(f"referral:reopen:{town.referral.id}")


def opens_card(chat: Chat, town: Town) -> None:
    chat.tap_token(f"person:{town.people['asn'].id}")


def changes_number(chat: Chat, town: Town) -> None:
    chat.tap_token(f"person:number:{town.people['asn'].id}")
    chat.say("0812 3456 7890")


def gives_role(chat: Chat, town: Town) -> None:
    chat.tap_token(f"person:give:{town.people['asn'].id}")
    chat.say("koordinator kota")


def changes_day(chat: Chat, town: Town) -> None:
    chat.tap_token(f"place:day:{town.family.posyandu_id}")
    chat.say("Rabu kedua 08.00")


def sends_workbook(chat: Chat, town: Town) -> None:
    chat.send(document=File("file-1", name="data.xlsx"))


def stores_row(chat: Chat, town: Town) -> None:
    chat.say("ubah data")
    chat.fill("Nomor HP berganti", town.family.code, "0811 4000 777", "Kirim", "Simpan")


def in_state(state: ImportState, token: str) -> Callable[[Chat, Town], object]:
    """Tap this after the workbook has come so far."""

    def does(chat: Chat, town: Town) -> None:
        town.workbook.state, town.workbook.done_at = state, chat.now
        chat.session.commit()
        chat.tap_token(said(town, token))

    return does


def asked(token: str) -> Callable[[Chat, Town], object]:
    """Tap this while a second person is asked about the announcement."""

    def does(chat: Chat, town: Town) -> None:
        town.broadcast.state, town.broadcast.asked_at = BroadcastState.ASKED, chat.now
        found = {"person_id": town.people["asn"].id, "family_id": None, "why": ""}
        broadcasts.add_recipients(chat.session, town.broadcast.id, [found])
        chat.session.commit()
        chat.tap_token(said(town, token))

    return does


def stops_announcement(chat: Chat, town: Town) -> None:
    town.broadcast.state = BroadcastState.AGREED
    chat.session.commit()
    chat.tap_token(f"announce:stop:{town.broadcast.id}")


ACTS: Mapping[str, tuple[Does, ...]] = {
    "join": (Does("orang", joins, "address.link", "person"),),
    "home": (Does("asn", say("menu"), "home.view", "child"),),
    "message.read": (Does("ibu", tap("read:{key}"), "message.read", "ibu"),),
    "phone.change": (Does("asn", say("nomor"), "invitation.renew", "asn"),),
    "danger.answer": (
        Does("orang", tap("danger:past:{cry}"), "cry.answer", "stranger"),
        Does("orang", tap("danger:ask:{cry}"), "cry.answer", "stranger"),
        Does("orang", tap("danger:died:{cry}"), "cry.answer", "stranger"),
        Does("orang", tap("danger:now:{cry}"), "referral.open", "new referral"),
        Does("ibu", say("Rafa kejang sekarang"), "cry.write", "child"),
    ),
    "child.sick": (
        Does("ibu", tap("sick:who:{child}"), "sheet.open", "child"),
        Does("ibu", tap("sick:sign:{child}:anak-kejang"), "danger.tapped", "child"),
    ),
    "fostered.list": (
        Does("asnkk", say("anak"), "children.list", "child"),
        Does("asnkk", tap("page:lapor:0"), "children.list", "child"),
    ),
    "schedule.view": (
        Does("asn", say("jadwal"), "schedule.view", "child"),
        Does("ibu", say("jadwal"), "schedule.view", "child"),
    ),
    "known.tell": (
        Does("ibu", say("berat Rafa berapa"), "record.tell", "child"),
        Does("asnkk", tap("known:week:{pregnancy}"), "record.tell", "pregnancy"),
    ),
    "signs.view": (
        Does("ibu", say("tanda bahaya"), "signs.view", "pregnancy"),
        Does("ibu", tap("signs:mother:{child}"), "signs.view", "child"),
    ),
    "lesson.ask": (Does("ibu", asks_for_lesson, "lesson.ask", "child"),),
    "visit.report": (Does("asn", tap("report:child:{child}"), "sheet.open", "child"),),
    "visit.change": (
        Does("asn", corrects, "sheet.open", "child"),
        Does("asn", tap("undo:{visit}"), "visit.undo", "child"),
    ),
    "visit.promise": (
        Does("asn", late("plan:on:{visit_promise}:{day}"), "visit.promise", "child"),
        Does("asn", late("plan:not:{visit_promise}"), "visit.not_yet", "child"),
        Does("asn", late("plan:pass:{visit_promise}"), "assignment.wish", "child"),
    ),
    "visit.draft": (Does("asn", tap("gone:{draft}:salah"), "draft.drop", "child"),),
    "pair.list": (Does("asn", say("janji"), "pair.view", "family"),),
    "pair.view": (
        Does("asn", tap("meet:view:{family}"), "pair.view", "family"),
        Does("asnkk", shows_number, "number.view", "family"),
    ),
    "pair.number": (
        Does("ibu", tap("meet:number:on:{family}"), "number.share", "family"),
        Does("asn", tap("meet:number:off:{family}"), "number.hide", "family"),
    ),
    "pair.landmark": (Does("ibu", tap("meet:near:{family}", "samping masjid"), "landmark.tell", "family"),),
    "appointment.offer": (Does("asn", tap("meet:send:{family}:{minutes}"), "appointment.offer", "family"),),
    "appointment.pick": (
        Does("ibu", tap("meet:pick:{appointment}:{minute}"), "appointment.pick", "family"),
        Does("ibu", tap("meet:later:{appointment}"), "appointment.later", "family"),
    ),
    "appointment.accept": (Does("asn", agrees_to_a_wish, "appointment.accept", "family"),),
    "appointment.change": (Does("asn", tap("meet:off:{appointment}"), "appointment.off", "family"),),
    "consent.answer": (Does("ibu2", agrees, "consent.give", "family"),),
    "lessons.choose": (
        Does("ibu", tap("pause:7"), "carer.pause", "ibu"),
        Does("ibu", ends_pause, "carer.resume", "family"),
        Does("ibu", tap("hour:9:1"), "carer.time", "ibu"),
        Does("ibu", tap("lang:id"), "person.language", "ibu"),
        Does("ibu", say("berhenti"), "carer.stop", "family"),
        Does("ibu", stops, "carer.stop_reason", "ibu"),
    ),
    "lesson.open": (
        Does("ibu", tap("private:open"), "lesson.open", "ibu"),
        Does("ayah", tap("private:open"), "lesson.open", "ayah"),
        Does("ibu", say("kebutuhan khusus"), "lesson.open", "ibu"),
    ),
    "lesson.review": (Does("bidan", signs_lesson, "lesson.sign", "bidan"),
        Does("bidan", wants_lesson_changed, "lesson.change", "bidan")),
    "lesson.order": (Does("bidan", tap("cup:order:{child}"), "lesson.order", "child"),),
    "lesson.answer": (Does("ibu", answers_lesson, "lesson.answer", "ibu"),),
    "data.own": (Does("ibu", say("data saya"), "family.view", "family"),),
    "chart.view": (Does("ibu", tap("chart:{child}:berat"), "chart.view", "child"),),
    "chart.monthly": (Does("ibu", tap("chart:monthly:on"), "carer.chart", "ibu"),),
    "referral.list": (
        Does("bidan", say("rujukan"), "referral.view", "referral"),
        Does("lurah", say("rujukan"), "referral.view", "referral"),
    ),
    "referral.see": (Does("opd", tap("referral:push:{referral}"), "referral.view", "referral"),),
    "referral.push": (
        Does("lurah", tap("referral:remind:{referral}"), "referral.push", "referral"),
        Does("kota", lambda chat, town: chat.tap_token(
            f"referral:to:{town.referral.id}:{town.people['kader'].id}"
        ), "referral.pass", "referral"),
        Does("lurah", closes, "referral.close", "referral"),
    ),
    "referral.reopen": (Does("bidan", reopens, "referral.reopen", "referral"),),
    "referral.handle": (
        Does("bidan", tap("ref:accept:{referral}"), "referral.accept", "referral"),
        Does("bidan", tap("ref:seen:{referral}"), "sheet.open", "referral"),
    ),
    "referral.arrival": (
        Does("ibu", tap("got:{referral}:yes"), "referral.answer", "referral"),
        Does("asn", tap("why:{referral}:no:jauh"), "referral.answer", "referral"),
    ),
    "child.measure": (Does("bidan", tap("remeasure:{child}"), "sheet.open", "child"),),
    "question.ask": (
        Does("ibu", say("apakah air teh boleh?"), "question.ask", "child"),
        Does("ibu", tap("ask:note:{note}"), "question.ask", "child"),
    ),
    "question.write": (Does("ibu", tap("question:more:{question}", "masih menunggu, Bu"), "question.ask", "child"),),
    "question.list": (Does("kader", say("pertanyaan"), "question.view", "child"),),
    "question.answer": (
        Does("kader", tap("question:answer:{question}", "Boleh, Bu."), "question.answer", "child"),
        Does("kader", tap("question:send:{question}:{line}"), "question.answer", "child"),
        Does("kader", tap("question:pass:{question}"), "question.pass", "child"),
        Does("kader", tap("question:end:{question}:none"), "question.close", "child"),
        Does("kader", tap("question:refer:{question}:soon"), "question.close", "child"),
    ),
    "question.remind": (
        Does("lurah", tap("question:remind:{question}"), "question.remind", "child"),
        Does("kota", tap("question:next:{question}"), "question.pass", "child"),
    ),
    "letter.write": (Does("lurah", tap("write:{person}", "Pak, mohon ditengok."), "letter.write", "asn"),),
    "letter.answer": (Does("asn", tap("letter:answer:{letter}", "Sudah, Bu."), "letter.answer", "child"),),
    "alert_test.answer": (Does("bidan", tap("test:{alert_test}"), "alert_test.answer", "bidan"),),
    "duty.own": (Does("bidan", tap("duty:tonight"), "duty.enter", "bidan"),),
    "duty.enter": (
        Does("kepala", lambda chat, town: tap(f"duty:set:{town.people['bidan'].id}", "Cuti", "Besok", "Besok", "Kirim")(
            chat, town
        ), "duty.enter", "bidan"),
    ),
    "duty.see": (Does("bidan", say("jaga"), "duty.view", "bidan"),),
    "claim.answer": (Does("ibu", tap("claim:no:{address_claim}"), "address.refuse", "ibu"),),
    "address.list": (Does("ibu", say("perangkat"), "address.list", "ibu"),),
    "address.end": (Does("ibu", tap("device:end:{address}"), "address.end", "ibu"),),
    "roles.list": (Does("admin", say("peran"), "role.view", "roles"),),
    "child.open": (Does("kota", of_asnkk("late:open:{}:0"), "child.open", "pregnancy"),),
    "late.view": (Does("kota", of_asnkk("late:one:{}"), "late.view", "pregnancy"),),
    "person.call": (Does("kota", of_asnkk("call:{}"), "person.call", "asnkk"),),
    "line.aside": (
        Does("kota", of_asnkk("aside:why:person:{}:ditelepon"), "line.aside", "asnkk"),
        Does("kota", of_asnkk("aside:why:person:{}:dinas", "aside:back:person:{}"), "line.back", "asnkk"),
        Does("kota", of_asnkk("aside:why:person:{}:dinas", "aside:list:0"), "line.list", "asnkk"),
    ),
    "unassigned.view": (Does("lurah", tap("unassigned:one:child:{child}"), "assignment.list", "child"),),
    "card.open": (
        Does("asn", tap("card:child:{child}"), "card.open", "child"),
        Does("kota", opens, "card.open", "child"),
    ),
    "ending.decide": (Does("bidan", tap("told:no:{told_ending}"), "ending.refuse", "child"),),
    "ending.back": (Does("bidan", takes_end_back, "ending.back", "child"),),
    "consent.withdraw": (Does("ibu", tap("withdraw:{family}"), "consent.withdraw", "family"),),
    "consent.paper": (Does("bidan", tap("paper:{family}"), "sheet.open", "family"),),
    "reader.end": (Does("ibu", tap("reader:end:{carer}"), "reader.end", "family"),),
    "reader.only": (Does("ibu", tap("reader:only:{family}:on"), "reader.only.on", "family"),),
    "household.invite": (Does("ibu", tap("household:for:family:{family}"), "household.code", "family"),),
    "household.answer": (
        Does("ibu", tap("household:yes:{household}"), "household.answer", "family"),
        Does("ibu", tap("household:no:{household}"), "household.answer", "family"),
    ),
    "data.erase": (Does("ibu", tap("erase:{family}"), "data.hapus", "family"),),
    "data.answer": (Does("kota", say("permintaan"), "data.list", "kota"),),
    "news.moved": (Does("asn", tap("news:yes:moved:child:{child}"), "ending.told", "child"),
        Does("bidan", tap("news:yes:moved:child:{child}"), "fostering.end", "child"),),
    "news.loss": (
        Does("ibu", tap("loss:yes:died:child:{child}"), "fostering.end", "child"),
        Does("ayah", tap("loss:yes:mother:child:{child}"), "mother.died", "family"),
    ),
    "news.loss.word": (Does("bidan", say("duka"), "people.list", "child"),),
    "news.birth": (
        Does("ibu", tells_of_birth, "birth.record", "pregnancy"),
        Does("bidan", tap("birth:not:{pregnancy}"), "birth.not_yet", "pregnancy"),
    ),
    "news.birth.undo": (Does("ibu", takes_birth_back, "birth.undo", "pregnancy"),),
    "news.pregnancy": (Does("ibu", tap("expecting:due:{family}"), "sheet.open", "family"),),
    "news.any": (Does("asn", say("kabar"), "people.list", "child"),),
    "child.name": (Does("bidan", names_child, "child.name", "child"),),
    "digest.view": (
        Does("lurah", say("ringkasan"), "digest.view", "lurah"),
        Does("lurah", say("mutu"), "quality.view", "lurah"),
        Does("lurah", say("adopsi"), "adoption.view", "lurah"),
        Does("lurah", say("wilayah"), "area.view", "lurah"),
        Does("lurah", say("laporan minggu"), "area.view", "lurah"),
        Does("lurah", say("terlambat"), "late.view", "pregnancy"),
    ),
    "digest.choose": (Does("lurah", tap("digest:at:8"), "digest.time", "lurah"),),
    "asn.remind": (Does("lurah", of_asnkk("remind:{}"), "asn.remind", "asnkk"),),
    "team.view": (Does("asnkk", say("tim"), "team.view", "asnkk"),),
    "team.remind": (Does("asnkk", reminds_their_own, "asn.remind", "asn"),),
    "workbook.send": (Does("lurah", sends_workbook, "workbook.send", "lurah"),),
    "workbook.decide": (
        Does("kota", tap("workbook:drop:{workbook_import}"), "workbook.drop", "kota"),
        Does("lurah", stores_row, "workbook.enter", "lurah"),
    ),
    "workbook.agree": (
        Does("admin", in_state(ImportState.ASKED, "workbook:refuse:{workbook_import}"), "workbook.refuse", "kota"),
        Does("admin", in_state(ImportState.ASKED, "workbook:agree:{workbook_import}"), "workbook.agree", "kota"),
    ),
    "workbook.undo": (
        Does("admin", in_state(ImportState.DONE, "workbook:undo:yes:{workbook_import}"), "workbook.undo", "kota"),
    ),
    "broadcast.write": (Does("kota", tap("announce:send:{broadcast}"), "broadcast.write", "kota"),),
    "broadcast.approve": (
        Does("admin", asked("announce:yes:{broadcast}"), "broadcast.approve", "kota"),
        Does("admin", asked("announce:no:{broadcast}"), "broadcast.refuse", "kota"),
    ),
    "broadcast.stop": (
        Does("admin", stops_announcement, "broadcast.stop", "kota"),
        Does("admin", tap("announce:report:{broadcast}"), "broadcast.report", "kota"),
    ),
    "news.choose": (
        Does("ibu", tap("news:on"), "news.accept", "ibu"),
        Does("ibu", tap("news:off"), "news.end", "ibu"),
    ),
    "leave.own": (Does("asnkk", say("cuti"), "sheet.open", "asnkk"),),
    "handover.own": (Does("asnkk", say("pensiun"), "sheet.open", "asnkk"),),
    "handover.enter": (
        Does("lurah", tap("handover:form:{person}", "Cuti", "Besok", "Besok", "Belum ada", "Kirim"), "leave.enter",
             "asn"),
        Does("opd", tap("handover:form:{person}", "Pensiun", "Hari ini", "Belum ada", "Kirim"), "assignment.end",
             "child"),
    ),
    "handover.view": (Does("asn", tap("handover:card:{assignment}"), "handover.view", "child"),),
    "leave.end": (Does("opd", tap("leave:end:{leave}"), "leave.end", "asn"),),
    "assignment.list": (Does("lurah", several("akhiri", "CODE"), "assignment.list", "child"),),
    "assignment.accept": (Does("lurah", accepts, "assignment.begin", "child"),),
    "assignment.end": (
        Does("lurah", tap("assign:close:{assignment}:moved"), "assignment.end", "child"),
        Does("kota", lambda chat, town: chat.tap_token(
            f"assign:to:{town.assignment.id}:retired:{town.people['asn2'].id}"
        ), "assignment.succeed", "child"),
    ),
    "role.choose": (Does("kota", several("akhiri peran", "murni"), "role.view", "roles"),),
    "role.end": (Does("admin", tap("role:last:{person_role}:today"), "role.end", "asn"),),
    "export.make": (
        Does("lurah", say("ekspor anak"), "export.row", "child"),
        Does("kota", tap("export:rujukan"), "export.rujukan", "kota-0"),
    ),
    "code.make": (
        Does("lurah", say("kode Rahma Yusuf"), "person.open", "asnkk"),
        Does("opd", lambda chat, town: chat.tap_token(f"code:make:{town.people['asn'].id}"), "invitation.issue", "asn"),
    ),
    "place.change": (Does("lurah", changes_day, "place.change", "posyandu-1"),),
    "setting.change": (
        Does("kota", say("pengaturan"), "setting.view", "settings"),
        Does("kota", tap("setting:visits.every_days", "45"), "setting.change", "visits.every_days"),
        Does("admin", tap("setting:off:anak-16-bulan-tidur"), "lesson.off", "lesson.anak-16-bulan-tidur"),
    ),
    "area.open": (Does("kader", tap("area:{area}"), "area.open", "posyandu-1"),),
    "area.remind": (
        Does("lurah", tap("area:late:{area}:0"), "late.view", "pregnancy"),
        Does("lurah", tap("area:remind:{area}"), "asn.remind", "asnkk"),
        Does("lurah", tap("area:referrals:{area}"), "area.referrals", "posyandu-1"),
    ),
    "person.open": (Does("opd", opens_card, "person.open", "asn"),),
    "person.number": (Does("kota", changes_number, "person.number", "asn"),),
    "role.change": (Does("admin", gives_role, "role.give", "asn"),),
    "audit.read": (Does("kota", say("siapa melihat CODE"), "audit.read", "child"),),
}  # fmt: skip
"""By act, written by hand: who does it, and the line it leaves."""

OF_NOBODY = {
    "help", "danger.numbers", "practice", "news.show", "claim.ask", "writer.choose", "draft.resume", "handover.choose",
    "handover.draft",
}  # fmt: skip
"""Acts that show and change nothing about anybody."""
ELSEWHERE = {"join.send", "household.join", "household.send", "household.leave"}
"""Acts whose line has a test of its own below."""

CASES = [(act, one) for act, several in ACTS.items() for one in several]


def about(session: Session, town: Town, word: str) -> str:
    if word in town.people:
        return f"person:{town.people[word].id}"
    match word:
        case "stranger" | "roles" | "kota-0" | "settings" | "visits.every_days" | "lesson.anak-16-bulan-tidur":
            return word
        case "posyandu-1":
            return f"posyandu-{town.family.posyandu_id}"
        case "person":
            return f"person:{max(one.id for one in session.scalars(select(policy.Person)))}"
        case "new referral":
            return f"referral:{max(one.id for one in session.scalars(select(policy.Referral)))}"
        case "pregnancy":
            return f"pregnancy:{town.pregnancy.id}"
        case _:
            return f"{word}:{town.named(word)}"


def test_no_act_is_without_a_line() -> None:
    assert set(ACTS) | OF_NOBODY | ELSEWHERE == set(policy.RULES)


@pytest.mark.parametrize(("act", "one"), CASES, ids=[f"{act}-{n}" for n, (act, _) in enumerate(CASES)])
def test_the_act_leaves_a_line_with_its_person(session: Session, act: str, one: Does) -> None:
    town = Town(session)
    if act != "ending.decide":
        session.delete(town.told)
    if act != "data.answer":
        session.delete(town.request)
    session.commit()
    before = len(lines(session))
    one.what(Chat(session, town.addresses[one.actor]), town)
    new = lines(session)[before:]
    found = [line for line in new if (line.action, line.about) == (one.action, about(session, town, one.about))]
    by = town.people[one.actor].id if one.actor in town.people else None
    expected = {by} if act != "join" else {int(about(session, town, "person").partition(":")[2])}
    assert {line.by for line in found} == expected, new
    no_words_about_anybody(session, town)


SCOPE, ROWS = (
    re.compile(r"settings|[a-z]+\.[a-z0-9_-]+|(kota|kelurahan|kecamatan|opd|posyandu|health_centre)-\d+"),
    re.compile(r"\d+ baris"),
)


def no_words_about_anybody(session: Session, town: Town) -> None:
    """Nothing in any line is a name, a number or a sign: all is an action, a pseudonym or a word of ``Detail``."""
    pseudonym = re.compile(r"[a-z]+:[0-9a-f]{16}")
    for line in session.scalars(select(Audit)):
        assert not line.actor or pseudonym.fullmatch(line.actor)
        assert (
            pseudonym.fullmatch(line.subject)
            or line.subject in {"stranger", "audit", "roles"}
            or SCOPE.fullmatch(line.subject)
        )
        assert pseudonym.fullmatch(line.detail) or line.detail in set(Detail) or ROWS.fullmatch(line.detail), line
    kept = "\n".join(f"{one.actor} {one.subject} {one.detail}" for one in session.scalars(select(Audit))).casefold()
    names = [word for one in town.people.values() for word in one.name.split()]
    for word in (*names, "Rafa", town.child.code, town.family.code, *(sign.label for sign in signs().values())):
        assert word.casefold() not in kept, word


def test_no_detail_is_a_health_word() -> None:
    health = {word for sign in signs().values() for word in re.findall(r"\w{4,}", sign.label.casefold())}
    health |= {"berat", "tinggi", "lila", "hpl", "stunting", "edema", "sakit", "meninggal", "keguguran", "kejang"}
    assert not {word for one in Detail for word in re.findall(r"\w+", one.casefold())} & health


def test_a_family_that_joins_by_itself_leaves_a_line(session: Session) -> None:
    people.village(session)
    session.commit()
    chat = stranger(session)
    chat.say("/start")
    chat.tap("Ikut menerima")
    chat.fill("Setuju", "Wati", "1", "2", "Dito", "12/9/2025", "laki-laki", "mandonga", "Kirim")
    wati = session.scalars(select(policy.Person)).one()
    home = session.scalars(select(policy.Family)).one()
    assert ("family.enter", wati.id, f"family:{home.id}", "") in lines(session)


def test_whatever_is_noted_has_words_for_who_asks(session: Session) -> None:
    """Every action about a child is read to the city's coordinator in words of its own."""
    told = {one.action for several in ACTS.values() for one in several if one.about in {"child", "family", "referral"}}
    assert told - {"carer.time", "carer.pause"} <= set(audit_reading.ACTS)
