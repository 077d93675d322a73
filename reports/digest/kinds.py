"""The five kinds of what waits in a digest, the worst first: how many, how many yesterday, and the worst as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from db.referrals import ReferralState
from db.subjects import Subject, SubjectKind
from programme import disclosure
from programme.referral_messages import ago
from reports.digest.model import Digest, Late, Open, Unassigned
from rules import signs
from rules.signs import Urgency


class Name(StrEnum):
    """In the order of the message. The values stand in no table: the counts are kept in this order (``counts``)."""

    DANGER = "danger"
    QUESTIONS = "questions"
    STUCK = "stuck"
    LATE = "late"
    NOBODY = "nobody"


SOON: Mapping[str, str] = {
    Urgency.NOW: "perlu ditolong sekarang", Urgency.TODAY: "perlu dilihat hari ini",
    Urgency.SOON: "perlu diperiksa",
}  # fmt: skip
"""What is said of a referral to whom its signs are not shown."""
TITLES: Mapping[Name, tuple[str, str]] = {
    Name.DANGER: ("🚨", "Bahaya belum ditangani"),
    Name.QUESTIONS: ("❓", "Pertanyaan lama menunggu"),
    Name.STUCK: ("🏥", "Rujukan tertahan"),
    Name.LATE: ("⏰", "Kunjungan terlambat"),
    Name.NOBODY: ("👤", "Belum ada pendamping"),
}
MOST: Mapping[Name, int] = {Name.DANGER: 3, **dict.fromkeys((Name.QUESTIONS, Name.STUCK, Name.LATE, Name.NOBODY), 2)}
"""How many of the worst stand in the message."""


class Line(NamedTuple):
    """One line, which is about so many of its kind."""

    text: str
    of: int = 1


@dataclass(frozen=True)
class Kind:
    """One kind. ``lines`` are the worst of it, the gravest first, or none where the reader is told the number alone."""

    name: Name
    count: int
    yesterday: int
    lines: tuple[Line, ...]

    @property
    def mark(self) -> str:
        return TITLES[self.name][0]

    @property
    def title(self) -> str:
        return TITLES[self.name][1]

    @property
    def changed(self) -> bool:
        return self.count != self.yesterday

    def worst(self, most: int) -> list[str]:
        """The first lines; the last of them says how many more there are."""
        shown = self.lines[:most]
        more = self.count - sum(one.of for one in shown)
        said = [one.text for one in shown]
        return [*said[:-1], f"{said[-1]}; dan {more} lagi"] if said and more > 0 else said


def of(digest: Digest) -> list[Kind]:
    """All five, also those of which there are none."""
    visits, referrals, questions, nobody = digest.visits, digest.referrals, digest.questions, digest.nobody
    danger = len(referrals.danger) + referrals.cries
    return [
        Kind(Name.DANGER, danger, referrals.danger_yesterday, tuple(_danger(digest))),
        Kind(Name.QUESTIONS, len(questions.late), questions.late_yesterday, tuple(_questions(digest))),
        Kind(Name.STUCK, len(referrals.stuck), referrals.stuck_yesterday, tuple(_stuck(digest))),
        Kind(Name.LATE, len(visits.late), visits.late_yesterday, tuple(_late(digest))),
        Kind(Name.NOBODY, len(nobody.waiting), nobody.yesterday, tuple(_nobody(digest))),
    ]


def counts(digest: Digest) -> list[int]:
    """How many of each kind, in their order."""
    return [one.count for one in of(digest)]


def waits_for(state: ReferralState | None, taken_by: str) -> str:
    """What a referral is waiting for, in words; empty where that is not shown."""
    match state:
        case None:
            return ""
        case ReferralState.SEEN:
            return f"sudah diperiksa {taken_by}, belum ditutup"
        case ReferralState.REFERRED_ON:
            return "dirujuk ke rumah sakit, belum kembali"
        case ReferralState.BACK_REFERRED:
            return "sudah kembali dari rumah sakit, belum ditutup"
        case _:
            return f"ditangani {taken_by}" if taken_by else "belum ada yang menangani"


def _in_short(state: ReferralState | None, taken_by: str) -> str:
    """The same in a few words."""
    match state:
        case None:
            return ""
        case ReferralState.SEEN:
            return "sudah diperiksa"
        case ReferralState.REFERRED_ON:
            return "di rumah sakit"
        case ReferralState.BACK_REFERRED:
            return "sudah kembali"
        case _:
            return f"di {taken_by}" if taken_by else "belum ditangani"


def _danger(digest: Digest) -> Iterator[Line]:
    """Only to who may know how soon a referral must be seen: an office is told how many there are."""
    for one in digest.referrals.danger:
        if one.urgency:
            yield Line(f"{_who(digest, one)}: {ago(digest.at - one.opened_at)}, {_what(one)}")
    if (cries := digest.referrals.cries) and digest.of_places:
        yield Line(f"{cries} minta tolong baru saja, sedang kami tanya", cries)


def _what(one: Open) -> str:
    if not one.signs:
        return SOON.get(one.urgency, "rujukan terbuka")
    urgency = {sign.label: list(Urgency).index(sign.urgency) for sign in signs.table().values()}
    gravest = min(one.signs, key=lambda label: urgency.get(label, len(Urgency)))
    return gravest + (f" (+{len(one.signs) - 1})" if one.signs[1:] else "")


def _stuck(digest: Digest) -> Iterator[Line]:
    for one in digest.referrals.stuck:
        waits = _in_short(one.state, one.taken_by) or "belum selesai"
        yield Line(f"{_who(digest, one)}: {one.days} hari, {waits}")


def _questions(digest: Digest) -> Iterator[Line]:
    for one in digest.questions.late:
        who = one.short if digest.one_village or not one.village else f"{one.short}, {one.village}"
        yield Line(f"{who}: {ago(one.waits)}, {f'di {one.answers}' if one.answers else 'belum ada petugasnya'}")


def _late(digest: Digest) -> Iterator[Line]:
    """A line for each foster parent, the one of the longest overdue visit first."""
    of_each: dict[int, list[Late]] = {}
    for one in digest.visits.late:
        if Subject(SubjectKind.PERSON, one.asn_id) not in digest.aside:
            of_each.setdefault(one.asn_id, []).append(one)
    for first, *more in of_each.values():
        whom = f"{1 + len(more)} dampingan, paling lama" if more else disclosure.words(first.code, first.name, "")
        days = f"{whom}{' ' if more else ', ' if whom else ''}{first.days} hari"
        yield Line(f"{first.called}: {days}" + ("" if first.reachable else ", belum terhubung"), 1 + len(more))


def _nobody(digest: Digest) -> Iterator[Line]:
    for one in digest.nobody.waiting:
        if one.about in digest.aside:
            continue
        since = f"{one.days} hari" if one.days else "baru hari ini"
        yield Line(f"{_named(digest, one)}: {since}")


def _who(digest: Digest, one: Open) -> str:
    return _named(digest, one) or one.asn or "Dampingan"


def _named(digest: Digest, one: Open | Unassigned) -> str:
    """The same as in a list, but the kelurahan only where there is no name and not all are of one: to be short."""
    village = "" if digest.one_village or one.name else one.village.partition(" (")[0]
    return disclosure.words(one.code, one.name, village)
