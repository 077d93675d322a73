from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.drafts import Draft
from db.measurements import Measurement
from db.outbox import ALERT, SENT, SKIPPED, Outgoing
from db.referrals import Referral
from db.visits import Aid, Visit, VisitRevision
from flow.message import Message
from tests import people
from tests.chat import Chat, chat_with

ROUTINE = ("Ibu", "Sehat", "Tidak", "Nasi", "Ikan", "Telur", "Selesai", "Belum ada", "Tidak ada")


@pytest.fixture
def anwar(session: Session) -> Chat:
    """Pak Anwar fosters Rafa, fourteen months old, visited once a month ago."""
    who = people.asn(session, "Anwar Hamid")
    rafa = people.child(session, people.family(session), "Rafa Pratama", people.TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=40))
    people.visit(session, who, rafa, people.TODAY - timedelta(days=35), answers={"house": ["air"]})
    return chat_with(session, who)


def report(chat: Chat, *labels: str) -> str:
    chat.say("lapor")
    for label in labels:
        chat.tap(label)
    return chat.tap("Kirim")


def newest(session: Session) -> Visit:
    return session.scalars(select(Visit).order_by(Visit.id.desc())).first()  # pyright: ignore[reportReturnType]


def test_a_routine_visit_takes_at_most_twelve_taps_and_no_typing(session: Session, anwar: Chat) -> None:
    anwar.say("menu")
    anwar.typed = 0
    anwar.tap("Lapor kunjungan")
    for label in ROUTINE:
        anwar.tap(label)
    assert "Terima kasih" in anwar.tap("Kirim")
    assert anwar.taps <= 12
    assert anwar.typed == 0
    visit = newest(session)
    assert visit.answers["food"] == ["pokok", "daging", "telur"]
    assert (visit.visited_on, visit.met, visit.next_on) == (people.TODAY, True, people.TODAY + timedelta(days=30))


def test_a_visit_with_a_measurement_takes_at_most_twenty_answers(session: Session, anwar: Chat) -> None:
    answers = 0
    anwar.say("lapor")
    for said in ("ibu", "sehat", "ya", "hari ini", "8,9", "75", "telentang", "13,1", "tidak", "saya sendiri",
                 "1, 2, 5, 6", "tidak ada", "1, 5", "pribadi"):  # fmt: skip
        anwar.say(said)
        answers += 1
    assert "Kirim" in anwar.labels, anwar.heard[-1].text
    answer = anwar.say("kirim")
    assert answers + 1 <= 20
    assert "sesuai umur" in answer
    row = session.scalars(select(Measurement)).one()
    assert (row.weight_kg, row.length_cm, row.muac_cm, row.kind, row.doubtful) == (8.9, 75, 13.1, "laporan", False)
    assert {aid.item for aid in session.scalars(select(Aid))} == {"telur", "beras"}


def test_a_first_visit_asks_about_home_and_rights_and_the_next_one_does_not(session: Session) -> None:
    who = people.asn(session, "Rahma", people.WOMAN)
    aisyah = people.child(session, people.family(session), "Aisyah", people.TODAY - timedelta(days=100))
    people.fosters(session, who, aisyah, people.TODAY)
    chat = chat_with(session, who)
    chat.say("lapor")
    for label in ("Ayah", "Sehat", "Tidak", "ASI saja", "Belum ada"):
        chat.tap(label)
    assert "di rumah Adik Aisyah" in chat.heard[-1].text
    for label in ("Air", "Selesai", "JKN", "Selesai", "Tidak ada", "Kirim"):
        chat.tap(label)
    chat.now += timedelta(days=30)
    chat.say("lapor")
    for label in ("Ayah", "Sehat", "Tidak", "ASI saja"):
        chat.tap(label)
    assert "rumah" not in "".join(message.text for message in chat.heard)


def test_danger_signs_alert_the_cadre_and_the_coordinator_at_once(session: Session, anwar: Chat) -> None:
    village = people.village(session)
    murni = people.person(session, "Murni", "health", title="kader", scope="kelurahan", scope_id=village.id)
    ratna = people.coordinator(session, "Ratna", "kelurahan", village.id)
    people.coordinator(session, "Kota", "kota", 0)
    session.commit()
    anwar.say("lapor")
    for label in ("Ibu", "Ada tanda bahaya", "Kejang", "Selesai", "Tidak ada", "Tidak", "Tidak ada", "Belum ada",
                  "Tidak ada", "Tidak perlu"):  # fmt: skip
        anwar.tap(label)
    answer = anwar.tap("Kirim")
    assert "sekarang juga" in answer
    assert "kader dan koordinator" in answer
    alerts = session.scalars(select(Outgoing).where(Outgoing.lane == ALERT)).all()
    assert {alert.person_id for alert in alerts} == {murni.id, ratna.id}
    message = Message.from_json(alerts[0].message)
    assert "Kejang" in message.text
    assert "Adik Rafa" in message.text
    assert [option.label for option in message.options] == ["Saya tangani", "Sudah diperiksa"]


def test_a_danger_sign_that_was_reported_by_mistake_is_taken_back_with_a_word_to_those_who_were_told(
    session: Session, anwar: Chat
) -> None:
    murni = people.person(
        session, "Murni", "health", title="kader", scope="kelurahan", scope_id=people.village(session).id
    )
    session.commit()
    report(anwar, "Ibu", "Ada tanda bahaya", "Kejang", "Selesai", "Tidak ada", "Tidak", "Tidak ada", "Belum ada",
           "Tidak ada", "Tidak perlu")  # fmt: skip
    session.scalars(select(Outgoing).where(Outgoing.kind == "alert")).one().state = SENT
    anwar.tap("Batalkan laporan")
    assert session.scalars(select(Referral)).one().closed_at
    texts = [
        Message.from_json(row.message).text
        for row in session.scalars(select(Outgoing).where(Outgoing.person_id == murni.id).order_by(Outgoing.id))
    ]
    assert len(texts) == 2
    assert "ditarik kembali" in texts[1]


def test_a_child_without_a_date_of_birth_is_asked_about_the_signs_of_a_child(session: Session) -> None:
    who = people.asn(session, "Rahma", people.WOMAN)
    people.fosters(session, who, people.child(session, people.family(session), "Aisyah"), people.TODAY)
    chat = chat_with(session, who)
    for said in ("lapor", "ibu", "ada tanda bahaya"):
        chat.say(said)
    assert {"☐ Kejang", "☐ Sesak, dada tertarik", "☐ Napas cepat, tanpa sesak"} <= set(chat.labels)
    assert not {"☐ Pusar merah sedikit", "☐ Merintih"} & set(chat.labels)


def test_a_measurement_before_the_day_of_birth_is_refused(session: Session) -> None:
    who = people.asn(session, "Rahma", people.WOMAN)
    newborn = people.child(session, people.family(session), "Aisyah", people.TODAY - timedelta(days=5))
    people.fosters(session, who, newborn, people.TODAY)
    chat = chat_with(session, who)
    for said in ("lapor", "ibu", "sehat", "baik", "ya"):
        chat.say(said)
    assert "tidak boleh sebelum" in chat.say("20/2")
    assert "berat" in chat.say("28/2")


def test_nobody_is_said_to_be_told_when_nobody_could_be(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    for label in ("Ibu", "Ada tanda bahaya", "Kejang", "Selesai", "Tidak ada", "Tidak", "Tidak ada", "Belum ada",
                  "Tidak ada", "Tidak perlu"):  # fmt: skip
        anwar.tap(label)
    assert "Telepon nomor di atas sekarang" in anwar.tap("Kirim")
    assert session.scalars(select(Referral)).one().closed_at is None


def test_a_measurement_that_cannot_wait_opens_a_referral_without_a_diagnosis(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    for said in ("ibu", "sehat", "ya", "hari ini", "6,9", "75", "telentang", "11,2", "tidak", "kader", "tidak ada",
                 "tidak ada", "tidak ada"):  # fmt: skip
        anwar.say(said)
    answer = anwar.tap("Kirim")
    assert "perlu dipastikan puskesmas" in answer.casefold()
    assert "stunting" not in answer
    assert "gizi buruk" not in answer
    assert "LiLA di bawah 11,5 cm" in session.scalars(select(Referral)).one().signs


def test_a_report_can_be_taken_back_for_ten_minutes_and_nothing_of_it_counts(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    for said in ("ibu", "sehat", "ya", "hari ini", "8,9", "75", "telentang", "lewati", "tidak", "kader", "tidak ada",
                 "tidak ada", "1", "pribadi", "kirim"):  # fmt: skip
        anwar.say(said)
    visit = newest(session)
    assert "dibatalkan" in anwar.tap("Batalkan laporan")
    assert visit.undone_at
    assert session.scalars(select(Measurement)).one().withdrawn_at
    assert session.scalar(select(func.count()).select_from(Aid)) == 0
    assert "sudah dibatalkan" in anwar.tap("Batalkan laporan")


def test_after_ten_minutes_a_report_can_only_be_corrected(session: Session, anwar: Chat) -> None:
    report(anwar, *ROUTINE)
    anwar.now += timedelta(minutes=11)
    assert "diperbaiki" in anwar.tap("Batalkan laporan")
    assert newest(session).undone_at is None
    anwar.tap("Perbaiki laporan")
    anwar.tap("Perbaiki")
    anwar.tap("Bertemu dengan")
    anwar.tap("Ayah")
    assert "Perbaikan tersimpan" in anwar.tap("Kirim")
    visit = newest(session)
    assert visit.answers["whom"] == "ayah"
    assert visit.corrected_at
    assert session.scalars(select(VisitRevision)).one().answers["whom"] == "ibu"
    assert session.scalar(select(func.count()).select_from(Visit)) == 2  # the one of last month, and this one


def test_the_same_visit_twice_is_noticed_and_asked_about(session: Session, anwar: Chat) -> None:
    report(anwar, *ROUTINE)
    again = ("Ibu", "Sehat", "Tidak", "Tidak ada", "Belum ada", "Tidak ada")
    assert "kunjungan lain" in report(anwar, *again)
    assert session.scalar(select(func.count()).select_from(Visit)) == 2
    assert "Terima kasih" in anwar.tap("Ya, kunjungan lain")
    assert session.scalar(select(func.count()).select_from(Visit)) == 3


def test_drafts_wait_one_a_child_and_survive(session: Session) -> None:
    who = people.asn(session, "Rahma", people.WOMAN)
    home = people.family(session)
    for name in ("Aisyah", "Bayu"):
        people.child(session, home, name, people.TODAY - timedelta(days=400))
    people.fosters(session, who, home, people.TODAY)
    chat = chat_with(session, who)
    chat.say("lapor")
    chat.tap("Adik Aisyah")
    chat.tap("Ibu")
    chat.say("/lapor")
    chat.tap("Adik Bayu")
    chat.tap("Ayah")
    assert session.scalar(select(func.count()).select_from(Draft)) == 2
    chat.say("simpan dulu")
    assert "Yang mana" in chat.say("lanjut")
    assert "kesehatan Adik Aisyah" in chat.tap("Kunjungan Adik Aisyah")


def test_a_draft_survives_a_change_of_the_form(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    anwar.tap("Ibu")
    draft = session.scalars(select(Draft)).one()
    draft.facts = {"today": draft.facts["today"]}  # as an older form had printed it
    session.commit()
    assert "Adik Rafa" in anwar.tap("Sehat")


def test_a_button_of_a_report_that_was_sent_changes_nothing_and_says_so(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    old = anwar.button("Ayah")
    for label in ROUTINE:
        anwar.tap(label)
    anwar.tap("Kirim")
    assert "sudah dikirim" in anwar.tap_token(old.token)
    assert newest(session).answers["whom"] == "ibu"


def test_a_child_that_is_not_ones_own_cannot_be_reported_or_seen(session: Session, anwar: Chat) -> None:
    other = people.child(session, people.family(session, "Ani"), "Zahra", people.TODAY - timedelta(days=300))
    session.commit()
    assert "tidak (lagi)" in anwar.tap_token(f"report:child:{other.id}")
    assert "Zahra" not in anwar.say("anak")


def test_when_the_assignment_has_ended_the_asn_no_longer_sees_the_child(session: Session) -> None:
    who = people.asn(session, "Anwar Hamid")
    rafa = people.child(session, people.family(session), "Rafa", people.TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=40), ends=people.TODAY - timedelta(days=1))
    chat = chat_with(session, who)
    assert "Belum ada anak asuh" in chat.say("anak")


FORGED = [
    "", "f", "f.1.a", "f.99999.whom.1", "undo:x", "undo:99999", "late:0", "ref:accept:1", "menu:nothing",
    "report:child:", "page:anak:-5", "consent:yes:1", "x" * 64,
]  # fmt: skip


@pytest.mark.parametrize("token", FORGED)
def test_a_forged_button_changes_nothing_and_is_answered_kindly(session: Session, anwar: Chat, token: str) -> None:
    answer = anwar.tap_token(token)
    assert answer
    assert "Traceback" not in answer
    assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_more_children_than_fit_are_paged_worst_first(session: Session) -> None:
    who = people.asn(session, "Rahma", people.WOMAN)
    for number in range(7):
        child = people.child(session, people.family(session), f"Anak{number}", people.TODAY - timedelta(days=400))
        people.fosters(session, who, child, people.TODAY - timedelta(days=30 + number))
    chat = chat_with(session, who)
    first = chat.say("anak")
    assert first.index("Anak6") < first.index("Anak5") < first.index("Anak2")
    assert "Anak1" not in first
    assert "Anak0" in chat.tap("Berikutnya")
    assert "Anak6" in chat.tap("« Sebelumnya")


def test_photos_are_not_asked_for_while_the_city_does_not_allow_them(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    for label in ROUTINE:
        anwar.tap(label)
    assert not [label for label in anwar.labels if "Foto" in label]
    anwar.tap("+ Lokasi")
    assert anwar.heard[-1].wants == "place"
    assert "terkirim" in anwar.share_place()


def test_every_report_leaves_a_line_in_the_audit(session: Session, anwar: Chat) -> None:
    report(anwar, *ROUTINE)
    actions = session.scalars(select(Audit.action)).all()
    assert "sheet.open" in actions
    assert "visit.submit" in actions


def test_blocking_the_bot_stops_what_was_planned(session: Session, anwar: Chat) -> None:
    anwar.say("menu")
    anwar._send(reachable=False)
    assert not session.scalars(select(Outgoing).where(Outgoing.state != SKIPPED)).all()


def test_a_review_that_was_sent_is_marked_as_sent_and_one_that_is_held_back_is_not(anwar: Chat) -> None:
    anwar.say("lapor")
    for label in ROUTINE:
        anwar.tap(label)
    assert "Baru terkirim sesudah *Kirim* diketuk." in anwar.heard[-1].text
    anwar.tap("Kirim")
    [receipt] = anwar.heard
    assert receipt.closes == "m1"
    assert receipt.closing.splitlines()[1] == "✅ *Sudah dikirim.*"
    assert "• Bertemu dengan: *Ibu*" in receipt.closing
    assert "Apakah ini kunjungan lain?" in report(anwar, *ROUTINE)
    assert (anwar.heard[-1].closes, anwar.heard[-1].closing) == (None, "")


def test_an_answer_is_opened_from_the_review_by_its_name(session: Session, anwar: Chat) -> None:
    anwar.say("lapor")
    for label in ROUTINE:
        anwar.tap(label)
    assert "Apa yang ingin dicatat?" in anwar.say("catatan")
    anwar.say("Rumahnya pindah ke belakang masjid.")
    assert "Kapan berkunjung ke rumah Adik Rafa?" in anwar.say("ubah tanggal")
    anwar.say("kemarin")
    assert "Sudah betul? Ketuk *Kirim*." in anwar.say("sip")
    assert "Tersimpan" in anwar.tap("Nanti")
    assert "Catatan: *Rumahnya pindah" in anwar.say("lanjut")
    anwar.tap("Kirim")
    assert newest(session).visited_on == people.TODAY - timedelta(days=1)
