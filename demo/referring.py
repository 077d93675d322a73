"""The referrals of the demo city, in every state, each with its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from db.referrals import CLIMBS, Referral, ReferralState, ReferralStep, StepKind
from db.visits import Visit
from demo.histories import official
from demo.model import Born, Expected, Making, Place, Seen
from demo.visiting import likely, report
from programme import referral_messages as words
from programme.contacts import calm
from rules.signs import Urgency, table

TICK = 15  # minutes after the hour: when it is looked whether a step has come
SENT, ACCEPTED, SEEN = ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.SEEN
REFERRED_ON, BACK_REFERRED = ReferralState.REFERRED_ON, ReferralState.BACK_REFERRED
CLOSED = ReferralState.CLOSED
SIGNS = (("anak-bab-darah", "diare"), ("anak-napas-cepat", "batuk"), ("anak-demam", "demam"))
"""Signs for the same day, each with the illness that goes with it."""
PREGNANT = ("hamil-demam", "hamil-muntah", "hamil-pucat")
REACHED = ((SENT,), (SENT, ACCEPTED), (SENT, ACCEPTED, SEEN), (SENT, ACCEPTED, REFERRED_ON),
           (SENT, ACCEPTED, REFERRED_ON, BACK_REFERRED))  # fmt: skip
WAYS = {way[-1]: way for way in REACHED} | {CLOSED: (SENT, ACCEPTED, SEEN, CLOSED)}
LOST_KG = 0.3
ANSWERS = ("sudah", "belum: jauh/tak ada kendaraan", "belum: belum sempat", "")


class Plan(NamedTuple):
    """How many days ago it was opened, how far it has come, and whether it was urgent; ``lost`` is how often it is for
    a loss of weight where it was not."""

    days: int
    state: ReferralState
    urgent: bool = False
    pregnant: bool = False
    lost: float = 0.6


NEAR_THE_PAGE = (
    Plan(1, SENT, urgent=True), Plan(3, SENT), Plan(6, SENT), Plan(2, ACCEPTED), Plan(4, SEEN), Plan(10, REFERRED_ON),
    Plan(13, BACK_REFERRED), Plan(5, CLOSED), Plan(9, CLOSED),
)  # fmt: skip
ELSEWHERE = (
    Plan(2, SENT, urgent=True), Plan(1, SENT), Plan(2, SENT), Plan(2, SENT), Plan(3, SENT), Plan(5, SENT),
    Plan(8, SENT), Plan(12, SENT), Plan(1, ACCEPTED, urgent=True), Plan(3, ACCEPTED), Plan(4, ACCEPTED),
    Plan(2, ACCEPTED, urgent=True, pregnant=True), Plan(3, SEEN, urgent=True), Plan(7, SEEN),
    Plan(4, REFERRED_ON, urgent=True, pregnant=True), Plan(11, BACK_REFERRED, urgent=True), Plan(15, SEEN),
    Plan(6, CLOSED), Plan(8, CLOSED, urgent=True), Plan(14, CLOSED), Plan(18, CLOSED),
)  # fmt: skip


class Step(NamedTuple):
    """One step of a referral."""

    at: datetime
    person: int
    step: StepKind
    detail: str


@dataclass
class Way:
    """A referral on its way: who answers for it, and what has been noted, in any order."""

    making: Making
    about: Born | Expected
    opened: datetime
    urgent: bool
    steps: list[Step] = field(default_factory=list[Step])

    @property
    def workers(self) -> list[int]:
        home = self.about.home
        return [self.making.cadres[home.posyandu], *self.making.workers[home.place.centre]]

    @property
    def leader(self) -> int:
        return self.making.leaders[self.about.home.place.district]

    def note(self, at: datetime, people: Sequence[int], step: StepKind, detail: str = "") -> None:
        self.steps += [Step(at, person, step, detail) for person in people if at <= self.making.now]

    def after(self, passed: timedelta) -> datetime:
        """When the service looks, so long after the opening; what can wait, waits for the day."""
        at = self.opened + passed
        at = at if self.urgent else calm(self.making.city, at)
        looks = at.replace(minute=TICK, second=0, microsecond=0)
        return looks if looks >= at else looks + timedelta(hours=1)


def open_all(making: Making, children: Sequence[Born], expected: Sequence[Expected], home: Place, page: Born) -> None:
    """One for the child of the page; the others by those whose last visit was about so long ago."""
    _refer(making, page, making.seen[page.subject][0], Plan(1, SENT, lost=1.0))
    free = [one for one in (*children, *expected) if one.subject not in making.gone and making.seen[one.subject]]
    free = [one for one in free if one.home.posyandu != home.posyandu[0]]
    for near, plans in ((True, NEAR_THE_PAGE), (False, ELSEWHERE)):
        for plan in plans:
            about = min(
                (
                    one
                    for one in free
                    if isinstance(one, Expected) == plan.pregnant
                    and (one.home.place.district == home.district) == near
                    and (plan.urgent or len(making.seen[one.subject]) > 1)
                ),
                key=lambda one: abs((making.today - making.seen[one.subject][0].on).days - plan.days),
            )
            free.remove(about)
            _refer(making, about, making.seen[about.subject][0], plan)


def _refer(making: Making, about: Born | Expected, seen: Seen, plan: Plan) -> None:
    """Add the referral with its steps so far."""
    signs = _urgent(making, about, seen) if plan.urgent else _soon(making, about, seen, plan.lost)
    way = Way(making, about, making.rows.row(Visit, seen.visit)["submitted_at"], plan.urgent)
    way.note(way.opened, way.workers, StepKind.TOLD)
    if plan.urgent:
        way.note(way.opened, [way.leader], StepKind.TOLD)
    moments = _moments(way, WAYS[plan.state])
    _climb(way, moments.get(ACCEPTED, making.now))
    _ask(way, seen.asn, min((at for state, at in moments.items() if state in (SEEN, CLOSED)), default=making.now))
    by = making.chance.choice(way.workers[:2])
    for state, at in moments.items():
        way.note(at, [by], StepKind(state), _detail(state))
    if SEEN in moments and isinstance(about, Born) and (found := likely(making, about, moments[SEEN].date())):
        official(making, about, found, by=by)
    number = making.rows.add(
        Referral,
        child_id=about.number if isinstance(about, Born) else None,
        pregnancy_id=None if isinstance(about, Born) else about.number,
        visit_id=seen.visit,
        signs=signs,
        urgency=(Urgency.TODAY if plan.urgent else Urgency.SOON).value,
        state=plan.state,
        opened_at=way.opened,
        accepted_at=moments.get(ACCEPTED),
        accepted_by=by if ACCEPTED in moments else None,
        closed_at=moments.get(CLOSED),
        closed_by=by if CLOSED in moments else None,
        result=_detail(CLOSED) if CLOSED in moments else "",
    )
    for one in sorted(way.steps, key=lambda one: one.at):
        making.rows.add(
            ReferralStep, referral_id=number, at=one.at, person_id=one.person, step=one.step, detail=one.detail
        )


def _moments(way: Way, states: Sequence[ReferralState]) -> dict[ReferralState, datetime]:
    """When it came so far as each of the states after the first, spread over the time that has passed."""
    passed = (way.making.now - way.opened) / (len(states) + 1)
    first = timedelta(hours=1 if way.urgent else 20)
    found: dict[ReferralState, datetime] = {}
    for number, state in enumerate(states[1:]):
        found[state] = min(calm(way.making.city, way.opened + min(first, passed) + number * passed), way.making.now)
    return found


def _climb(way: Way, answered: datetime) -> None:
    """Each step that came before somebody answered."""
    home = way.about.home
    people = (way.workers, [way.making.heads[home.place.centre]], [way.leader])
    steps = way.making.city.programme.referrals.climbs_after(way.urgent)
    for step, passed, told in zip(CLIMBS, steps, people, strict=True):
        if (at := way.after(passed)) < answered:
            way.note(at, told, step)


def _ask(way: Way, asn: int, seen: datetime) -> None:
    """The family, if it has joined, and the ASN are asked once whether they got there; some have answered."""
    wait = way.making.city.programme.referrals.asks_after(way.urgent)
    at = way.after(wait)
    at = max(at, calm(way.making.city, at))
    if at >= seen:
        return
    asked = [way.about.home.mother, asn] if way.about.home.joined else [asn]
    way.note(at, asked, StepKind.ASKED)
    if answer := way.making.chance.choice(ANSWERS):
        way.note(at + timedelta(hours=2), asked[:1], StepKind.ANSWERED, answer)


def _detail(state: ReferralState) -> str:
    return {
        SEEN: "Ditangani di sini",
        REFERRED_ON: "Dirujuk ke rumah sakit",
        CLOSED: words.ENDS["handled"][1],
    }.get(state, "")


def _urgent(making: Making, about: Born | Expected, seen: Seen) -> list[str]:
    """The visitor saw a sign of danger; it goes on the sheet."""
    answers = making.rows.row(Visit, seen.visit)["answers"]
    if isinstance(about, Expected):
        sign = making.chance.choice(PREGNANT)
        answers |= {"healthy": "bahaya", "signs": [sign], "follow_up": "tidak"}
        return [table()[sign].label]
    sign, ill = making.chance.choice(SIGNS)
    answers |= {"health": "bahaya", "signs": [sign], "sick": [ill], "follow_up": "tidak"}
    return [table()[sign].label]


def _soon(making: Making, about: Born | Expected, seen: Seen, lost: float) -> list[str]:
    """The child weighed less than at the visit before, or the visitor asked for help; it goes on the sheets."""
    answers = making.rows.row(Visit, seen.visit)["answers"]
    kind, helper = making.chance.random(), making.chance.choice(("kader", "bidan"))
    if isinstance(about, Born) and kind < lost:
        earlier = making.seen[about.subject][1:2]
        before = likely(making, about, earlier[0].on) if earlier else None
        if before and not seen.measured and not earlier[0].measured:
            report(making, about, earlier[0], before.kg)
            report(making, about, seen, round(before.kg - LOST_KG, 1))
            return [table()["gizi-berat-turun"].label]
    answers["follow_up"] = helper
    return [f"Pendamping minta bantuan {helper}"]
