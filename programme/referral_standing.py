"""Whether an open referral is danger that nobody handles, or is stuck: for the digest of today and of yesterday."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from content.programme import Referrals
from db.referrals import Referral, ReferralState


class Standing(Enum):
    DANGER = auto()  # must be seen now or today, and nobody has taken it on
    STUCK = auto()  # waits longer than the programme's days
    ON_ITS_WAY = auto()
    CLOSED = auto()  # or not opened yet


def standing(referral: Referral, moment: datetime, rules: Referrals) -> Standing:
    """How the referral stood at this moment, as far as its row tells.

    One that nobody has taken on is stuck from the day of its first reminder on (``soon_days``), one that somebody has
    from the day on which the family is asked whether they got there (``ask_today_after_days``, ``ask_after_days``):
    counted from its opening, or from when its urgency rose.
    """
    if referral.opened_at > moment or (referral.closed_at is not None and referral.closed_at <= moment):
        return Standing.CLOSED
    risen = referral.urgent_since is not None and referral.urgent_since <= moment
    urgent = referral.urgent and (referral.urgent_since is None or risen)
    taken = _is_taken(referral, moment)
    if urgent and not taken:
        return Standing.DANGER
    since = referral.urgent_since if risen and referral.urgent_since else referral.opened_at
    within = rules.asks_after(urgent) if taken else rules.climbs_after(urgent=False)[0]
    return Standing.STUCK if moment - since >= within else Standing.ON_ITS_WAY


def _is_taken(referral: Referral, moment: datetime) -> bool:
    """Whether somebody had taken it on. Who examines it without saying so before has taken it on too."""
    if referral.accepted_at is not None:
        return referral.accepted_at <= moment
    return referral.state not in (ReferralState.SENT, ReferralState.CLOSED)
