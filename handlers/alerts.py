"""Danger signs: who is told at once, and how they take it on."""

from __future__ import annotations

from collections.abc import Sequence

from db import outbox, referrals
from db.children import Child, Family, Pregnancy, health_workers
from db.people import Person, addresses, holders
from db.referrals import Referral
from db.visits import Visit
from flow.message import Message, Option
from handlers.desk import Desk
from handlers.names import age_words, child_name, mother_name, salute
from handlers.sheets import HOME
from rules.danger import Sign, Urgency
from rules.stages import pregnancy_week

REFERRAL_ROLES = ("health", "coordinator")
TITLES = {"kader": "kader", "bidan": "bidan", "tpg": "petugas gizi", "": "koordinator"}


def open_referral(desk: Desk, visit: Visit, about: Child | Pregnancy, signs: Sequence[Sign]) -> list[str]:
    """Write the referral and tell the responsible health workers and coordinators at once.

    Returns in words who could be told ("kader", "bidan", "koordinator"): nothing is promised that did not happen.
    """
    urgent = any(sign.urgency == Urgency.TODAY for sign in signs)
    referral = Referral(
        child_id=about.id if isinstance(about, Child) else None,
        pregnancy_id=about.id if isinstance(about, Pregnancy) else None,
        visit_id=visit.id,
        signs=[sign.label for sign in signs],
        urgency=Urgency.TODAY.value if urgent else Urgency.SOON.value,
        opened_at=desk.now,
    )
    desk.session.add(referral)
    desk.session.flush()
    told = {
        person.id: person for person in (*health_workers(desk.session, about.family), *coordinators(desk, about.family))
    }
    reached: set[str] = set()
    for person in told.values():
        if addresses(desk.session, person.id):
            reached |= {TITLES.get(held.title, "petugas") for held in person.roles if held.role in REFERRAL_ROLES}
        text = desk.city.templates.say("alert", to=salute(person), urgent=urgent, **_facts(desk, referral, about))
        message = Message(text, _buttons(referral) if person.has("health") else ())
        key = f"alert:{referral.id}:{person.id}"
        outbox.to_person(desk.session, person.id, key, message.to_json(), desk.now, lane=outbox.ALERT)
    desk.note("referral.open", f"referral:{referral.id}", ", ".join(referral.signs))
    return [word for word in TITLES.values() if word in reached]


def withdraw(desk: Desk, visit: Visit) -> None:
    """The report was taken back: a referral nobody has taken on is closed, and whoever was told hears it."""
    for referral in referrals.of_visit(desk.session, visit.id):
        if referral.closed_at is not None or referral.accepted_at is not None:
            continue
        referral.closed_at, referral.closed_by = desk.now, desk.person.id
        referral.result = "laporan ditarik kembali oleh pelapor"
        text = f"Kabar tentang {_who(subject(referral))} ditarik kembali oleh pelapornya. Maaf sudah merepotkan."
        for person_id in outbox.told(desk.session, f"alert:{referral.id}:"):
            key = f"alert:{referral.id}:{person_id}:withdrawn"
            outbox.to_person(desk.session, person_id, key, Message(text).to_json(), desk.now, lane=outbox.ALERT)


def coordinators(desk: Desk, family: Family) -> Sequence[Person]:
    """The nearest coordinators of the place: kelurahan, else kecamatan, else city."""
    village = family.village
    places = (("kelurahan", village.id), ("kecamatan", village.district_id), ("kota", 0))
    for scope, place in places:
        if found := holders(desk.session, "coordinator", scope, place):
            return found
    return ()


def accept(desk: Desk, referral_id: int) -> None:
    """A health worker takes the referral on."""
    referral = _mine(desk, referral_id)
    if referral is None:
        return
    if referral.accepted_at is None:
        referral.accepted_at, referral.accepted_by = desk.now, desk.person.id
        desk.note("referral.accept", f"referral:{referral.id}")
        desk.say(
            Message(
                "Terima kasih. Kami catat bahwa Bapak/Ibu yang menangani. Ketuk tombol ini kalau sudah diperiksa.",
                (Option(f"ref:close:{referral.id}", "Sudah diperiksa"),),
            )
        )
        _tell_reporter(desk, referral, "Petugas kesehatan sudah menerima kabar dan akan menangani.")
    else:
        name = salute(referral.acceptor) if referral.acceptor else "Petugas lain"
        desk.say(Message(f"{name} sudah lebih dulu menangani.", (HOME,)))


def close(desk: Desk, referral_id: int) -> None:
    """A health worker has seen the child or the mother."""
    referral = _mine(desk, referral_id)
    if referral is None:
        return
    referral.closed_at, referral.closed_by = desk.now, desk.person.id
    referral.result = "sudah diperiksa petugas"
    desk.note("referral.close", f"referral:{referral.id}")
    desk.say(Message("Terima kasih. Rujukan ini kami catat selesai.", (HOME,)))
    _tell_reporter(desk, referral, "Petugas kesehatan sudah memeriksa.")


def show_open(desk: Desk) -> None:
    """The referrals this health worker answers for."""
    mine = [one for one in referrals.open_ones(desk.session) if _answers_for(desk, one)]
    if not mine:
        desk.say(Message("Tidak ada rujukan yang menunggu. Terima kasih sudah siaga.", (HOME,)))
        return
    for referral in mine[:5]:
        about = subject(referral)
        text = desk.city.templates.say(
            "alert", to=salute(desk.person), urgent=referral.urgency == Urgency.TODAY, **_facts(desk, referral, about)
        )
        desk.say(Message(text, _buttons(referral)))
    if len(mine) > 5:
        desk.say(Message(f"Masih ada {len(mine) - 5} rujukan lain. Selesaikan yang di atas dulu, ya."))


def subject(referral: Referral) -> Child | Pregnancy:
    about = referral.child or referral.pregnancy
    if about is None:
        raise LookupError(f"referral {referral.id} is about nobody")
    return about


def _mine(desk: Desk, referral_id: int) -> Referral | None:
    referral = desk.session.get(Referral, referral_id)
    if referral is None or not _answers_for(desk, referral):
        desk.say(Message("Rujukan itu tidak ada dalam daftar Bapak/Ibu.", (HOME,)))
        return None
    if referral.closed_at:
        desk.say(Message("Rujukan ini sudah selesai. Terima kasih.", (HOME,)))
        return None
    return referral


def _answers_for(desk: Desk, referral: Referral) -> bool:
    family = subject(referral).family
    return any(person.id == desk.person.id for person in health_workers(desk.session, family))


def _buttons(referral: Referral) -> tuple[Option, ...]:
    seen = Option(f"ref:close:{referral.id}", "Sudah diperiksa")
    return (seen,) if referral.accepted_at else (Option(f"ref:accept:{referral.id}", "Saya tangani"), seen)


def _facts(desk: Desk, referral: Referral, about: Child | Pregnancy) -> dict[str, object]:
    visit = desk.session.get(Visit, referral.visit_id) if referral.visit_id else None
    if isinstance(about, Child):
        who, age = f"Adik {child_name(about)} ({about.code})", age_words(about.born, desk.today)
    else:
        who, age = mother_name(about), f"hamil {pregnancy_week(about.due, desk.today)} minggu"
    return {
        "who": who,
        "age": age,
        "place": about.family.village.full_name,
        "posyandu": about.family.posyandu.name if about.family.posyandu else "",
        "signs": referral.signs,
        "reporter": salute(visit.asn) if visit else "",
    }


def _tell_reporter(desk: Desk, referral: Referral, what: str) -> None:
    """The ASN who raised it hears how it goes on."""
    visit = desk.session.get(Visit, referral.visit_id) if referral.visit_id else None
    if visit is None:
        return
    who = _who(subject(referral))
    state = "closed" if referral.closed_at else "accepted"
    message = Message(f"Kabar tentang {who}: {what} Terima kasih sudah melapor.")
    key = f"alert:{referral.id}:{visit.asn_id}:{state}"
    outbox.to_person(desk.session, visit.asn_id, key, message.to_json(), desk.now, lane=outbox.ALERT)


def _who(about: Child | Pregnancy) -> str:
    return f"Adik {child_name(about)}" if isinstance(about, Child) else mother_name(about)
