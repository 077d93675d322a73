"""What is danger, what is stuck, and how it stood a day before, from the row of a referral alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from content.programme import load
from db.referrals import Referral, ReferralState
from programme.referral_standing import Standing, standing
from tests.people import NOW

RULES = load().referrals
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DANGER, STUCK, ON_ITS_WAY, CLOSED = Standing


def referral(opened: timedelta, urgency: str = "3-7 hari", **more: Any) -> Referral:
    known: dict[str, Any] = {"state": ReferralState.SENT, "signs": ["Demam"]}
    moments = {name: NOW - ago for name, ago in more.items() if name.endswith(("_at", "_since"))}
    return Referral(opened_at=NOW - opened, urgency=urgency, **(known | more | moments))


@pytest.mark.parametrize(
    ("one", "now", "a_day_before"),
    [
        (referral(HOUR, "sekarang"), DANGER, CLOSED),
        (referral(3 * DAY, "hari ini"), DANGER, DANGER),
        (referral(3 * DAY, "hari ini", accepted_at=HOUR, state=ReferralState.ACCEPTED), STUCK, DANGER),
        (referral(20 * HOUR, "hari ini", accepted_at=HOUR, state=ReferralState.ACCEPTED), ON_ITS_WAY, CLOSED),
        (referral(3 * DAY, "sekarang", state=ReferralState.SEEN), STUCK, STUCK),
        (referral(3 * DAY, "sekarang", closed_at=HOUR, state=ReferralState.CLOSED), CLOSED, DANGER),
        (referral(9 * DAY, "sekarang", urgent_since=HOUR), DANGER, STUCK),
        (referral(9 * DAY, "sekarang", urgent_since=HOUR, accepted_at=8 * DAY), ON_ITS_WAY, STUCK),
        (referral(DAY), ON_ITS_WAY, ON_ITS_WAY),
        (referral(2 * DAY), STUCK, ON_ITS_WAY),
        (referral(7 * DAY, accepted_at=6 * DAY, state=ReferralState.ACCEPTED), STUCK, ON_ITS_WAY),
        (referral(6 * DAY, accepted_at=HOUR, state=ReferralState.REFERRED_ON), ON_ITS_WAY, STUCK),
    ],
)
def test_danger_is_what_cannot_wait_and_nobody_took_and_stuck_what_waits_too_long(
    one: Referral, now: Standing, a_day_before: Standing
) -> None:
    assert (standing(one, NOW, RULES), standing(one, NOW - DAY, RULES)) == (now, a_day_before)
