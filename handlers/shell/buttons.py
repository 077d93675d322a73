"""What a tap means: ``verb:argument:argument``. A token that is old, forged or not for this person changes nothing."""

from __future__ import annotations

from typing import Any

from db import people
from db.digests import DigestDays
from db.set_aside import Why
from flow import tokens
from flow.message import Message
from handlers.admin import city_settings, role_list
from handlers.asking import danger_signs, known, offered_lessons, passing_on
from handlers.asn import home
from handlers.birth import birth, naming, new_pregnancy
from handlers.broadcast import deciding as deciding_announcements
from handlers.broadcast import writing as writing_announcements
from handlers.card import card
from handlers.chat import forms, trust
from handlers.chat.context import Context, NotValid
from handlers.coordinator import (
    adoption,
    area_card,
    areas,
    calling,
    codes,
    digest_details,
    digest_time,
    exporting,
    finding_anything,
    invitations,
    late,
    people_card,
    places,
    putting_aside,
    referral_closing,
    referrals,
    reminding,
    unassigned,
    who_looked,
)
from handlers.danger import answers, arrival, calls, sick
from handlers.data_officer import requests
from handlers.duty import alert_tests, duty
from handlers.endings import deciding, loss, mother_death, moved_or_refused
from handlers.family import (
    asked_lessons,
    family,
    inviting,
    lesson_answers,
    news,
    opt_out,
    own_data,
    paper_consent,
    preferences,
    readers,
    withdrawal,
)
from handlers.handover import card as handover_card
from handlers.handover import ending, ending_roles, proposals, stepping_back
from handlers.joining import by_code, confirming, devices, household, self_join
from handlers.letters import writing
from handlers.measuring import charts, remeasure
from handlers.pairs import arranging, sharing, view
from handlers.promises import not_yet, promising
from handlers.questions import answering, asking, seeing_to
from handlers.referral import alerts, closing, examined
from handlers.review import cup_order, lesson_review
from handlers.shell import commands, menu, template_opened
from handlers.shell.taps import (
    APPOINTMENT,
    AREA,
    BROADCAST,
    CHILD,
    CRY,
    DAY,
    DRAFT,
    ENTRY,
    FAMILY,
    HOME_OF,
    IMPORT,
    KEY,
    LETTER,
    LINE,
    MINUTE,
    MINUTES,
    NAME,
    NOTE,
    PAGE,
    PERSON,
    PREGNANCY,
    PROMISE,
    QUESTION,
    REFERRAL,
    SUBJECT,
    TOLD,
    VISIT,
    VISITED,
    WAITS,
    Button,
    button,
    number,
    parts_of,
    row,
    word,
)
from handlers.superior import team
from handlers.visit import acting, filing, history, opening
from handlers.workbook import deciding as deciding_imports
from handlers.workbook import receiving
from programme import policy, pushing
from programme import question_messages as question_words
from programme import referral_messages as referral_words
from programme.promise_messages import NOT_YET
from programme.settings import CHANGEABLE
from reports.exports.kinds import Export
from reports.workbook.answers import Answer

NOT_VALID = "Tombol itu sudah tidak berlaku. Tulis *menu* untuk mulai lagi."
REFUSALS = {
    "visit.report": filing.NOT_LISTED,
    "visit.change": "Laporan itu sudah dibatalkan atau tidak ditemukan.",
    "visit.draft": "Laporan itu sudah dikirim atau dibuang.",
    **dict.fromkeys(
        ("asn.remind", "late.view", "child.open"),
        "Pendamping itu tidak (lagi) mendampingi di wilayah atau kantor {you}.",
    ),
    "line.aside": "Yang ini tidak (lagi) ada dalam daftar {you}.",
    "unassigned.view": "Yang ini tidak (lagi) ada dalam daftar {you}.",
    "person.call": "Orang itu di luar wilayah atau kantor {you}.",
    "card.open": "Anak itu tidak (lagi) ada dalam daftar {you}.",
    "chart.view": "Anak itu tidak (lagi) ada dalam daftar {you}.",
    "question.answer": "Pertanyaan itu tidak (lagi) ada dalam daftar {you}.",
    "child.measure": "Anak itu tidak ada dalam daftar {you}.",
    "handover.enter": "{you} tidak bisa mencatat untuk orang itu: di luar lingkup {you}.",
    "handover.view": "Pendampingan itu tidak (lagi) ada dalam daftar {you}.",
    "assignment.accept": "Anak itu di luar wilayah {you}.",
    "assignment.end": "Anak itu di luar wilayah {you}.",
    "role.end": "Peran itu sudah berakhir, atau di luar lingkup {you}.",
    "household.answer": "Permintaan itu sudah selesai, atau ditanyakan kepada orang lain.",
    "team.remind": "Orang itu sekarang bukan lagi di tim {you}. Tidak ada yang dikirim.",
    "letter.write": "Orang itu di luar wilayah atau kantor {you}, jadi tidak bisa dikirimi pesan lewat sini.",
    "letter.answer": writing.OVER.format(name="yang menulis", you="{you}"),
    "referral.see": "Rujukan itu di luar wilayah atau kantor {you}.",
    "referral.push": "Rujukan itu di luar wilayah {you}.",
    "referral.reopen": "Rujukan itu tidak ada dalam daftar {you}.",
    "area.open": finding_anything.NOT_FOUND,
    "area.remind": finding_anything.NOT_FOUND,
    "broadcast.write": "Pengumuman itu ditulis orang lain, atau penerimanya di luar wilayah {you}.",
    "broadcast.approve": "Yang menulis pengumuman tidak bisa menyetujuinya sendiri.",
    "broadcast.stop": "Pengumuman itu tidak ada dalam daftar {you}.",
    "referral.handle": "Rujukan itu tidak ada dalam daftar {you}.",
}
"""What is said to who may do the act, but not about this row; NOT_VALID where there is nothing to add."""


def _join(context: Context, how: str) -> None:
    ways = {"code": by_code.ask_code, "number": by_code.ask_number, "self": self_join.begin}
    if context.address.person is not None and not (how == "code" and people.only_lessons(context.address)):
        menu.show_home(context)
        return
    ways[how](context)


def _self_join(context: Context, said: str) -> None:
    if said == "yes":
        self_join.agreed(context)
    else:
        context.say(Message("Baik, tidak apa-apa. Tidak ada yang kami simpan. Tulis *mulai* kalau berubah pikiran."))


def _page(context: Context, of_what: str, page: int) -> None:
    if of_what == "anak":
        home.show_children(context, page)
    else:
        home.choose_child(context, page, of_what)


def _is_true(context: Context, told_id: int) -> None:
    deciding.decide(context, told_id, is_true=True)


def _is_not_true(context: Context, told_id: int) -> None:
    deciding.decide(context, told_id, is_true=False)


def _monthly(context: Context, wished: str) -> None:
    charts.monthly(context, wished == "on")


WEEKDAY = word((preferences.ANY, *map(str, range(7))))
ANSWER = number(range(1, 11))
MOVED = word(moved_or_refused.KINDS)
ARRIVED = word(("yes", *referral_words.NOT_THERE))
ENDS, URGENCY = word(question_words.ENDS), word(answering.URGENCIES)
ASSIGNMENT, WHY = row("assignment"), word(ending.BY_KEY)
REASON = word(pushing.Reason)
NOT_THERE, REASONS = word(referral_words.NOT_THERE), word(referral_words.REASONS)

ANSWERED = PAGE  # how many questions of a workbook were answered before

BUTTONS: tuple[Button, ...] = (
    button("join", word(("code", "number", "self")), does=_join, may="join"),
    button("selfjoin", word(("yes", "no")), does=_self_join, may="join", once=True),
    button("roles", PAGE, does=role_list.show, may="roles.list"),
    # who writes
    button("claim:ask", does=confirming.ask, may="claim.ask"),
    button("claim:yes", row("address_claim"), does=confirming.yes, may="claim.answer", once=True),
    button("claim:no", row("address_claim"), does=confirming.no, may="claim.answer", once=True),
    button("writer", PERSON, does=confirming.writes, may="writer.choose", once=True),
    button("device:end", row("address"), does=devices.end, may="address.end", once=True),
    button("read", KEY, does=template_opened.show, may="message.read"),
    button("danger:now", CRY, does=calls.now, may="danger.answer", once=True),
    button("danger:past", CRY, does=calls.past, may="danger.answer", once=True),
    button("danger:ask", CRY, does=calls.question, may="danger.answer", once=True),
    button("danger:died", CRY, does=calls.died, may="danger.answer", once=True),
    button("danger:got", CRY, ARRIVED, does=arrival.got_there, may="danger.answer", once=True),
    button("danger:why", CRY, NOT_THERE, REASONS, does=arrival.why, may="danger.answer", once=True),
    button("sick:who", CHILD, does=sick.ask, may="child.sick"),
    button("sick:sign", CHILD, NAME, does=sick.tell, may="child.sick"),
    button("danger:numbers", does=answers.show_numbers, may="danger.numbers"),
    button("more", PAGE, KEY, does=template_opened.turn_page, may="message.read"),
    button("menu", word(commands.BY_NAME), does=commands.run, may="home"),
    # who fosters
    button("card", SUBJECT, does=card.show, may="card.open"),
    button("report", VISITED, does=opening.report, may="visit.report"),
    button("page", word(("anak", *home.ASKS)), PAGE, does=_page, may="fostered.list"),
    button("history", VISITED, does=history.show, may="visit.report"),
    button("undo", VISIT, does=filing.take_back, may="visit.change", once=True),
    button("correct", VISIT, does=opening.correct, may="visit.change"),
    button("gone", DRAFT, word(acting.REASONS), does=acting.throw_away, may="visit.draft", once=True),
    button("again", DRAFT, does=opening.again, may="visit.draft", once=True),
    # when somebody can visit
    button("plan:on", PROMISE, DAY, does=promising.promise, may="visit.promise", once=True),
    button("plan:other", PROMISE, does=promising.other_day, may="visit.promise"),
    button("plan:done", PROMISE, does=promising.report, may="visit.promise", once=True),
    button("plan:not", PROMISE, does=not_yet.ask_why, may="visit.promise", once=True),
    button("plan:why", PROMISE, word(NOT_YET), does=not_yet.why, may="visit.promise", once=True),
    button("plan:pass", PROMISE, does=not_yet.pass_on, may="visit.promise", once=True),
    # a family and who visits it
    button("meet:view", FAMILY, does=view.show_one, may="pair.view"),
    button("meet:number", word(("on", "off")), FAMILY, does=sharing.number, may="pair.number", once=True),
    button("meet:near", FAMILY, does=sharing.ask_landmark, may="pair.landmark"),
    button("meet:offer", FAMILY, does=arranging.begin, may="appointment.offer"),
    button("meet:other", FAMILY, PAGE, does=arranging.other_times, may="appointment.offer", once=True),
    button("meet:send", FAMILY, MINUTES, does=arranging.send, may="appointment.offer", once=True),
    button("meet:yes", APPOINTMENT, does=arranging.accept, may="appointment.accept", once=True),
    button("meet:ask", FAMILY, PERSON, does=arranging.ask, may="appointment.pick"),
    button("meet:pick", APPOINTMENT, MINUTE, does=arranging.pick, may="appointment.pick", once=True),
    button("meet:more", APPOINTMENT, PAGE, does=arranging.more_times, may="appointment.pick", once=True),
    button("meet:later", APPOINTMENT, does=arranging.later, may="appointment.pick", once=True),
    button("meet:move", APPOINTMENT, does=arranging.move, may="appointment.change"),
    button("meet:off", APPOINTMENT, does=arranging.call_off, may="appointment.change", once=True),
    # families
    button(
        "consent",
        word(("yes", "no", "ask", *family.RELATIONS)),
        FAMILY,
        does=family.consents,
        may="consent.answer",
        once=True,
    ),
    button("withdraw", FAMILY, does=withdrawal.withdraw, may="consent.withdraw", once=True),
    button("resume", does=family.restart, may="lessons.choose", once=True),
    button("reader:end", row("carer"), does=readers.end, may="reader.end", once=True),
    button("reader:only", FAMILY, word(("on", "off")), does=readers.only_me, may="reader.only", once=True),
    button("household:for", HOME_OF, does=inviting.make, may="household.invite", once=True),
    button("household:agree", ENTRY, does=household.agree, may="household.join", once=True),
    button("household:decline", ENTRY, does=household.decline, may="household.join", once=True),
    button("household:leave", ENTRY, does=household.leave, may="household.leave", once=True),
    button("household:yes", ENTRY, does=inviting.yes, may="household.answer", once=True),
    button("household:no", ENTRY, does=inviting.no, may="household.answer", once=True),
    button("erase", FAMILY, does=own_data.take_erasure, may="data.erase", once=True),
    button("request", row("data_request"), does=requests.begin, may="data.answer", once=True),
    button("paper", FAMILY, does=paper_consent.begin, may="consent.paper", once=True),
    button("private:open", does=asked_lessons.open_private, may="lesson.open", once=True),
    button("pause", number(family.PAUSES), does=family.pause, may="lessons.choose", once=True),
    button("stopwhy", number(range(1, len(opt_out.REASONS) + 1)), does=opt_out.why, may="lessons.choose", once=True),
    button("day", WEEKDAY, does=preferences.ask_hour, may="lessons.choose", once=True),
    button("hour", number(preferences.HOURS), WEEKDAY, does=preferences.choose, may="lessons.choose", once=True),
    button("lang", NAME, does=preferences.choose_language, may="lessons.choose", once=True),
    button("lesson", NAME, ANSWER, does=lesson_answers.answer, may="lesson.answer", once=True),
    button("lesson", NAME, ANSWER, NAME, does=lesson_answers.answer, may="lesson.answer", once=True),
    # what a family asks
    button("known", word((*known.OF_CHILD, *known.OF_PREGNANCY)), SUBJECT, does=known.tell, may="known.tell"),
    button("signs", SUBJECT, does=danger_signs.show, may="signs.view"),
    button("signs:mother", CHILD, does=danger_signs.show_mother, may="signs.view"),
    button("tell", NAME, SUBJECT, does=offered_lessons.tell, may="lesson.ask"),
    button("ask:note", NOTE, does=passing_on.pass_on_note, may="question.ask", once=True),
    button("ask:person", does=passing_on.await_words, may="question.ask"),
    button("chart", CHILD, word(charts.BY_NAME), does=charts.show, may="chart.view"),
    button("chart:monthly", word(("on", "off")), does=_monthly, may="chart.monthly"),
    # referrals
    button("ref:accept", REFERRAL, does=alerts.accept, may="referral.handle", once=True),
    button("ref:seen", REFERRAL, does=examined.begin, may="referral.handle", once=True),
    button("ref:back", REFERRAL, does=closing.back, may="referral.handle", once=True),
    button("ref:close", REFERRAL, word(referral_words.ENDS), does=closing.close, may="referral.handle", once=True),
    # the same as a coordinator sees to them
    button("referral:page", PAGE, does=referrals.show_page, may="digest.view"),
    button("referral:push", REFERRAL, does=referrals.show_one, may="referral.see"),
    button("referral:remind", REFERRAL, does=referrals.remind, may="referral.push"),
    button("referral:hand", REFERRAL, does=referrals.choose, may="referral.push"),
    button("referral:to", REFERRAL, PERSON, does=referrals.hand, may="referral.push", once=True),
    button("referral:ask", REFERRAL, does=referrals.ask, may="referral.push"),
    button("referral:close", REFERRAL, does=referral_closing.ask_why, may="referral.push"),
    button("referral:why", REFERRAL, REASON, does=referral_closing.choose_why, may="referral.push", once=True),
    button("referral:when", REFERRAL, REASON, NAME, does=referral_closing.choose_when, may="referral.push", once=True),
    button("referral:reopen", REFERRAL, does=referral_closing.reopen, may="referral.reopen", once=True),
    button("got", REFERRAL, ARRIVED, does=closing.got_there, may="referral.arrival", once=True),
    button("why", REFERRAL, NOT_THERE, REASONS, does=closing.why, may="referral.arrival", once=True),
    # questions: who answers, who asked, who sees to it
    button("question:answer", QUESTION, does=answering.begin, may="question.answer"),
    button("question:send", QUESTION, LINE, does=answering.send_held, may="question.answer", once=True),
    button("question:drop", QUESTION, LINE, does=answering.drop_held, may="question.answer", once=True),
    button("question:pass", QUESTION, does=answering.pass_on, may="question.answer", once=True),
    button("question:close", QUESTION, does=answering.ask_why, may="question.answer"),
    button("question:end", QUESTION, ENDS, does=answering.end, may="question.answer", once=True),
    button("question:urgent", QUESTION, does=answering.ask_urgency, may="question.answer"),
    button("question:refer", QUESTION, URGENCY, does=answering.refer, may="question.answer", once=True),
    button("question:more", QUESTION, does=asking.write_on, may="question.write"),
    button("question:thanks", QUESTION, does=asking.end_with_thanks, may="question.write", once=True),
    button("question:remind", QUESTION, does=seeing_to.remind, may="question.remind"),
    button("question:next", QUESTION, does=seeing_to.pass_on, may="question.remind"),
    # letters of coordinators, and their answers
    button("write", PERSON, does=writing.begin, may="letter.write"),
    button("write", PERSON, SUBJECT, does=writing.begin_about, may="letter.write"),
    button("write:referral", PERSON, REFERRAL, does=writing.begin_referral, may="letter.write"),
    button("letter:answer", LETTER, does=writing.begin_answer, may="letter.answer"),
    button("remeasure", CHILD, does=remeasure.begin, may="child.measure"),
    button("test", row("alert_test"), does=alert_tests.received, may="alert_test.answer", once=True),
    button("duty:tonight", does=duty.tonight, may="duty.own", once=True),
    button("duty:end", does=duty.end, may="duty.own", once=True),
    button("duty:set", PERSON, does=duty.begin, may="duty.enter"),
    button("duty:other", does=duty.choose, may="duty.see"),
    # hand-over: leave, transfer, retirement; who comes next; ends
    button("handover:set", PERSON, does=stepping_back.begin, may="handover.enter"),
    button("handover:form", PERSON, does=stepping_back.open_form, may="handover.enter"),
    button("handover:pick", DRAFT, PERSON, does=stepping_back.pick, may="handover.draft", once=True),
    button("handover:card", ASSIGNMENT, does=handover_card.show, may="handover.view"),
    button("leave:end", row("leave"), does=stepping_back.end_leave, may="leave.end", once=True),
    button("assign:page", PAGE, does=proposals.show, may="assignment.list"),
    button("assign:all", NAME, does=proposals.accept_all, may="assignment.list", once=True),
    button("assign:one", ASSIGNMENT, does=proposals.show_one, may="assignment.accept"),
    button("assign:accept", ASSIGNMENT, does=proposals.accept, may="assignment.accept", once=True),
    button("assign:refuse", ASSIGNMENT, does=proposals.refuse, may="assignment.accept", once=True),
    button("assign:other", ASSIGNMENT, does=proposals.ask_other, may="assignment.accept"),
    button("assign:pick", ASSIGNMENT, PERSON, does=proposals.pick, may="assignment.accept", once=True),
    button("assign:end", ASSIGNMENT, does=ending.ask_why, may="assignment.end"),
    button("assign:why", ASSIGNMENT, WHY, does=ending.ask_next, may="assignment.end"),
    button("assign:to", ASSIGNMENT, WHY, PERSON, does=ending.hand_over, may="assignment.end", once=True),
    button("assign:close", ASSIGNMENT, WHY, does=ending.close, may="assignment.end", once=True),
    button("drafts:pass", ASSIGNMENT, does=ending.pass_drafts_on, may="assignment.end", once=True),
    button("role:end", row("person_role"), does=ending_roles.ask_when, may="role.end"),
    button("role:last", row("person_role"), word(ending_roles.LAST), does=ending_roles.end, may="role.end", once=True),
    # reviewing lessons
    button("review:sign", NAME, NAME, NAME, does=lesson_review.sign, may="lesson.review", once=True),
    button("review:change", NAME, NAME, NAME, does=lesson_review.want_change, may="lesson.review", once=True),
    button("cup:order", CHILD, does=cup_order.order, may="lesson.order", once=True),
    button("review:skip", NAME, NAME, does=lesson_review.skip, may="lesson.review", once=True),
    # news, by whoever may bring it
    button("news:who", SUBJECT, does=moved_or_refused.choose, may="news.loss", once=True),
    button(
        "news:moved",
        SUBJECT,
        does=lambda context, about: moved_or_refused.confirm(context, "moved", about),
        may="news.moved",
        once=True,
    ),
    button(
        "news:refused",
        SUBJECT,
        does=lambda context, about: moved_or_refused.confirm(context, "refused", about),
        may="news.moved",
        once=True,
    ),
    button(
        "news:yes", word(moved_or_refused.KINDS), SUBJECT, does=moved_or_refused.record, may="news.moved", once=True
    ),
    button("news:no", does=moved_or_refused.not_sure, may="news.moved", once=True),
    button("loss:who", SUBJECT, does=loss.confirm, may="news.loss", once=True),
    button("loss:yes", word(loss.KINDS), SUBJECT, does=loss.record, may="news.loss", once=True),
    button("loss:mother", SUBJECT, does=mother_death.confirm, may="news.loss", once=True),
    button("loss:yes:mother", SUBJECT, does=mother_death.record, may="news.loss", once=True),
    button("told:yes", TOLD, does=_is_true, may="ending.decide", once=True),
    button("told:no", TOLD, does=_is_not_true, may="ending.decide", once=True),
    button("loss:back", SUBJECT, does=deciding.ask_back, may="ending.back", once=True),
    button("loss:back:yes", SUBJECT, does=deciding.take_back, may="ending.back", once=True),
    button("loss:no", does=loss.not_so, may="news.loss.word", once=True),
    button("loss:other", does=loss.somebody_else, may="news.loss.word", once=True),
    button("birth", PREGNANCY, does=birth.begin, may="news.birth", once=True),
    button("birth:who", PREGNANCY, does=birth.begin, may="news.birth", once=True),
    button("birth:not", PREGNANCY, does=birth.not_yet, may="news.birth", once=True),
    button("birth:undo", PREGNANCY, does=birth.take_back, may="news.birth.undo", once=True),
    button("expecting", FAMILY, does=new_pregnancy.begin, may="news.pregnancy", once=True),
    button("expecting:due", FAMILY, does=new_pregnancy.mend, may="news.pregnancy", once=True),
    button("expecting:unknown", FAMILY, does=new_pregnancy.unknown, may="news.pregnancy", once=True),
    button("name", CHILD, does=naming.begin, may="child.name", once=True),
    # coordinators
    button("late", PAGE, does=late.show, may="digest.view"),
    button("late:one", PERSON, does=late.show_one, may="late.view"),
    button("late:one", PERSON, PAGE, does=late.show_one, may="late.view"),
    button("late:open", PERSON, PAGE, does=late.open_names, may="child.open"),
    button("adoption", PAGE, does=adoption.show, may="digest.view"),
    button("late:names", PAGE, does=late.show, may="digest.view"),  # of lists from before each could be opened
    button("digest:more", does=digest_details.show, may="digest.view"),
    button("digest:more", PAGE, does=digest_details.show, may="digest.view"),
    button("digest:file", does=digest_details.send_file, may="digest.view"),
    button("digest:time", does=digest_time.ask, may="digest.choose"),
    button("digest:days", does=digest_time.ask_days, may="digest.choose"),
    button("digest:at", number(digest_time.HOURS), does=digest_time.choose_hour, may="digest.choose", once=True),
    button("digest:on", word(DigestDays), does=digest_time.choose_days, may="digest.choose", once=True),
    button("areas:by", does=areas.choose_kind, may="digest.view"),
    button("areas", word(areas.KINDS), PAGE, does=areas.show_kind, may="digest.view"),
    button("looked", CHILD, PAGE, does=who_looked.show, may="audit.read"),
    button("export", word(Export), does=exporting.make, may="export.make"),
    button("code:for", PERSON, does=codes.offer, may="code.make", once=True),
    button("code:make", PERSON, does=codes.make, may="code.make", once=True),
    button("invite", word((invitations.NEW, invitations.LATE)), does=invitations.make, may="code.make", once=True),
    button("place:posyandu", row("posyandu"), does=places.show_posyandu, may="place.change"),
    button("place:health_centre", row("health_centre"), does=places.show_health_centre, may="place.change"),
    button("place:day", row("posyandu"), does=places.ask_day, may="place.change"),
    button("place:phone", row("health_centre"), does=places.ask_phone, may="place.change"),
    button("place:hours", row("health_centre"), does=places.ask_hours, may="place.change"),
    button("setting", word(CHANGEABLE), does=city_settings.ask, may="setting.change"),
    button("setting:back", word(CHANGEABLE), does=city_settings.back, may="setting.change", once=True),
    button("setting:lessons", does=city_settings.ask_lesson, may="setting.change"),
    button("setting:lesson", NAME, does=city_settings.show_lesson, may="setting.change"),
    button("setting:off", NAME, does=city_settings.switch_off, may="setting.change", once=True),
    button("setting:on", NAME, does=city_settings.switch_on, may="setting.change", once=True),
    button("area", AREA, does=area_card.open_area, may="area.open"),
    button("area:late", AREA, PAGE, does=area_card.show_late, may="area.remind"),
    button("area:remind", AREA, does=area_card.remind, may="area.remind"),
    button("area:referrals", AREA, does=area_card.show_referrals, may="area.remind"),
    button("person", PERSON, does=people_card.show, may="person.open"),
    button("person:number", PERSON, does=people_card.ask_number, may="person.number"),
    button("person:give", PERSON, does=people_card.ask_role, may="role.change"),
    button("remind:all", does=reminding.ask_all, may="asn.remind"),
    button("remind:all", DAY, does=reminding.remind_all, may="asn.remind", once=True),
    button("remind", PERSON, does=reminding.remind, may="asn.remind"),
    button("call", PERSON, does=calling.call, may="person.call"),
    button("aside", WAITS, does=putting_aside.ask, may="line.aside"),
    button("aside:why", WAITS, word(Why), does=putting_aside.choose, may="line.aside", once=True),
    button("aside:week", WAITS, does=putting_aside.keep_a_week, may="line.aside", once=True),
    button("aside:back", WAITS, does=putting_aside.take_back, may="line.aside", once=True),
    button("aside:list", PAGE, does=putting_aside.show, may="digest.view"),
    button("unassigned", PAGE, does=unassigned.show, may="assignment.list"),
    button("unassigned:one", VISITED, does=unassigned.show_one, may="unassigned.view"),
    button("team", PAGE, does=team.show, may="team.view"),
    button("team:remind", PERSON, does=team.remind, may="team.remind"),
    # the register, by a workbook or row by row
    button("announce:new", NAME, does=writing_announcements.begin, may="broadcast.write"),
    button("announce:send", BROADCAST, does=deciding_announcements.send, may="broadcast.write"),
    button("announce:later", BROADCAST, does=deciding_announcements.send_later, may="broadcast.write"),
    button("announce:change", BROADCAST, does=deciding_announcements.change, may="broadcast.write"),
    button("announce:drop", BROADCAST, does=deciding_announcements.drop, may="broadcast.write"),
    button("announce:yes", BROADCAST, does=deciding_announcements.agree, may="broadcast.approve"),
    button("announce:no", BROADCAST, does=deciding_announcements.refuse, may="broadcast.approve"),
    button("announce:stop", BROADCAST, does=deciding_announcements.stop, may="broadcast.stop"),
    button("announce:report", BROADCAST, does=deciding_announcements.report, may="broadcast.stop"),
    button("announce:list", does=deciding_announcements.show_sent, may="broadcast.stop"),
    button("news:on", does=news.accept, may="news.choose"),
    button("news:off", does=news.end, may="news.choose"),
    button("workbook:save", IMPORT, does=deciding_imports.save, may="workbook.decide", once=True),
    button(
        "workbook:as", IMPORT, ANSWERED, word(Answer), does=deciding_imports.answer, may="workbook.decide", once=True
    ),
    button("workbook:all", IMPORT, ANSWERED, does=deciding_imports.answer_all, may="workbook.decide", once=True),
    button("workbook:drop", IMPORT, does=deciding_imports.drop, may="workbook.decide", once=True),
    button("workbook:agree", IMPORT, does=deciding_imports.agree, may="workbook.agree", once=True),
    button("workbook:refuse", IMPORT, does=deciding_imports.refuse, may="workbook.agree", once=True),
    button("workbook:undo", IMPORT, does=deciding_imports.ask_undo, may="workbook.undo"),
    button("workbook:undo:yes", IMPORT, does=deciding_imports.undo, may="workbook.undo", once=True),
    button("workbook:template", does=receiving.send_template, may="workbook.send"),
)


def tap(context: Context, token: str) -> None:
    """Do what the button says. Raises NotValid where it is none of ours, or not for this person now."""
    if context.address.person is not None and (meant := tokens.read(token)):
        if people.only_lessons(context.address):
            raise NotValid(token)
        forms.tapped(context, meant)
        return
    found, arguments = read(token)
    context.settles = found.once
    if trust.is_closed(context, found.may):
        trust.refuse(context)
        return
    if not context.may(found.may):
        raise NotValid(token)
    if about := found.about(arguments):
        row = policy.row(context.session, *about)
        if row is None or not context.may(found.may, row):
            if found.may not in REFUSALS:
                raise NotValid(token)
            context.say(Message(REFUSALS[found.may].format(you=context.you), (forms.HOME,)))
            return
    digest_details.mark_older(context, token)
    found.act(context, *arguments)


def read(token: str) -> tuple[Button, list[Any]]:
    """The button with the values of its arguments. Raises NotValid for text that is no button's."""
    parts = parts_of(token)
    for one in BUTTONS:
        if (arguments := one.arguments(parts)) is not None:
            return one, arguments
    raise NotValid(token)
