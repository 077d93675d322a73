"""When a referral is stuck, what is offered next, and when somebody else comes first: pure, without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.referrals import Referral, ReferralState, ReferralStep, StepKind
from programme import disclosure, stuck_referrals
from programme.stuck_referrals import Act
from tests import people
from tests.people import NOW

CITY = people.city()
SENT, ACCEPTED, SEEN = ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.SEEN
SUNDAY = NOW + timedelta(days=4)


def ago(days: float):
    return NOW - timedelta(days=days)


def referral(state: ReferralState, days: float, urgency: str = "3-7 hari", *signs: str) -> Referral:
    signed = list(signs or ("Berat turun",))
    return Referral(id=1, state=state, urgency=urgency, opened_at=ago(days), signs=signed)


def way(*steps: tuple[str, float]) -> list[ReferralStep]:
    return [ReferralStep(step=StepKind(kind), at=ago(days), detail="") for kind, days in steps]


CLIMBED = (("told", 9.0), ("reminder", 7.0), ("head", 5.0), ("coordinator", 2.0))


@pytest.mark.parametrize(
    ("one", "steps", "stuck"),
    [
        (referral(SENT, 9), CLIMBED, True),
        (referral(SENT, 9), CLIMBED[:3], False),  # its own reminders are not over
        (referral(SENT, 9), (*CLIMBED[:3], ("coordinator", 0.01)), False),  # the last one came today
        (referral(SENT, 2, "hari ini"), (("reminder", 1.9), ("head", 1.8), ("coordinator", 1)), True),
        (referral(SENT, 9, "sekarang"), CLIMBED, False),  # goes on every half hour by itself
        (referral(ACCEPTED, 9, "sekarang"), (("accepted", 1.0),), True),  # who took it on holds it
        (referral(ACCEPTED, 9), (("accepted", 2.0),), False),
        (referral(ACCEPTED, 9), (("accepted", 3.0),), True),
        (referral(SEEN, 9), (("accepted", 8.0), ("seen", 2.0)), False),
        (referral(SEEN, 9), (("accepted", 8.0), ("seen", 3.0)), True),
        (referral(SENT, 9, "3-7 hari", min(disclosure.PRIVATE)), CLIMBED, False),  # of the private list
    ],
)
def test_it_is_stuck_from_the_day_after_its_last_reminder_or_days_after_its_last_step(
    one: Referral, steps: tuple[tuple[str, float], ...], stuck: bool
):
    assert stuck_referrals.is_stuck(one, way(*steps), NOW, CITY) is stuck


def test_on_a_sunday_only_what_cannot_wait_is_spoken_of():
    assert not stuck_referrals.is_stuck(referral(SENT, 9), way(*CLIMBED), SUNDAY, CITY)
    assert stuck_referrals.is_stuck(referral(SENT, 9, "hari ini"), way(*CLIMBED), SUNDAY, CITY)


def test_a_closed_one_is_not_stuck():
    one = referral(SEEN, 9)
    one.closed_at = NOW
    assert not stuck_referrals.is_stuck(one, way(("seen", 5)), NOW, CITY)


@pytest.mark.parametrize(
    ("state", "steps", "others", "away", "act"),
    [
        (SENT, CLIMBED, True, False, Act.HAND),  # nobody took it: somebody else
        (SENT, CLIMBED, False, False, Act.PUSH),
        (SENT, (*CLIMBED, ("handed", 1.0)), True, False, Act.PUSH),
        (ACCEPTED, (("accepted", 5.0),), True, False, Act.PUSH),  # taken and not seen
        (ACCEPTED, (("accepted", 5.0), ("pushed", 2.0)), True, False, Act.HAND),
        (ACCEPTED, (("accepted", 5.0), ("pushed", 2.0)), False, False, Act.PUSH),
        (ACCEPTED, (("accepted", 5.0),), True, True, Act.HAND),  # who has it is on leave
        (SEEN, (("seen", 5.0),), True, False, Act.END),
        (ReferralState.REFERRED_ON, (("referred_on", 5.0),), True, False, Act.ASK),
        (ReferralState.BACK_REFERRED, (("back_referred", 5.0),), True, False, Act.END),
    ],
)
def test_what_is_offered_follows_from_how_far_it_has_come(
    state: ReferralState, steps: tuple[tuple[str, float], ...], others: bool, away: bool, act: Act
):
    assert stuck_referrals.next_act(referral(state, 9), way(*steps), others=others, away=away) == act


def test_one_that_a_coordinator_has_pushed_makes_room_for_others_for_two_days():
    assert stuck_referrals.rests(way(("pushed", 1)), NOW, CITY)
    assert not stuck_referrals.rests(way(("pushed", 2)), NOW, CITY)
    assert not stuck_referrals.rests(way(("daily", 1)), NOW, CITY)


def test_reminding_is_once_a_day_and_begins_anew_where_it_was_handed_on():
    assert stuck_referrals.pushed_today(way(("pushed", 0.01)), NOW, CITY) is not None
    assert stuck_referrals.pushed_today(way(("pushed", 1)), NOW, CITY) is None
    assert stuck_referrals.pushed_today(way(("pushed", 0.02), ("handed", 0.01)), NOW, CITY) is None
