"""A couple before and after its wedding is visited as a child is: by a sheet, with a day for the next visit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Wedding
from db.outbox import Kind, Outgoing
from db.referrals import Referral
from db.roles import Role
from db.states import CareState
from db.subjects import SubjectKind, subject
from db.visits import Visit
from programme import births, erasure
from programme.fosterings import fosterings
from programme.scopes import Scope
from reports.digest.digest import digest
from reports.invitations import codes
from scheduler import ladder
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, SECRET, TODAY

EVERY = people.city().programme.visits.every_days


class Couple:
    """Bu Wati and Pak Budi, who marry in two months and have agreed; Pak Anwar fosters their family."""

    def __init__(self, session: Session, *, agreed: bool = True):
        self.session = session
        self.family = people.family(session, "Wati Lestari", signed=False)
        self.family.posyandu_id = people.posyandu(session).id
        self.wedding: Wedding = people.wedding(session, self.family, TODAY + timedelta(days=60))
        if agreed:
            self.bride = people.carer(session, self.family, "Wati Lestari")
            self.groom = people.carer(session, self.family, "Budi Santoso", "ayah")
            self.aunt = people.carer(session, self.family, "Halima", "keluarga")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.family, TODAY - timedelta(days=40))
        self.cadre = people.health(session, "Wa Ode", "kader", scope="posyandu", scope_id=self.family.posyandu_id)
        session.commit()

    def asn(self) -> Chat:
        return chat_with(self.session, self.anwar)

    def reported(self, elsimil: str = "Berisiko (merah)", *, follow_up: str = "") -> str:
        chat = self.asn()
        chat.say("lapor")
        said = chat.fill(
            "Keduanya", elsimil, "Belum punya", "Tidak tiap hari", "Ada, di dalam rumah", "Bertanya folat ke bidan",
            "Selesai", "Tidak ada",
        )  # fmt: skip
        assert "Periksa dulu" in said
        if follow_up:
            chat.tap("Perbaiki")
            chat.tap("Tindak lanjut")
            chat.tap(follow_up)
        return chat.tap("Kirim")


@pytest.fixture
def couple(session: Session) -> Couple:
    return Couple(session)


def test_the_couple_stands_in_the_lists_of_who_fosters_its_family_and_is_due(couple: Couple) -> None:
    asn = couple.asn()
    assert "*Pasangan Bu Wati*" in asn.say("anak")
    assert "akan menikah" in asn.say("anak")
    assert "Pasangan Bu Wati" in asn.say("jadwal")
    [one] = fosterings(couple.session, TODAY, EVERY, [Scope(Role.ASN, couple.anwar.id)])
    assert (one.about, one.last, one.wedding) == (subject(couple.wedding), None, couple.wedding.day)
    assert one.due < TODAY
    finish(ladder.tick, couple.session, people.at(TODAY, "08:00"), people.city())
    [row] = couple.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.REMINDER)).all()
    assert "Pasangan Bu Wati" in str(row.message)
    couple.reported()
    seen = digest(
        couple.session, people.coordinator(couple.session), couple.asn().now + timedelta(hours=1), people.city()
    )
    assert seen
    assert (seen.visits.today, seen.visits.late) == (1, ())


def test_a_report_keeps_what_elsimil_says_and_undoing_it_takes_it_back(couple: Couple) -> None:
    said = couple.reported()
    for expected in ("tidak melarang menikah", "tablet tambah darah dan folat tiap hari", "asap rokok", "Kunjungan"):
        assert expected in said
    visit = couple.session.scalars(select(Visit)).one()
    assert (visit.wedding_id, visit.child_id, visit.pregnancy_id) == (couple.wedding.id, None, None)
    assert visit.answers["elsimil"] == "berisiko"
    assert couple.wedding.red
    [one] = fosterings(couple.session, TODAY, EVERY, [Scope(Role.ASN, couple.anwar.id)])
    assert (one.last, one.due) == (TODAY, TODAY + timedelta(days=EVERY))
    asn = couple.asn()
    assert "Keduanya" in asn.say("riwayat")
    assert "merah" not in asn.say("riwayat").casefold()
    asn.tap_token(f"undo:{visit.id}")
    assert not couple.wedding.red


def test_a_request_for_the_midwife_or_the_cadre_names_no_result(couple: Couple) -> None:
    assert "sedang kami sampaikan" in couple.reported(follow_up="Kader")
    referral = couple.session.scalars(select(Referral)).one()
    assert referral.family_id == couple.family.id
    to_others = select(Outgoing).where(Outgoing.person_id.in_((couple.cadre.id, couple.aunt.person_id)))
    told = "\n".join(str(row.message) for row in couple.session.scalars(to_others))
    assert "Wati" in told
    assert "lsimil" not in told
    assert "erisiko" not in told


def test_the_result_is_shown_to_bride_and_groom_and_to_no_third_person(couple: Couple) -> None:
    couple.reported()

    def file_of(carer_id: int) -> str:
        chat = chat_with(couple.session, next(
            one.person for one in (couple.bride, couple.groom, couple.aunt) if one.id == carer_id
        ))  # fmt: skip
        chat.say("berkas")
        attachment = chat.heard[0].attachment
        assert attachment
        return (chat.city.files / attachment.path).read_text(encoding="utf-8-sig")

    hers, his, aunts = (file_of(one.id) for one in (couple.bride, couple.groom, couple.aunt))
    assert "Berisiko (merah)" in hers
    assert "Berisiko (merah)" in his
    assert "Tablet tambah darah" in hers
    assert "Tablet tambah darah" not in his
    assert "Elsimil" not in aunts


def test_without_a_consent_nothing_of_their_health_is_asked(session: Session) -> None:
    couple = Couple(session, agreed=False)
    chat = couple.asn()
    assert "belum menyetujui" in chat.say("lapor")
    chat.fill("Keduanya")
    assert "Bantuan apa" in chat.heard[-1].text
    chat.fill("Tidak ada")
    assert "Elsimil" not in chat.heard[-1].text
    assert "Terima kasih" in chat.tap("Kirim")
    assert set(session.scalars(select(Visit)).one().answers).isdisjoint({"elsimil", "tablets", "folate", "agreed_on"})
    assert not couple.wedding.red
    assert "belum ada persetujuan" in chat.say("anak")


def test_pregnancy_and_birth_carry_the_assignment_on_and_nobody_is_late_at_once(couple: Couple) -> None:
    pregnancy = people.pregnancy(couple.session, couple.family, TODAY + timedelta(days=10), created_at=NOW)
    births.end_weddings(couple.session, couple.family, NOW)
    [one] = fosterings(couple.session, TODAY, EVERY)
    assert (one.about, one.due) == (subject(pregnancy), NOW.date() + timedelta(days=EVERY))
    mother = chat_with(couple.session, couple.bride.person)
    mother.tell_of_birth(pregnancy.id)
    [one] = fosterings(couple.session, TODAY, EVERY)
    assert one.about.kind is SubjectKind.CHILD
    assert one.asn_id == couple.anwar.id
    assert one.due >= TODAY


def test_a_couple_is_fostered_until_a_year_after_its_wedding(couple: Couple) -> None:
    for ago, here in ((365, 1), (366, 0)):
        couple.wedding.day = TODAY - timedelta(days=ago)
        couple.session.flush()
        assert len(fosterings(couple.session, TODAY, EVERY)) == here
    couple.wedding.day, couple.wedding.state = TODAY, CareState.CANCELLED
    couple.session.flush()
    assert not fosterings(couple.session, TODAY, EVERY)
    assert "tidak (lagi) ada" in couple.asn().tap_token(f"report:wedding:{couple.wedding.id}")


def test_a_couple_of_the_workbook_that_nobody_has_joined_gets_a_code_and_joins_by_it(session: Session) -> None:
    home = people.family(session, "Wati Lestari", signed=False)
    people.wedding(session, home, TODAY + timedelta(days=60))
    bride = people.person(session, "Wati Lestari", "family", reachable=False)
    people.carer(session, home, who=bride, joined_on=None, consents=False)
    [issued] = codes.issue(session, NOW, 30, SECRET, Role.FAMILY)
    assert (issued.key, issued.name) == (home.code, "Wati Lestari")
    session.commit()
    chat = stranger(session)
    chat.tap_token("join:code")
    chat.say(issued.code)
    chat.tap("Setuju")
    assert "Hari pernikahan" in chat.tap("Calon istri/istri")
    # and the groom joins by the code that she shares
    chat.say("ajak keluarga")
    assert "calon suami" in chat.heard[0].text


def test_who_is_forgotten_leaves_no_day_and_no_result(couple: Couple) -> None:
    couple.reported()
    erasure.forget(couple.session, couple.family, NOW)
    couple.session.expire_all()
    left = couple.session.scalars(select(Wedding)).one()
    assert (left.day.day, left.red, left.state) == (1, False, CareState.CANCELLED)
    assert couple.session.scalars(select(Visit)).one().facts == {}
