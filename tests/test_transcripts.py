"""Conversations as plain text: tests/transcripts/*.txt are played, and what is answered must be what stands there.

They are played on Telegram and on WhatsApp, where the words are the same. One thing is not said there: a question
with several answers is not drawn anew with every mark, so what was answered to a mark is passed over.

A line "> lapor" writes, "> [Ibu]" taps, "> (foto)", "> (lokasi)", "> (stiker)" send one, "> (balas) ya" replies to the
newest message of a question, "> (berkas 3 anak)" sends a workbook with three new children. "# who:" again goes over to
another phone, "# comes: moved" shows what came by itself, by its kind, "# reads: question" the newest of them that came
to this phone, whose buttons can be tapped then, "# clock: introductions 09:40" looks at what is due then,
"# clock: promises 07:20 +1" tomorrow, "# leaves: announcement 280" lets so many of them leave; a code that was made up
stands there as KODE.
``ASUH_SAVE_TRANSCRIPTS=1 uv run pytest tests/test_transcripts.py`` writes the answers down anew; read the difference
before committing it.
"""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.whatsapp.render import payloads
from db.children import Child
from db.outbox import PLANNED, SENT, SKIPPED, Kind, Outgoing
from db.people import Address, AddressState, Person, PersonRole
from flow.message import Message
from programme import lesson_search
from scheduler import ladder, lapse
from scheduler import referral_escalation as climbing
from scheduler.clock import TICKS
from scheduler.looks import finish
from tests import people, workbooks
from tests.bot.whatsapp import reading
from tests.chat import Chat, chat_with, shown, stranger
from tests.leaving import leave
from tests.rows import sent
from tests.stuck import Stuck

FOLDER = Path(__file__).parent / "transcripts"
FILE = re.compile(r"\(berkas (\d+) anak\)")
SAVE = bool(os.environ.get("ASUH_SAVE_TRANSCRIPTS"))
CODE = re.compile(r"\b(?!KDR7-MX4Q)[A-Z2-9]{4}-[A-Z2-9]{4}\b")  # but for the example everybody is shown


def anwar(session: Session) -> Chat:
    """Pak Anwar fosters Rafa (fourteen months), visited a month ago."""
    who = people.asn(session, "Anwar Hamid")
    home = people.family(session)
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=430), code="A-31")
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=40))
    people.visit(session, who, rafa, people.TODAY - timedelta(days=35), answers={"house": ["air"]})
    people.measured(session, rafa, people.TODAY - timedelta(days=33), 8.1, 74.0, kind="laporan", position="telentang")
    return chat_with(session, who)


def anwar_dua_rafa(session: Session) -> Chat:
    """Pak Anwar fosters a second Rafa too, of Bu Wati, whose posyandu has the cadre Bu Hasna."""
    chat = anwar(session)
    home = people.family(session, "Wati Lestari")
    home.posyandu_id = people.posyandu(session).id
    rafa = people.child(session, home, "Rafa Saputra", people.TODAY - timedelta(days=640), code="A-32")
    who = session.scalars(select(Person).where(Person.name == "Anwar Hamid")).one()
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=20))
    people.carer(session, home, "Wati Lestari")
    people.measured(session, rafa, people.TODAY - timedelta(days=20), 9.1, 79.0)
    people.health(session, "Hasna", "kader", scope="posyandu", scope_id=home.posyandu_id, sex="P")
    session.commit()
    return chat


def ratna_melihat(session: Session) -> Chat:
    """Bu Ratna coordinates the city, where Bu Rahma has joined and her family has not."""
    rahma(session)
    people.village(session, "Baruga", "Baruga")
    return chat_with(session, people.coordinator(session, sex="P"))


def rahma(session: Session) -> Chat:
    """Bu Rahma fosters two children and a pregnant mother, thirty weeks on."""
    who = people.asn(session, "Rahma Yusuf", people.WOMAN)
    home = people.family(session, "Wa Ode Fitri")
    home.code = "KK-77"
    for name, days, code in (("Aisyah", 300, "A-40"), ("Bayu", 700, "A-41")):
        child = people.child(session, home, name, people.TODAY - timedelta(days=days), code=code)
        people.visit(session, who, child, people.TODAY - timedelta(days=20), answers={"house": []})
    people.pregnancy(session, home, people.TODAY + timedelta(weeks=10))
    people.fosters(session, who, home, people.TODAY - timedelta(days=100))
    return chat_with(session, who)


def sari(session: Session) -> Chat:
    """Bu Sari, whose Rafa is eight months old, has been invited and has used her code."""
    home = people.family(session)
    people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=250))
    who = people.person(session, "Sari Rahmawati", "family", reachable=False, phone="+6281255500031")
    people.carer(session, home, who=who, joined_on=None, consents=False)
    return chat_with(session, who)


def _mandonga(session: Session) -> None:
    """Rafa, whom Pak Anwar fosters, and his mother Bu Sari, who was invited and has not joined; Posyandu Melati 1."""
    home = people.village(session)
    family = people.family(session, where=home)
    family.code, family.posyandu_id = "KK-31", people.posyandu(session, where=home).id
    rafa = people.child(session, family, "Rafa Pratama", people.TODAY - timedelta(days=430), code="A-31")
    people.carer(session, family, joined_on=None, consents=False, reachable=False)
    people.fosters(session, people.asn(session, "Anwar Hamid"), rafa, people.TODAY - timedelta(days=40))


def rudi_lurah(session: Session) -> Chat:
    """Pak Rudi coordinates Kelurahan Mandonga."""
    _mandonga(session)
    who = people.coordinator(session, "Rudi", "kelurahan", people.village(session).id, sex="L")
    return chat_with(session, who)


def ratna_kota(session: Session) -> Chat:
    """Bu Ratna coordinates the city."""
    _mandonga(session)
    return chat_with(session, people.coordinator(session, sex="P"))


def rudi_jam_lima(session: Session) -> Chat:
    """Pak Rudi coordinates Kelurahan Mandonga, where four are late at five in the afternoon: Pak Anwar has retired, Pak
    Usman has lost his phone, and nobody fosters Bima."""
    rafa = people.child(session, people.family(session), "Rafa", code="A-31")
    for name, days, child in (
        ("Anwar Hamid", 52, rafa),
        ("Rahma Yusuf", 40, None),
        ("Usman", 38, None),
        ("Jalil", 35, None),
    ):
        sex = people.WOMAN if name == "Rahma Yusuf" else people.MAN
        who = people.asn(session, name, sex, phone="+6281255500012" if name == "Usman" else None)
        one = child or people.child(
            session,
            people.family(session),
            {"Rahma Yusuf": "Sinta", "Usman": "Tono"}.get(name, "Umar"),
            code=f"A-{days}",
        )
        people.fosters(session, who, one, people.TODAY - timedelta(days=days))
        if name == "Usman":
            session.scalars(select(Address).where(Address.person_id == who.id)).one().state = AddressState.GONE
    people.child(session, people.family(session, "Wati"), "Bima", code="A-32")
    where = people.village(session).id
    return chat_with(
        session, people.coordinator(session, "Rudi", "kelurahan", where, sex="L"), people.at(people.TODAY, "17:04")
    )


def ratna_senin(session: Session) -> Chat:
    """Bu Ratna, who was told on Monday that Pak Anwar's office has had no visits."""
    chat = ratna_kota(session)
    finish(lapse.tick, session, people.at(people.TODAY - timedelta(days=2), "08:30"), people.city())
    chat.seen(_came(session, "lapse")[-1])
    return chat


def newcomer(session: Session) -> Chat:
    """Somebody nobody knows; the city has three kelurahan."""
    for name in ("Mandonga", "Mataiwoi", "Poasia"):
        people.village(session, name)
    session.commit()
    return stranger(session)


def murni(session: Session) -> Chat:
    """Bu Murni, cadre, with one danger sign waiting."""
    home = people.family(session)
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=430), code="A-31")
    who = people.person(
        session, "Murni", "health", reachable=False, sex="P", title="kader", scope="kelurahan", scope_id=home.village_id
    )
    people.referral(session, rafa, people.NOW, "Kejang")
    return chat_with(session, who)


def murni_bidan(session: Session) -> Chat:
    """Bu Murni, midwife, with Rafa waiting, whom Pak Anwar has reported and who was weighed a month ago."""
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=430), code="A-31")
    people.measured(session, rafa, people.TODAY - timedelta(days=30), 8.1, 73.5, position="telentang")
    visit = people.visit(session, people.asn(session, "Anwar Hamid"), rafa, people.TODAY)
    people.referral(session, rafa, people.NOW, "LiLA di bawah 11,5 cm", visit_id=visit.id)
    return chat_with(session, people.health(session, reachable=False, sex="P"))


def sari_sedia(session: Session) -> Chat:
    """Bu Sari, mother of Rafa, who has consented and gets lessons."""
    home = people.family(session)
    people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=250), code="A-31")
    return chat_with(session, people.carer(session, home, reachable=False).person)


def sari_dan_rafa(session: Session) -> Chat:
    """Bu Sari asks about her Rafa of four months, who was weighed, and whose puskesmas has a number."""
    home = people.family(session)
    home.health_centre_id = people.health_centre(session, phone="0401-3121234", hours="Senin-Kamis 08.00-14.00").id
    home.posyandu_id = people.posyandu(session).id
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=130), code="A-31")
    people.measured(session, rafa, people.TODAY - timedelta(days=20), 5.9, 61.5)
    people.measured(session, rafa, people.TODAY - timedelta(days=3), 6.2, None, kind="laporan")
    people.fosters(session, people.asn(session, "Anwar Hamid"), rafa, people.TODAY)
    lesson_search.fill(session, people.city().library)
    return chat_with(session, people.carer(session, home, reachable=False).person)


def newcomer_dekat_bidan(session: Session) -> Chat:
    """Somebody nobody knows, where a cadre can be reached."""
    chat = newcomer(session)
    place = people.village(session)
    people.health(session, "Wa Ode", "kader", scope="kelurahan", scope_id=place.id)
    session.commit()
    return chat


def sari_bernomor(session: Session) -> Chat:
    """Bu Sari, whose number is known."""
    chat = sari_sedia(session)
    session.scalars(select(Person)).one().phone = "+6281255500031"
    session.commit()
    return chat


def sari_ditanya(session: Session) -> Chat:
    """Bu Sari is asked whether Rafa was seen."""
    chat = sari_sedia(session)
    rafa = session.scalars(select(Child)).one()
    rafa.family.health_centre_id = people.health_centre(session).id
    people.health(session)
    referral = people.referral(session, rafa, people.NOW - timedelta(days=2), "Kejang")
    finish(climbing.tick, session, people.NOW, people.city())
    row = session.scalars(select(Outgoing).where(Outgoing.key.endswith(":asked"))).one()
    chat.seen(Message.from_json(row.message))
    session.commit()
    assert referral.closed_at is None
    return chat


def sari_hamil(session: Session) -> Chat:
    """Bu Sari is three days past her HPL; Pak Amir has joined too, and Bu Murni is her midwife."""
    home = people.family(session)
    home.code, home.health_centre_id = "KK-31", people.health_centre(session).id
    people.pregnancy(session, home, people.TODAY - timedelta(days=3))
    people.carer(session, home, "Amir Hamzah", "ayah")
    people.health(session)
    return chat_with(session, people.carer(session, home, reachable=False).person)


def murni_menunggu(session: Session) -> Chat:
    """Bu Murni, midwife, with two pregnant mothers at her puskesmas."""
    for mother, code, days in (("Sari Rahmawati", "KK-31", -5), ("Wa Ode Fitri", "KK-77", 60)):
        home = people.family(session, mother)
        home.code, home.health_centre_id = code, people.health_centre(session).id
        people.pregnancy(session, home, people.TODAY + timedelta(days=days))
        people.carer(session, home, mother)
    return chat_with(session, people.health(session, reachable=False))


def sari_dijaga(session: Session) -> Chat:
    """Bu Sari, mother of Rafa, with the midwife Bu Murni and the coordinator Bu Ratna."""
    chat = sari_bernomor(session)
    session.scalars(select(Child)).one().family.health_centre_id = people.health_centre(session).id
    people.health(session)
    people.coordinator(session)
    session.commit()
    return chat


def sari_hamil_dijaga(session: Session) -> Chat:
    """Bu Sari, three days past her HPL, with Bu Ratna who coordinates too."""
    people.coordinator(session)
    chat = sari_hamil(session)
    who = session.scalars(select(Person).where(Person.name == "Sari Rahmawati")).one()
    who.phone = "+6281255500031"
    session.commit()
    return chat


def orang_asing(session: Session) -> Chat:
    """Somebody nobody knows, in a city that Bu Ratna coordinates."""
    people.coordinator(session)
    session.commit()
    return stranger(session)


def anwar_bayi(session: Session) -> Chat:
    """Pak Anwar fosters Rafa, who is five days old; Bu Murni is the midwife."""
    who, home = people.asn(session, "Anwar Hamid"), people.family(session)
    home.health_centre_id = people.health_centre(session).id
    birth = people.pregnancy(session, home, people.TODAY - timedelta(days=5), state="lahir")
    rafa = people.child(session, home, "Rafa Pratama", birth.due, code="A-31", pregnancy_id=birth.id)
    people.fosters(session, who, rafa, people.TODAY)
    people.health(session)
    return chat_with(session, who)


def anwar_pasangan(session: Session) -> Chat:
    """Pak Anwar fosters Bu Wati and Pak Budi, who have agreed and marry in two months."""
    who, home = people.asn(session, "Anwar Hamid"), people.family(session, "Wati Lestari")
    home.code = "KK-90"
    people.wedding(session, home, people.TODAY + timedelta(days=60))
    people.carer(session, home, "Wati Lestari")
    people.fosters(session, who, home, people.TODAY - timedelta(days=20))
    return chat_with(session, who)


def sari_bertanya(session: Session) -> Chat:
    """Bu Sari, mother of Rafa, whose posyandu has the cadre Bu Wati and whose puskesmas has the midwife Bu Murni."""
    chat = sari_sedia(session)
    home = session.scalars(select(Child)).one().family
    post = people.posyandu(session)
    home.posyandu_id, home.health_centre_id = post.id, people.health_centre(session).id
    people.health(session, "Wati", "kader", reachable=False, scope="posyandu", scope_id=post.id)
    people.health(session, reachable=False)
    session.commit()
    return chat


def wati_menjawab(session: Session) -> Chat:
    """Bu Wati, the cadre of ``sari_bertanya``."""
    return chat_with(session, session.scalars(select(Person).where(Person.name == "Wati")).one())


def murni_menjawab(session: Session) -> Chat:
    """Bu Murni, the midwife of ``sari_bertanya``."""
    return chat_with(session, session.scalars(select(Person).where(Person.name == "Murni")).one())


def anwar_dan_penerus(session: Session) -> Chat:
    """Pak Anwar of ``anwar``, whose Bu Sari has joined; Bu Rahma fosters Siti, three wait, Pak Rudi coordinates."""
    chat = anwar(session)
    rafa = session.scalars(select(Child)).one()
    people.carer(session, rafa.family, reachable=False)
    who = people.asn(session, "Rahma Yusuf", people.WOMAN, office_name="Dinas PU", reachable=False)
    home = people.family(session, "Wati Lestari")
    siti = people.child(session, home, "Siti", people.TODAY - timedelta(days=200), code="A-32")
    people.child(session, home, "Dewi", people.TODAY - timedelta(days=900), code="A-33")
    people.child(session, home, "Eka", people.TODAY - timedelta(days=600), code="A-34")
    people.child(session, home, "Fajar", people.TODAY - timedelta(days=400), code="A-35")
    people.fosters(session, who, siti, people.TODAY - timedelta(days=40))
    people.coordinator(session, "Rudi Hartono", "kelurahan", home.village_id, sex="L", reachable=False)
    session.commit()
    return chat


def rudi_dan_rujukan(session: Session) -> Chat:
    """Pak Rudi coordinates the kelurahan of Rafa, whose referral nobody has taken on for nine days (``Stuck``)."""
    town = Stuck(session)
    return town.chat(town.rudi)


def of_name(name: str) -> Callable[[Session], Chat]:
    """Somebody who is there already."""

    def found(session: Session) -> Chat:
        return chat_with(session, session.scalars(select(Person).where(Person.name == name)).one())

    return found


def sari_dan_anwar(session: Session) -> Chat:
    """Bu Sari has agreed; Pak Anwar fosters her Rafa since Friday and was never there. Bu Wati is the cadre."""
    home = people.family(session)
    home.posyandu_id = people.posyandu(session).id
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=250), code="A-31")
    people.health(
        session, "Wati", "kader", sex="P", phone="+6281255500077", scope="posyandu", scope_id=home.posyandu_id
    )
    who = people.asn(session, phone="+6281255500011", reachable=False)
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=5))
    return chat_with(session, people.carer(session, home, reachable=False, phone="+6281255500031").person)


def anwar_dan_sari(session: Session) -> Chat:
    """The Pak Anwar of ``sari_dan_anwar``."""
    return chat_with(session, session.scalars(select(Person).where(Person.name == "Anwar Hamid")).one())


def anwar_terlambat(session: Session) -> Chat:
    """Pak Anwar is late with Kayla and Rafa, whom he visited in January; of neither health may be recorded."""
    who = people.asn(session, "Anwar Hamid")
    for name, mother, ago in (("Kayla Putri", "Wati Lestari", 42), ("Rafa Pratama", "Sari Rahmawati", 37)):
        home = people.family(session, mother, signed=False)
        child = people.child(session, home, name, people.TODAY - timedelta(days=430), code=f"A-{ago}")
        people.fosters(session, who, child, people.TODAY - timedelta(days=100))
        people.visit(session, who, child, people.TODAY - timedelta(days=ago))
    return chat_with(session, who)


def anwar_dua_bulan(session: Session) -> Chat:
    """Pak Anwar has visited Rafa in January and in February."""
    who = people.asn(session, "Anwar Hamid")
    rafa = people.child(session, people.family(session, signed=False), "Rafa Pratama", code="A-31")
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=70))
    for ago in (58, 28):
        people.visit(session, who, rafa, people.TODAY - timedelta(days=ago))
    return chat_with(session, who)


def ratna(session: Session) -> Chat:
    """Bu Ratna coordinates the city, and so does Bu Nur; the city has Kel. Mandonga and Kel. Korumba."""
    for name in ("Mandonga", "Korumba"):
        people.village(session, name)
    home = people.family(session)
    home.code = "KEL-0001"
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=430), code="ANAK-0001")
    people.fosters(session, people.asn(session, "Anwar Hamid"), rafa, people.TODAY)
    people.asn(session, "Rahma Yusuf", people.WOMAN).nip = "199002142022212003"
    people.health_centre(session)
    people.coordinator(session, "Nur Aini", reachable=False, sex="P")
    return chat_with(session, people.coordinator(session, reachable=False, sex="P"))


def nur(session: Session) -> Chat:
    """Bu Nur, the other coordinator of ``ratna``."""
    return chat_with(session, session.scalars(select(Person).where(Person.name == "Nur Aini")).one())


def _silent(session: Session, days: int) -> Person:
    """Rafa waits for Pak Anwar so many days too long, Nisa for Bu Rina two days less; a look at the ladder every day
    before today. Returns Bu Ida, their superior, who fosters nobody.
    """
    ida = people.asn(session, "Ida Ayu", people.WOMAN)
    people.coordinator(session, "Budi", "opd", people.office(session).id, sex="L")
    for name, child, sex, late in (("Anwar Hamid", "Rafa", people.MAN, days), ("Rina", "Nisa", people.WOMAN, days - 2)):
        who = people.asn(session, name, sex, superior_id=ida.id)
        fostered = people.child(session, people.family(session, f"Ibu {child}"), child, code=f"A-{len(child) + late}")
        people.fosters(session, who, fostered, people.TODAY - timedelta(days=30 + late))
    for ago in range(days, 0, -1):
        finish(ladder.tick, session, people.at(people.TODAY - timedelta(days=ago)), people.city())
        session.execute(update(Outgoing).where(Outgoing.state == PLANNED).values(state=SENT))
    session.commit()
    return ida


def ida(session: Session) -> Chat:
    """Bu Ida, superior of Pak Anwar and Bu Rina, on the day on which Rafa's visit comes to her step."""
    return chat_with(session, _silent(session, 14))


def ratna_tangga(session: Session) -> Chat:
    """Bu Ratna of the city, on the day on which Pak Anwar's visit comes to her step."""
    ratna = people.coordinator(session, sex="P")
    _silent(session, 30)
    return chat_with(session, ratna)


def tuti_kantor(session: Session) -> Chat:
    """Bu Tuti coordinates Dinas Kominfo, with Pak Anwar, Bu Rahma, and Pak Usman who has not joined."""
    people.asn(session, "Anwar Hamid")
    people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.asn(session, "La Ode Usman", reachable=False)
    people.asn(session, "Jalil", office_name="Dinas PU")
    who = people.coordinator(session, "Tuti", "opd", people.office(session).id, sex="P", reachable=False)
    return chat_with(session, who)


def ratna_enam_ratus(session: Session) -> Chat:
    """Bu Ratna and Bu Nur coordinate the city, in which 600 ASN have joined, a third of them on WhatsApp."""
    numbers = range(1, 601)
    made = [{"name": f"Anwar {n}", "created_at": people.NOW, "nip": people.nip()} for n in numbers]
    ids = session.scalars(insert(Person).returning(Person.id), made).all()
    session.execute(insert(PersonRole), [{"person_id": id, "role": "asn"} for id in ids])
    long_ago = people.LONG_AGO
    where = ("whatsapp" if n % 3 == 0 else "telegram" for n in numbers)
    session.execute(
        insert(Address),
        [
            {
                "channel": channel, "address": f"asn-{id}", "person_id": id, "first_heard_at": long_ago,
                "last_heard_at": long_ago, "linked_at": long_ago,
            }
            for id, channel in zip(ids, where, strict=True)
        ],
    )  # fmt: skip
    people.coordinator(session, "Nur Aini", reachable=False, sex="P")
    return chat_with(session, people.coordinator(session, reachable=False, sex="P"))


PEOPLE: dict[str, Callable[[Session], Chat]] = {
    "anwar": anwar,
    "anwar_bayi": anwar_bayi,
    "anwar_dua_rafa": anwar_dua_rafa,
    "ratna_melihat": ratna_melihat,
    "anwar_pasangan": anwar_pasangan,
    "rahma": rahma,
    "sari": sari,
    "newcomer": newcomer,
    "hp_baru": stranger,
    "murni": murni,
    "murni_bidan": murni_bidan,
    "sari_sedia": sari_sedia,
    "sari_bernomor": sari_bernomor,
    "sari_dan_rafa": sari_dan_rafa,
    "newcomer_dekat_bidan": newcomer_dekat_bidan,
    "sari_dijaga": sari_dijaga,
    "sari_hamil_dijaga": sari_hamil_dijaga,
    "orang_asing": orang_asing,
    "rudi_lurah": rudi_lurah,
    "ratna_kota": ratna_kota,
    "ratna_senin": ratna_senin,
    "sari_ditanya": sari_ditanya,
    "sari_hamil": sari_hamil,
    "murni_menunggu": murni_menunggu,
    "sari_bertanya": sari_bertanya,
    "wati_menjawab": wati_menjawab,
    "murni_menjawab": murni_menjawab,
    "anwar_dan_penerus": anwar_dan_penerus,
    "rahma_penerus": of_name("Rahma Yusuf"),
    "rudi_dan_penerus": of_name("Rudi Hartono"),
    "sari_didampingi": of_name("Sari Rahmawati"),
    "sari_dan_anwar": sari_dan_anwar,
    "anwar_dan_sari": anwar_dan_sari,
    "rudi_dan_rujukan": rudi_dan_rujukan,
    "rudi_jam_lima": rudi_jam_lima,
    "hasan_kepala": of_name("Hasan Basri"),
    "wati_kader": of_name("Wati"),
    "anwar_didampingi": of_name("Anwar Hamid"),
    "anwar_terlambat": anwar_terlambat,
    "anwar_dua_bulan": anwar_dua_bulan,
    "ratna": ratna,
    "nur": nur,
    "ida": ida,
    "ratna_tangga": ratna_tangga,
    "tuti_kantor": tuti_kantor,
    "ratna_enam_ratus": ratna_enam_ratus,
}


def play(text: str, session: Session, channel: str = "telegram", told: list[Message] | None = None) -> str:
    """The transcript with every answer as it is now. ``told`` gathers every message that it shows."""
    told = [] if told is None else told
    lines: list[str] = []
    chats: dict[str, Chat] = {}
    chat: Chat | None = None
    code = ""
    passed_over = False
    for line in text.splitlines():
        if passed_over and not line.startswith(("#", "> ")):
            lines.append(line)
            continue
        if passed_over:
            lines.pop()  # the empty line before this one
        passed_over = False
        if line.startswith("#"):
            lines += ["", line] if len(lines) > 1 and chat else [line]
            if line.startswith("# who: "):
                who = line.removeprefix("# who: ")
                chat = chats[who] = chats.get(who) or _on(channel, PEOPLE[who](session))
            elif line.startswith("# comes: "):
                came = _came(session, line.removeprefix("# comes: "))
                told += came
                lines += [one for message in came for one in shown(message).splitlines()]
            elif line.startswith("# clock: "):
                name, hour, *later = line.removeprefix("# clock: ").split()
                look = next(tick.look for tick in TICKS if tick.name == name)
                moment = people.at(people.TODAY + timedelta(days=int(later[0]) if later else 0), hour)
                finish(look, session, moment, people.city())
                for one in chats.values() if later else ():
                    one.now = moment
            elif line.startswith("# leaves: "):
                assert chat, "a transcript begins with # who:"
                kind, _, most = line.removeprefix("# leaves: ").partition(" ")
                leave(session, Kind(kind), chat.now + timedelta(minutes=30), people.city(), int(most))
            elif line.startswith("# reads: "):
                assert chat, "a transcript begins with # who:"
                came = _came(session, line.removeprefix("# reads: "), chat)
                chat.seen(came[-1])
                told.append(came[-1])
                lines += shown(came[-1]).splitlines()
        elif line.startswith("> "):
            assert chat, "a transcript begins with # who:"
            said = line.removeprefix("> ")
            if said.startswith("[") and chat.marks(said.strip("[]")):
                passed_over = True
                lines += ["", line]
                continue
            _act(chat, code if said == "KODE" else said)
            workbooks.after(chat)
            sent(session, chat.now)
            told += chat.heard
            heard = "\n".join(shown(message) for message in chat.heard)
            if made := CODE.search(heard):
                code = made.group()
                heard = heard.replace(code, "KODE")
            lines += ["", line, *heard.splitlines()]
    return "\n".join(lines) + "\n"


def _on(channel: str, chat: Chat) -> Chat:
    if channel == "whatsapp":
        chat.move_to_whatsapp()
    return chat


def _came(session: Session, kind: str, to: Chat | None = None) -> list[Message]:
    query = select(Outgoing).where(Outgoing.kind == kind, Outgoing.state != SKIPPED)
    query = query.where(Outgoing.address == to.address) if to else query
    rows = session.scalars(query.order_by(Outgoing.id)).all()
    for row in rows if to else ():  # who reads it has got it
        row.state = SENT if row.state == PLANNED else row.state
    return [Message.from_json(row.message) for row in rows]


def _act(chat: Chat, said: str) -> None:
    if said.startswith("["):
        chat.tap(said.strip("[]"))
    elif said.startswith("(balas) "):
        chat.reply(said.removeprefix("(balas) "))
    elif said == "(foto)":
        chat.send_photo()
    elif said == "(lokasi)":
        chat.share_place()
    elif said == "(stiker)":
        chat.send_sticker()
    elif found := FILE.fullmatch(said):
        workbooks.send(chat, workbooks.of_children(int(found[1])))
    elif said.startswith("(nomor "):
        chat.share_contact(said.removeprefix("(nomor ").rstrip(")"))
    else:
        chat.say(said)


TRANSCRIPTS = pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)


@TRANSCRIPTS
def test_the_conversation_goes_as_written_on_whatsapp(file: Path, session: Session) -> None:
    written = file.read_text(encoding="utf-8")
    assert play(written, session, "whatsapp") == written
    for row in session.scalars(
        select(Outgoing).where(Outgoing.state != SKIPPED, ~Outgoing.forgotten)
    ):  # also what others were told
        assert not reading.faults(Message.from_json(row.message)), row.key


def test_the_routine_report_costs_at_most_twelve_messages(session: Session) -> None:
    """On WhatsApp every message is paid for: from the menu to the receipt."""
    told: list[Message] = []
    play((FOLDER / "kunjungan_rutin.txt").read_text(encoding="utf-8"), session, "whatsapp", told)
    assert sum(len(reading.pages(message)) for message in told) <= 12


def test_a_line_on_the_second_page_of_a_whatsapp_list_can_be_changed(session: Session) -> None:
    chat = _on("whatsapp", anwar(session))
    for said in (
        "lapor",
        "1",
        "sehat",
        "ya",
        "kemarin",
        "8,4 75,5",
        "telentang",
        "12,8",
        "tidak",
        "1",
        "1",
        "tidak ada",
        "tidak ada",
    ):
        chat.say(said)
    chat.tap("Perbaiki")
    chat.tap("Kunjungan berikut")
    assert chat.heard[0].text.startswith("*Kapan")


def test_on_whatsapp_what_a_message_is_for_is_a_button_and_not_behind_a_list(session: Session) -> None:
    """Meta shows three buttons at most, of twenty characters; more options, or longer ones, hide behind "Pilih"."""
    asn = _on("whatsapp", anwar(session))
    assert _buttons(asn, asn.say, "menu") == ["Lapor kunjungan", "Anak asuh saya", "Jadwal"]
    asn.say("lapor")
    for said in ("1", "sehat", "tidak", "1, 2", "tidak ada", "tidak ada"):
        asn.say(said)
    assert _buttons(asn, asn.say, "lanjut") == ["Kirim", "Perbaiki", "Nanti"]
    asn.say("batal")
    asn.tap("Ya, buang")
    assert _buttons(asn, asn.say, "tolong, anak saya meninggal") == ["Masih hidup", "Sudah meninggal"]


def test_on_whatsapp_a_midwife_closes_a_referral_by_buttons(session: Session) -> None:
    midwife = _on("whatsapp", murni_bidan(session))
    midwife.say("rujukan")
    midwife.fill("Sudah diperiksa", "Dirujuk ke rumah sakit")
    midwife.say("lewati")
    assert _buttons(midwife, midwife.tap, "Kirim")[0] == "Kembali dari RS"
    assert _buttons(midwife, midwife.tap, "Kembali dari RS") == ["Selesai, membaik", "Tetap dipantau", "Diperiksa lagi"]


def _buttons(chat: Chat, act: Callable[[str], str], said: str) -> list[str]:
    """The reply buttons of what is answered to this."""
    act(said)
    payload = payloads(chat.address, chat.heard[0], "key", "media-1")[-1]
    assert payload["interactive"]["type"] == "button", chat.heard[0].text
    return reading.labels(payload)


@TRANSCRIPTS
def test_the_conversation_goes_as_written(file: Path, session: Session) -> None:
    written = file.read_text(encoding="utf-8")
    played = play(written, session)
    if SAVE:
        file.write_text(played, encoding="utf-8")
    assert played == written
