"""What delivery does when a message goes out, and when it does not."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import outbox
from db.drafts import Draft
from db.engine import Sessions
from db.outbox import ALERT, BROADCAST, PLANNED_LANE, REPLY, Outgoing
from db.people import Address, Person
from delivery.failure_policy import NOT_SENT
from delivery.rate_limit import FREELY, Rate, Rates
from delivery.sender import Delivery
from flow.message import Attachment, Message, Refused, Rejected, SendFailure, Uncertain, Unreachable
from flow.message import Delivery as Delivered
from tests.rows import outgoing
from tests.waiting import patiently

NINE = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)  # nine in the morning in Kendari
SARI, ANWAR = "881", "882"


class Clock:
    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


class Line:
    """A channel that does as it is told: ``troubles`` are raised one after the other, by address."""

    def __init__(self, name: str = "telegram") -> None:
        self.name = name
        self.heard: list[tuple[str, str]] = []
        self.files: list[Attachment | None] = []
        self.tried = 0
        self.tries: asyncio.Queue[str] = asyncio.Queue()
        self.troubles: dict[str, list[Exception]] = defaultdict(list)
        self.hold: asyncio.Event | None = None
        self.at_once, self.most = 0, 0

    def read(self, raw: Any) -> None:
        return None

    async def send(self, address: str, message: Message, key: str) -> Delivered:
        self.tried += 1
        self.tries.put_nowait(address)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await (self.hold.wait() if self.hold else asyncio.sleep(0))
        finally:
            self.at_once -= 1
        if self.troubles[address]:
            raise self.troubles[address].pop(0)
        self.heard.append((address, message.text))
        self.files.append(message.attachment)
        return Delivered(str(len(self.heard)))

    def texts(self, address: str) -> list[str]:
        return [text for heard, text in self.heard if heard == address]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket() -> Line:
    return Line()


@pytest.fixture
def delivery(make_session: Sessions, bucket: Line, clock: Clock) -> Delivery:
    return courier(make_session, bucket, clock)


def courier(sessions: Sessions, bucket: Line, clock: Clock, rates: Rates = FREELY, **rest: Any) -> Delivery:
    return Delivery(sessions, {bucket.name: bucket}, clock, {bucket.name: rates}, busy=timedelta(minutes=30), **rest)


def promise(
    sessions: Sessions, key: str, text: str = "", to: str = SARI, lane: int = REPLY, at: datetime = NINE, **rest: Any
) -> None:
    with sessions.begin() as session:
        row = outgoing(key, "telegram", to, Message(text or key).to_json(), at, lane=lane, **rest)
        outbox.promise(session, [row])


def kept(sessions: Sessions, key: str) -> Outgoing:
    with sessions() as session:
        return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def state(sessions: Sessions, key: str) -> tuple[str, str]:
    row = kept(sessions, key)
    return row.state, row.reason


# --- all is well ---------------------------------------------------------------------


async def test_bu_saris_replies_arrive_once_and_in_order(delivery: Delivery, make_session: Sessions, bucket: Line):
    for number in range(3):
        promise(make_session, f"reply:telegram:1:{number}")
    await delivery.round()
    await delivery.round()
    assert bucket.texts(SARI) == ["reply:telegram:1:0", "reply:telegram:1:1", "reply:telegram:1:2"]
    assert kept(make_session, "reply:telegram:1:2").provider_id == "3"
    assert state(make_session, "reply:telegram:1:2") == ("sent", "")


async def test_a_reply_goes_before_a_broadcast_that_waited_longer(
    make_session: Sessions, bucket: Line, clock: Clock
) -> None:
    for number in range(30):
        promise(make_session, f"news:{number}", to=str(number), lane=BROADCAST, at=NINE - timedelta(hours=1))
    promise(make_session, "reply:telegram:1:0")
    await courier(make_session, bucket, clock, Rates(Rate(25, 5), Rate(1, 5))).round()
    assert bucket.heard[0] == (SARI, "reply:telegram:1:0")
    assert len(bucket.heard) == 5


async def test_a_row_due_later_waits_and_its_time_is_returned(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "lesson:1:hamil-28", lane=PLANNED_LANE, due_at=NINE + timedelta(hours=2))
    assert await delivery.round() == NINE + timedelta(hours=2)
    assert not bucket.heard
    clock.later(hours=2)
    assert await delivery.round() is None
    assert bucket.texts(SARI) == ["lesson:1:hamil-28"]


async def test_a_lesson_waits_while_bu_sari_fills_in_a_form_but_a_reply_does_not(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    with make_session.begin() as session:
        sari = Person(name="Sari", created_at=NINE)
        session.add(sari)
        session.flush()
        sari_id = sari.id
        session.add(
            Draft(person_id=sari_id, form="f", subject="self", facts={}, state={}, opened_at=NINE, touched_at=NINE)
        )
    promise(make_session, "lesson:1:hamil-28", lane=PLANNED_LANE, person_id=sari_id)
    promise(make_session, "reply:telegram:1:0", person_id=sari_id)
    look_at = await delivery.round()
    assert bucket.texts(SARI) == ["reply:telegram:1:0"]
    assert look_at is not None
    assert NINE < look_at <= NINE + timedelta(seconds=5)
    clock.later(minutes=31)
    await delivery.round()
    assert bucket.texts(SARI)[1:] == ["lesson:1:hamil-28"]


async def test_a_reminder_whose_day_has_passed_is_skipped_and_says_so(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "reminder:1", lane=PLANNED_LANE, expires_at=NINE + timedelta(hours=8))
    clock.later(hours=9)
    await delivery.round()
    assert state(make_session, "reminder:1") == ("skipped", "terlambat")
    assert not bucket.heard


async def test_a_row_that_expires_between_two_expiry_runs_is_not_sent_either(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    await delivery.round()
    promise(make_session, "reminder:1", lane=PLANNED_LANE, expires_at=NINE + timedelta(seconds=5))
    clock.later(seconds=10)
    await delivery.round()
    assert state(make_session, "reminder:1") == ("skipped", "terlambat")
    assert not bucket.heard


async def test_a_lesson_that_was_held_up_does_not_go_out_at_night_but_an_alert_does(
    make_session: Sessions, bucket: Line, clock: Clock
) -> None:
    morning = NINE + timedelta(hours=22)
    delivery = courier(make_session, bucket, clock, allowed=lambda now: max(now, morning))
    promise(make_session, "lesson:1:hamil-28", lane=PLANNED_LANE)
    promise(make_session, "alert:1:2", to=ANWAR, lane=ALERT)
    assert await delivery.round() == morning
    assert [text for _, text in bucket.heard] == ["alert:1:2"]
    clock.now = morning
    await delivery.round()
    assert bucket.texts(SARI) == ["lesson:1:hamil-28"]


# --- what goes wrong, by what to do about it ------------------------------------------------


async def test_nothing_more_is_sent_to_whoever_blocked_us(delivery: Delivery, make_session: Sessions, bucket: Line):
    with make_session.begin() as session:
        session.add(Address(channel="telegram", address=SARI, first_heard_at=NINE, last_heard_at=NINE))
    promise(make_session, "reply:telegram:1:0")
    promise(make_session, "lesson:1:hamil-29", lane=PLANNED_LANE, due_at=NINE + timedelta(days=7))
    promise(make_session, "reply:telegram:2:0", to=ANWAR)
    bucket.troubles[SARI] = [Refused("diblokir oleh penerima")]
    await delivery.round()
    assert state(make_session, "reply:telegram:1:0") == ("failed", "diblokir oleh penerima")
    assert state(make_session, "lesson:1:hamil-29") == ("skipped", "diblokir oleh penerima")
    assert bucket.texts(ANWAR) == ["reply:telegram:2:0"]
    with make_session() as session:
        assert session.scalar(select(Address.state)) == "blocked"


async def test_a_message_of_ours_that_is_refused_is_not_sent_again(
    delivery: Delivery, make_session: Sessions, bucket: Line, capsys: pytest.CaptureFixture[str]
):
    promise(make_session, "reply:telegram:1:0", "Halo Bu Sari")
    promise(make_session, "reply:telegram:1:1")
    bucket.troubles[SARI] = [Rejected("pesan ditolak (400)")]
    await delivery.round()
    assert state(make_session, "reply:telegram:1:0") == ("failed", "pesan ditolak (400)")
    assert bucket.texts(SARI) == ["reply:telegram:1:1", NOT_SENT.text]
    said = "".join(capsys.readouterr())
    assert "delivery.rejected" in said
    assert "Sari" not in said


async def test_a_picture_is_drawn_before_it_goes_out_and_not_for_an_announcement(
    make_session: Sessions, bucket: Line, clock: Clock
):
    drawn: list[str] = []
    delivery = courier(make_session, bucket, clock, prepare=lambda file: not drawn.append(file.path))
    picture = Message("Telur", attachment=Attachment("picture", "abc.png", "telur.png"))
    for key, template in (("lesson:1:telur:7", ""), ("lesson:1:ikan:7", "asuh_pesan_edukasi")):
        with make_session.begin() as session:
            row = outgoing(key, "telegram", SARI, picture.to_json(), NINE, lane=PLANNED_LANE)
            outbox.promise(session, [row | {"template": template}])
        await delivery.round()
    assert drawn == ["abc.png"]


def cannot(file: Attachment) -> bool:
    raise OSError("no space left on the device")


@pytest.mark.parametrize("prepare", [cannot, lambda file: False], ids=["cannot be drawn", "is not there"])
async def test_without_its_picture_a_lesson_still_says_what_it_has_to_say(
    make_session: Sessions, bucket: Line, clock: Clock, prepare: Callable[[Attachment], bool]
):
    delivery = courier(make_session, bucket, clock, prepare=prepare)
    lesson = Message("Bawa sekarang juga", attachment=Attachment("picture", "abc.png", "bahaya.png"))
    with make_session.begin() as session:
        outbox.promise(session, [outgoing("lesson:1:bahaya:7", "telegram", SARI, lesson.to_json(), NINE)])
    await delivery.round()
    assert bucket.heard == [(SARI, "Bawa sekarang juga")]
    assert bucket.files == [None]


async def test_a_mistake_in_our_own_channel_fails_one_message_and_quotes_nothing(
    delivery: Delivery, make_session: Sessions, bucket: Line
):
    promise(make_session, "reply:telegram:1:0")
    promise(make_session, "reply:telegram:2:0", to=ANWAR)
    bucket.troubles[SARI] = [KeyError("Bu Sari")]
    await delivery.round()
    assert state(make_session, "reply:telegram:1:0") == ("failed", "kesalahan kami: KeyError")
    assert bucket.texts(ANWAR) == ["reply:telegram:2:0"]


async def test_a_throttled_chat_waits_as_long_as_it_was_told_and_others_do_not(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "reply:telegram:1:0")
    promise(make_session, "reply:telegram:1:1")
    promise(make_session, "reply:telegram:2:0", to=ANWAR)
    bucket.troubles[SARI] = [Unreachable("Telegram minta jeda", retry_after=7)]
    await delivery.round()
    assert not bucket.texts(SARI)
    assert bucket.texts(ANWAR) == ["reply:telegram:2:0"]
    clock.later(seconds=6)
    promise(make_session, "alert:1:1", lane=ALERT)
    await delivery.round()
    assert not bucket.texts(SARI)
    clock.later(seconds=2)
    await delivery.round()
    assert bucket.texts(SARI) == ["alert:1:1", "reply:telegram:1:0", "reply:telegram:1:1"]


async def test_a_failing_server_is_tried_again_after_longer_pauses_and_then_given_up(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "reply:telegram:1:0")
    bucket.troubles[SARI] = [Unreachable("server sedang terganggu (500)") for _ in range(30)]
    pauses: list[float] = []
    while kept(make_session, "reply:telegram:1:0").state == "planned":
        before = clock.now
        await delivery.round()
        clock.now = max(kept(make_session, "reply:telegram:1:0").due_at, clock.now)
        pauses.append((clock.now - before).total_seconds())
    assert pauses[:5] == [2, 4, 8, 16, 32]
    assert max(pauses) == 1800
    assert bucket.tried == 20
    assert state(make_session, "reply:telegram:1:0") == ("failed", "tidak terkirim: server sedang terganggu (500)")


async def test_when_the_whole_channel_is_down_messages_keep_their_place_and_their_attempts(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "reply:telegram:1:0")
    promise(make_session, "reply:telegram:1:1")
    bucket.troubles[SARI] = [Unreachable("server tidak terjangkau", everyone=True) for _ in range(40)]
    while not bucket.heard and clock.now < NINE + timedelta(hours=2):
        look_at = await delivery.round()
        clock.now = max(look_at or clock.now, clock.now)
    assert clock.now - NINE > timedelta(minutes=30)
    assert bucket.texts(SARI) == ["reply:telegram:1:0", "reply:telegram:1:1"]
    assert kept(make_session, "reply:telegram:1:0").attempts == 1


async def test_after_an_outage_one_message_is_tried_before_the_others_follow(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    for number in range(10):
        promise(make_session, f"reply:telegram:{number}:0", to=str(number))
        bucket.troubles[str(number)] = [Unreachable("server tidak terjangkau", everyone=True)] * 2
    await delivery.round()
    assert bucket.tried == 10
    clock.later(seconds=3)
    await delivery.round()
    assert bucket.tried == 11
    bucket.troubles.clear()
    clock.later(seconds=5)
    await delivery.round()
    assert [text for _, text in bucket.heard] == [f"reply:telegram:{number}:0" for number in range(10)]


@pytest.mark.parametrize(("key", "lane"), [("reply:telegram:1:0", REPLY), ("lesson:1:hamil-28", PLANNED_LANE)])
async def test_what_may_have_arrived_is_never_sent_again(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock, key: str, lane: int
):
    promise(make_session, key, lane=lane)
    bucket.troubles[SARI] = [Uncertain("sambungan terputus")]
    for _ in range(3):
        await delivery.round()
        clock.later(minutes=5)
    assert state(make_session, key) == ("failed", "tidak pasti terkirim: sambungan terputus")
    assert key not in bucket.texts(SARI)


async def test_bu_sari_is_told_once_when_her_replies_may_be_missing(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    for number in range(3):
        promise(make_session, f"reply:telegram:1:{number}")
    bucket.troubles[SARI] = [Uncertain("sambungan terputus") for _ in range(3)]
    for _ in range(4):
        await delivery.round()
        clock.later(minutes=2)
    assert bucket.texts(SARI) == [
        "Tadi layanan sempat terputus. Kalau balasan kami belum sampai, tulis *lanjut*.",
    ]


async def test_an_apology_that_may_have_arrived_is_not_apologised_for(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "reply:telegram:1:0")
    bucket.troubles[SARI] = [Uncertain("sambungan terputus") for _ in range(9)]
    for _ in range(9):
        await delivery.round()
        clock.later(minutes=2)
    assert bucket.tried == 2


async def test_an_alert_that_may_have_arrived_is_sent_once_more_and_says_so(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "alert:1:2", "Anak A-17 sesak napas.", lane=ALERT)
    bucket.troubles[SARI] = [Uncertain("sambungan terputus")]
    await delivery.round()
    clock.later(minutes=2)
    await delivery.round()
    assert bucket.texts(SARI) == ["Pesan ini mungkin terkirim dua kali.\nAnak A-17 sesak napas."]


async def test_an_alert_unsure_twice_is_not_sent_a_third_time(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "alert:1:2", lane=ALERT)
    bucket.troubles[SARI] = [Uncertain("a"), Uncertain("b"), Uncertain("c")]
    for _ in range(4):
        await delivery.round()
        clock.later(minutes=2)
    assert bucket.tried == 2
    assert state(make_session, "alert:1:2") == ("failed", "tidak pasti terkirim: b")


# --- rates -----------------------------------------------------------------------------


async def test_bu_sari_gets_a_burst_and_then_one_a_second(make_session: Sessions, bucket: Line, clock: Clock) -> None:
    delivery = courier(make_session, bucket, clock, Rates(Rate(25, 25), Rate(1, 3)))
    for number in range(6):
        promise(make_session, f"reply:telegram:1:{number}")
    promise(make_session, "reply:telegram:2:0", to=ANWAR)
    look_at = await delivery.round()
    assert len(bucket.texts(SARI)) == 3
    assert bucket.texts(ANWAR)
    assert look_at == NINE + timedelta(seconds=1)
    for seconds in range(1, 4):
        clock.now = NINE + timedelta(seconds=seconds)
        await delivery.round()
        assert len(bucket.texts(SARI)) == 3 + seconds


async def test_a_broadcast_is_sent_at_the_channels_rate(make_session: Sessions, bucket: Line, clock: Clock) -> None:
    delivery = courier(make_session, bucket, clock, Rates(Rate(25, 10), Rate(1, 5)))
    for number in range(60):
        promise(make_session, f"news:{number}", to=str(number), lane=BROADCAST)
    while len(bucket.heard) < 60:
        look_at = await delivery.round()
        clock.now = max(look_at or clock.now, clock.now)
    assert clock.now - NINE == timedelta(seconds=2)


async def test_an_answer_to_bu_sari_goes_out_between_many_alerts_and_holds_none_of_them_up(
    make_session: Sessions, bucket: Line, clock: Clock
) -> None:
    delivery = courier(make_session, bucket, clock, Rates(Rate(25, 5), Rate(1, 5), replies=Rate(5, 1)))
    for number in range(50):
        promise(make_session, f"alert:{number}", to=str(number), lane=ALERT)
    promise(make_session, "reply:telegram:1:0")
    promise(make_session, "reply:telegram:2:0", to=ANWAR)
    await delivery.round()
    assert [to for to, _ in bucket.heard] == ["0", "1", "2", "3", "4", SARI]
    while len(bucket.heard) < 52:
        look_at = await delivery.round()
        clock.now = max(look_at or clock.now, clock.now)
    assert [to for to, _ in bucket.heard].index(ANWAR) == 11  # after a fifth of a second
    assert clock.now - NINE == timedelta(seconds=1.8)  # 5 alerts at once, and 25 a second


async def test_nothing_goes_to_a_channel_that_rests_not_even_a_reply(
    make_session: Sessions, bucket: Line, clock: Clock
) -> None:
    delivery = courier(make_session, bucket, clock, Rates(Rate(25, 5), Rate(1, 5), replies=Rate(5, 5)))
    promise(make_session, "alert:1", to=ANWAR, lane=ALERT)
    bucket.troubles[ANWAR] = [Unreachable("429", retry_after=30, everyone=True)]
    await delivery.round()
    promise(make_session, "reply:telegram:1:0")
    clock.later(seconds=29)
    await delivery.round()
    assert not bucket.texts(SARI)
    clock.later(seconds=2)
    await delivery.round()
    assert bucket.texts(SARI)


async def test_no_more_are_sent_at_once_than_a_crash_may_leave_unsure(
    delivery: Delivery, make_session: Sessions, bucket: Line
) -> None:
    for number in range(60):
        promise(make_session, f"news:{number}", to=str(number), lane=BROADCAST)
    await delivery.round()
    assert len(bucket.heard) == 60
    assert bucket.most == 25


async def test_a_clock_put_back_stops_no_messages(make_session: Sessions, bucket: Line, clock: Clock) -> None:
    delivery = courier(make_session, bucket, clock, Rates(Rate(25, 2), Rate(1, 2)))
    promise(make_session, "reply:telegram:1:0", at=NINE - timedelta(days=2))
    await delivery.round()
    clock.now = NINE - timedelta(days=1)
    promise(make_session, "reply:telegram:1:1", at=NINE - timedelta(days=2))
    await delivery.round()
    assert len(bucket.texts(SARI)) == 2


async def test_a_channel_nobody_serves_here_does_not_hold_up_the_others(
    delivery: Delivery, make_session: Sessions, bucket: Line
) -> None:
    with make_session.begin() as session:
        rows = [outgoing(f"old:{n}", "pigeon", str(n), {"text": "?"}, NINE - timedelta(days=1)) for n in range(40)]
        outbox.promise(session, rows)
    promise(make_session, "reply:telegram:1:0")
    await delivery.round()
    assert bucket.texts(SARI) == ["reply:telegram:1:0"]
    assert state(make_session, "old:0") == ("planned", "")


# --- a process dies ----------------------------------------------------------------------


def taken(sessions: Sessions, keys: Iterable[str], at: datetime = NINE) -> None:
    """These were on the wire when the process died."""
    with sessions.begin() as session:
        for row in session.scalars(select(Outgoing).where(Outgoing.key.in_(keys))):
            row.state, row.taken_at, row.attempts = "taken", at, 1


async def test_after_a_crash_replies_are_asked_about_lessons_let_go_and_alerts_repeated(
    delivery: Delivery, make_session: Sessions, bucket: Line, clock: Clock
):
    promise(make_session, "reply:telegram:1:0", "Terima kasih, Bu Sari")
    promise(make_session, "lesson:1:hamil-28", to="900", lane=PLANNED_LANE)
    promise(make_session, "alert:1:2", "Sesak napas.", to=ANWAR, lane=ALERT)
    taken(make_session, ["reply:telegram:1:0", "lesson:1:hamil-28", "alert:1:2"])
    clock.later(seconds=5)
    assert await delivery.recover() == 3
    assert await delivery.recover() == 0
    clock.later(seconds=5)
    await delivery.round()
    assert bucket.texts(SARI) == ["Tadi layanan sempat terputus. Kalau balasan kami belum sampai, tulis *lanjut*."]
    assert bucket.texts(ANWAR) == ["Pesan ini mungkin terkirim dua kali.\nSesak napas."]
    assert not bucket.texts("900")
    assert state(make_session, "lesson:1:hamil-28")[0] == "failed"


async def test_with_several_processes_only_a_lease_that_ran_out_is_taken_over(
    make_session: Sessions, bucket: Line, clock: Clock
) -> None:
    delivery = courier(make_session, bucket, clock, lease=timedelta(minutes=5))
    promise(make_session, "reply:telegram:1:0")
    promise(make_session, "reply:telegram:2:0", to=ANWAR)
    taken(make_session, ["reply:telegram:1:0"], NINE - timedelta(minutes=6))
    taken(make_session, ["reply:telegram:2:0"], NINE - timedelta(minutes=4))
    assert await delivery.recover() == 1
    assert kept(make_session, "reply:telegram:2:0").state == "taken"
    clock.later(minutes=2)
    await delivery.round()
    assert kept(make_session, "reply:telegram:2:0").state == "failed"


async def test_a_worker_that_lost_its_lease_writes_nothing_over_the_new_owner(
    make_session: Sessions, bucket: Line, clock: Clock
) -> None:
    delivery = courier(make_session, bucket, clock, lease=timedelta(minutes=5))
    promise(make_session, "alert:1:2", lane=ALERT)
    bucket.hold = asyncio.Event()
    rounds = asyncio.create_task(delivery.round())
    await bucket.tries.get()
    taken(make_session, ["alert:1:2"], NINE + timedelta(minutes=6))
    bucket.hold.set()
    await rounds
    assert kept(make_session, "alert:1:2").state == "taken"


# --- while the service runs ------------------------------------------------------------------


async def test_a_reply_goes_out_as_soon_as_delivery_is_woken(
    only_when_woken: None, delivery: Delivery, make_session: Sessions, bucket: Line
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(delivery.run(stop))
    await asyncio.sleep(0)
    promise(make_session, "reply:telegram:1:0")
    delivery.wake()
    async with patiently():
        await bucket.tries.get()
    stop.set()
    await running
    assert state(make_session, "reply:telegram:1:0") == ("sent", "")


async def test_a_slow_chat_holds_up_nobody_and_stopping_lets_it_finish(
    only_when_woken: None, delivery: Delivery, make_session: Sessions, bucket: Line
) -> None:
    stop, bucket.hold = asyncio.Event(), asyncio.Event()
    promise(make_session, "reply:telegram:1:0")
    running = asyncio.create_task(delivery.run(stop))
    async with patiently():
        await bucket.tries.get()
        promise(make_session, "reply:telegram:2:0", to=ANWAR)
        delivery.wake()
        assert await bucket.tries.get() == ANWAR
    stop.set()
    bucket.hold.set()
    await running
    assert {state(make_session, f"reply:telegram:{n}:0") for n in (1, 2)} == {("sent", "")}


def test_failures_are_exceptions_of_one_family() -> None:
    assert all(issubclass(kind, SendFailure) for kind in (Refused, Rejected, Unreachable, Uncertain))
