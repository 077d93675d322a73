"""Rate limits of each channel and each address, computed from ``now`` without sleeping."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LONG_AGO = datetime.min.replace(tzinfo=UTC)
LONGEST_REST = 60  # seconds a whole channel is paused when it does not say how long

Pair = tuple[str, str]  # channel, address


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` messages in the long run, ``burst`` of them at once after a pause."""

    per_second: float
    burst: int


NONE = Rate(1, 0)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one channel: in all, to one address, and of replies beyond what it sends in all.

    With it, the answer to one person goes out at once while many alerts are due.
    """

    overall: Rate
    address: Rate
    replies: Rate = NONE


FREELY = Rates(Rate(10_000, 10_000), Rate(10_000, 10_000))  # for a channel of our own, such as the simulator


@dataclass(slots=True)
class TokenBucket:
    """A token bucket. ``served_until``: when everything sent so far would be through at the steady rate."""

    rate: Rate
    served_until: datetime = LONG_AGO
    rests_until: datetime = LONG_AGO
    troubles: int = 0

    @property
    def interval(self) -> timedelta:
        return timedelta(seconds=1 / self.rate.per_second)

    def free(self, now: datetime) -> int:
        """How many messages may be sent now: after a failure only one at a time, until one succeeds."""
        if now < self.rests_until:
            return 0
        room = self.rate.burst - -(-self._ahead(now) // self.interval)
        return min(room, 1) if self.troubles else room

    def spend(self, now: datetime) -> None:
        self.served_until = now + self._ahead(now) + self.interval

    def free_at(self) -> datetime:
        """The moment when ``free`` is at least one again."""
        return max(self.rests_until, self.served_until - (self.rate.burst - 1) * self.interval)

    def idle(self, now: datetime) -> bool:
        return max(self.served_until, self.rests_until) <= now

    def _ahead(self, now: datetime) -> timedelta:
        """How far sending is ahead of the steady rate; 0 if it is more than a burst: then the clock was put back."""
        ahead = max(self.served_until - now, timedelta())
        return ahead if ahead <= self.rate.burst * self.interval else timedelta()


@dataclass(slots=True)
class RateLimiter:
    """The buckets of every channel, of its replies, and of each recently used address."""

    rates: Mapping[str, Rates]
    _channels: dict[str, TokenBucket] = field(init=False)
    _replies: dict[str, TokenBucket] = field(init=False)
    _addresses: dict[Pair, TokenBucket] = field(init=False, default_factory=dict[Pair, TokenBucket])

    def __post_init__(self) -> None:
        self._channels = {name: TokenBucket(rates.overall) for name, rates in self.rates.items()}
        self._replies = {name: TokenBucket(rates.replies) for name, rates in self.rates.items()}

    def open(self, now: datetime) -> dict[str, int]:
        """Channels that may send now, with how many messages at once."""
        return {name: free for name, bucket in self._channels.items() if (free := bucket.free(now)) > 0}

    def open_for_replies(self, now: datetime) -> dict[str, int]:
        """How many replies each channel may send now beyond ``open``. None while the channel rests or has failed."""
        well = {name for name, bucket in self._channels.items() if now >= bucket.rests_until and not bucket.troubles}
        return {name: free for name in well if (free := self._replies[name].free(now)) > 0}

    def waiting(self, now: datetime) -> Set[Pair]:
        """Addresses to which nothing may be sent now."""
        self._addresses = {pair: bucket for pair, bucket in self._addresses.items() if not bucket.idle(now)}
        return {pair for pair, bucket in self._addresses.items() if bucket.free(now) <= 0}

    def spend(self, pair: Pair, now: datetime, *, reply: bool = False) -> None:
        """Count one message to this address. A reply uses what is kept for replies when the channel has no room."""
        channel = self._channels[pair[0]]
        bucket = self._replies[pair[0]] if reply and channel.free(now) <= 0 else channel
        bucket.spend(now)
        self._bucket(pair).spend(now)

    def rest(self, pair: Pair, seconds: float, now: datetime) -> None:
        """Send nothing to this address for ``seconds``, as the channel asked."""
        self._bucket(pair).rests_until = now + timedelta(seconds=seconds)

    def rest_channel(self, channel: str, seconds: float | None, now: datetime) -> float | None:
        """Pause the channel for ``seconds`` (None: longer each time). Returns them; None if it was paused already."""
        bucket = self._channels[channel]
        if now < bucket.rests_until:
            return None  # messages in flight together fail together and count as one failure
        bucket.troubles += 1
        seconds = min(2.0**bucket.troubles, LONGEST_REST) if seconds is None else max(seconds, 1.0)
        bucket.rests_until = now + timedelta(seconds=seconds)
        return seconds

    def recovered(self, channel: str) -> None:
        """Note that the channel answered: it sends at full rate again."""
        self._channels[channel].troubles = 0

    def free_at(self, now: datetime) -> datetime | None:
        """The earliest moment when a waiting channel or address is free again; None if none waits."""
        buckets = (*self._channels.values(), *self._addresses.values())
        return min((bucket.free_at() for bucket in buckets if bucket.free(now) <= 0), default=None)

    def _bucket(self, pair: Pair) -> TokenBucket:
        return self._addresses.setdefault(pair, TokenBucket(self.rates[pair[0]].address))
