"""Bad input: whatever is posted gets a sentence or nothing, is never set aside, and writes nothing of anybody's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Engine, event, select

from bot.intake import handle_next, keep
from bot.telegram import webhook as telegram_webhook
from bot.telegram.channel import Telegram
from bot.telegram.polling import poll
from bot.whatsapp import webhook as whatsapp_webhook
from bot.whatsapp.channel import WhatsApp
from db.base import Base
from db.children import Carer
from db.drafts import Draft
from db.engine import Sessions
from db.inbox import Received
from db.outbox import Outgoing
from db.people import Address
from flow.message import Channel
from handlers.shell.buttons import NOT_VALID
from tests import people
from tests.bot.telegram import updates
from tests.bot.test_intake import NoWire, kept, said
from tests.bot.whatsapp import posts
from tests.waiting import patiently

NOW, TODAY = people.NOW, people.TODAY
ANWAR, SARI, NOBODY, BEGINNER = 881, 882, 883, 884
SECRET = "s3cret_of-the-city"
MAY_CHANGE = {"address", "outgoing", "received"}
SEEN = "audit", "audit_name"  # a menu or a list of one's own that is shown leaves a line
UNSAID = ("Tim kami", "Traceback", "Error", "None", "nan", "inf")
NINES = "9" * 400
BIG = ("2147483648", "4294967297", "9223372036854775807", "9223372036854775808", "9" * 40)


def nested(levels: int) -> Any:
    held: Any = "x"
    for _ in range(levels):
        held = [held]
    return held


TAPS = (
    # a form's buttons
    "f", "f.", "f...", "f.²..send", "f.².weight.1", "f.1.weight.²", "f.٣.weight.1", "f.-1..send", "f.0..send",
    "f.01..send",
    "f.1e3..send", "f.1.weight.=" + "9" * 40, "f.1.weight.=NaN", "f.1.weight.=Infinity", "f.1.weight.=1e308",
    "f.1.weight.~weight", "f.1.nothing.999", "f.1.weight.9999", "f.1.weight.=\x00", "f.1.whom.=\x7f\x1b[2J",
    "f.1....",
    *(f"f.{id}..send" for id in BIG),
    # words without their arguments, with too many, of the wrong kind
    "", ":", "::::", "report", "report:", "report:child", "report:child:", "report:child:²", "report:child:1:2",
    "report:family:1", "report:child:-1", "report:child:+1", "report:child: 1", "report:child:1_0", "report:child:01",
    "undo", "undo:", "undo:x", "undo:1:2", "correct:٣", "again:1.0", "pause:8", "pause:7:7", "pause:７", "day:9",
    "day:-1",
    "hour:9", "hour:25:any", "hour:²:any", "hour:9:٣", "lang:", "lang:xx", "stopwhy:0", "stopwhy:99",
    "consent:yes", "consent::1",
    "consent:maybe:1", "menu", "menu:", "menu:rahasia", "menu:home:1", "menu:__class__", "join", "join:x",
    "selfjoin:maybe",
    "more", "more:1", "more:-1:x", "more:²:x", "more:99999999999:x", "read", "read:", "read::", "page:anak:-1",
    "page:x:1",
    "page:anak:99999", "late:-1", "late:²", "remind:x", "ref:accept", "ref:rahasia:1", "ref:close:1",
    "ref:close:1:x", "got:1",
    "got:1:x", "why:1:no", "why:1:no:x", "why:1:x:jauh", "news:who:child:x", "news:yes:x:child:1",
    "news:yes:moved:1", "loss:yes",
    "loss:yes:died", "loss:yes:x:child:1", "loss:yes:mother", "loss:yes:mother:family:1", "loss:who:visit:1",
    "birth:child:1",
    "birth:undo", "birth:x:pregnancy:1", "expecting", "expecting:x", "expecting:due", "expecting:due:x", "name:",
    "name:x",
    "chart:monthly", "chart:monthly:x", "chart:1", "chart:1:rahasia", "chart:²:berat", "remeasure:", "lesson",
    "lesson:x:1",
    "lesson:hamil-40:0", "lesson:hamil-40:99", "lesson:hamil-40:²", "lesson:hamil-40:1:²", "lesson:__init__:1:1",
    "rm -rf /",
    "'; DROP TABLE child; --", "%s%s%n", "{0.__class__}", "{ibu}", "ref\nclose:1:x", "menu:home\x00", "🌸",
    "मेनू:1", "a" * 64,
    *(f"{path}:{id}" for path in ("undo", "report:child", "birth:pregnancy", "name", "ref:seen",
    "loss:yes:mother:pregnancy",
                                 "chart", "remind", "again", "expecting", "consent:yes", "got") for id in BIG[:4]),
)  # fmt: skip

TEXTS = (
    NINES, f"-{NINES}", f"{NINES},{NINES}", f"0,{NINES}", f"{NINES} gram", "NaN", "nan", "Infinity", "-inf",
    "1e309", "1e-400",
    "8,4e5", "²", "٨٫٤", "８,４", "8.4.4", "8,,4", "-0", "0x10", "1_000", "\x01\x02", "\x7f", "8,4\x00", "\ud83d",
    "\u202e8,4",
    "{}", "{0}", "%(x)s", "9" * 4096, "8,4 " * 900, ",".join("1" * 900), "31/02/0000", "99/99/9999", "1/1/٢٠٢٦",
    "١/١",
    "/start " + "A" * 4000, "/start \x00", "mulai ²²²²-²²²²", "*" * 4000,
)  # fmt: skip


class Town:
    """Pak Anwar with the form of Rafa open at his weight, Bu Sari, a stranger, and one who only began to join."""

    def __init__(self, sessions: Sessions, channel: str = "telegram", named: Callable[[int], str] = str):
        self.sessions = sessions
        with sessions.begin() as session:
            home = people.family(session)
            rafa = people.child(session, home, born=TODAY - timedelta(days=430))
            people.pregnancy(session, home, TODAY + timedelta(days=40))
            anwar, sari = people.asn(session, reachable=False), people.carer(session, home, reachable=False).person
            people.fosters(session, anwar, home, TODAY - timedelta(days=40))
            for who, number in ((anwar, ANWAR), (sari, SARI)):
                people.address(session, who, channel).address = named(number)
            self.subject = f"child:{rafa.id}"

    def rows(self, *but: str) -> dict[str, list[Any]]:
        with self.sessions() as session:
            return {
                table.name: sorted(map(repr, session.execute(select(table))))
                for table in Base.metadata.sorted_tables
                if table.name not in MAY_CHANGE | {*but}
            }


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(NoWire(), Path("/nonexistent"), lambda: NOW)


@pytest.fixture
def whatsapp() -> WhatsApp:
    return WhatsApp(NoWire(), Path("/nonexistent"), lambda: NOW)  # pyright: ignore[reportArgumentType]


def handle(sessions: Sessions, channel: Channel, *raw: Any) -> None:
    """Everything through the real intake and the real worker, as it would be on the wire: written as JSON, and read."""
    keep(sessions, channel, [json.loads(json.dumps(one)) for one in raw], NOW)
    while handle_next(sessions, {channel.name: channel}, NOW, people.city()):
        pass


def nothing_is_wrong(sessions: Sessions, asked: dict[str, Any]) -> None:
    """Nothing is set aside, and nobody reads an apology or the inside of the machine."""
    with sessions() as session:
        aside = session.scalars(select(Received).where(Received.state != "done")).all()
        assert not [(row.key, row.reason, asked.get(row.key)) for row in aside]
        for row in session.scalars(select(Outgoing)):
            said = str(row.message.get("text", ""))
            assert said
            assert not [word for word in UNSAID if word in said], (said, row.key)


def open_the_sheet(sessions: Sessions, channel: Channel, town: Town) -> None:
    """Up to the question for the weight."""
    handle(sessions, channel, updates.tap(ANWAR, f"report:{town.subject}"))
    for action in ("whom.1", "health.1", "measured.1", "measured_on.1"):
        with sessions() as session:
            draft = session.scalars(select(Draft)).one()
        handle(sessions, channel, updates.tap(ANWAR, f"f.{draft.id}.{action}"))
    assert "berat" in said(sessions, ANWAR)[-1].message["text"]


@pytest.mark.parametrize("who", [ANWAR, SARI, NOBODY, BEGINNER], ids=["an ASN", "a mother", "a stranger", "a beginner"])
def test_a_button_that_is_none_of_ours_changes_nothing(make_session: Sessions, telegram: Telegram, who: int) -> None:
    assert len(TAPS) > 150
    town = Town(make_session)
    open_the_sheet(make_session, telegram, town)
    handle(make_session, telegram, updates.tap(BEGINNER, "selfjoin:yes"))
    before = town.rows("draft", *SEEN)
    asked = {f"telegram:{one['update_id']}": one for one in (updates.tap(who, token) for token in TAPS)}
    handle(make_session, telegram, *asked.values())
    nothing_is_wrong(make_session, asked)
    assert town.rows("draft", *SEEN) == before
    with make_session() as session:
        # A mark or a step back belongs to the form; no answer came from a button that is none of ours.
        answers = [draft.state["answers"] for draft in session.scalars(select(Draft).order_by(Draft.id))]
        assert "weight" not in answers[0]


@pytest.mark.parametrize("who", [ANWAR, SARI, NOBODY, BEGINNER], ids=["an ASN", "a mother", "a stranger", "a beginner"])
def test_words_that_are_no_answer_get_a_sentence(make_session: Sessions, telegram: Telegram, who: int) -> None:
    town = Town(make_session)
    open_the_sheet(make_session, telegram, town)
    handle(make_session, telegram, updates.tap(BEGINNER, "selfjoin:yes"))
    kept = "draft", "note", "attempt", "question", "question_message", "question_outgoing", *SEEN
    before, asked = town.rows(*kept), False
    for text in TEXTS:
        one = updates.text(who, text)
        count = len(said(make_session, who))
        handle(make_session, telegram, one)
        nothing_is_wrong(make_session, {f"telegram:{one['update_id']}": text[:60]})
        # A mother's further words within two minutes go on with her question, which was answered with one sentence.
        assert len(said(make_session, who)) > count or (who == SARI and asked), text[:60]
        asked = asked or who == SARI
    assert town.rows(*kept) == before


@pytest.mark.parametrize(
    "weight", [NINES, f"{NINES} gram", f"0,{NINES}", "9" * 300, "-" + NINES, "NaN", "Infinity", "²"]
)
def test_a_weight_nobody_has_is_asked_for_again(make_session: Sessions, telegram: Telegram, weight: str) -> None:
    town = Town(make_session)
    open_the_sheet(make_session, telegram, town)
    handle(make_session, telegram, updates.text(ANWAR, weight))
    answer = said(make_session, ANWAR)[-1].message["text"]
    assert "Angkanya antara" in answer or "Tulis angkanya saja" in answer
    assert "99999" not in answer
    with make_session() as session:
        [state] = [draft.state for draft in session.scalars(select(Draft))]
    assert "weight" not in state["answers"]
    assert not state.get("doubted")


TELEGRAM_PAYLOADS: dict[str, Any] = {
    "NaN as a place": {"message": {"location": {"latitude": float("nan"), "longitude": float("inf")}}},
    "NaN where nobody looks": {"message": {"text": "halo", "extra": float("nan")}},
    "an infinite date": {"message": {"text": "halo", "date": float("inf")}},
    "an infinite size": {"message": {"document": {"file_id": "x", "file_size": float("inf")}}},
    "a NUL in a text": {"message": {"text": "ha\0lo"}},
    "a NUL in a name": {"message": {"text": "halo", "from": {"id": NOBODY, "first_name": "S\0ari"}}},
    "a NUL in a key": {"message": {"text": "halo", "a\0b": 1}},
    "half a surrogate pair": {"message": {"text": "halo \ud800"}},
    "half a surrogate pair where nobody looks": {"message": {"text": "halo", "\udfff": "\ud83d"}},
    "a very deep list": {"message": {"text": "halo", "extra": nested(200)}},
    "a number of 4,000 digits": {"message": {"text": "halo", "extra": int("9" * 4000)}},
    "a date beyond all calendars": {"message": {"text": "halo", "date": 2**62}},
    "a text that is none": {"message": {"text": ["halo"]}},
    "a photo that is none": {"message": {"photo": [1, None, {"file_id": "\0"}]}},
    "a contact that is none": {"message": {"contact": {"phone_number": "\0" * 20, "user_id": NOBODY}}},
    "a number in other digits": {"message": {"contact": {"phone_number": "+62٨١٢٣٤٥٦٧٨٩٠", "user_id": NOBODY}}},
}


@pytest.mark.parametrize("odd", TELEGRAM_PAYLOADS.values(), ids=TELEGRAM_PAYLOADS.keys())
@pytest.mark.parametrize("who", [NOBODY, SARI], ids=["a stranger", "a mother"])
def test_an_odd_telegram_update_is_kept_and_handled(
    make_session: Sessions, telegram: Telegram, odd: dict[str, Any], who: int
) -> None:
    town = Town(make_session)
    before = town.rows("note", *SEEN)
    update = updates.message(who)
    update["message"] |= {**odd["message"], **({"from": updates.user(who)} if who == SARI else {})}
    handle(make_session, telegram, update, updates.text(ANWAR, "menu"))
    nothing_is_wrong(make_session, {})
    assert said(make_session, ANWAR), "the one that came with it is answered too"
    assert town.rows("note", *SEEN) == before


def whatsapp_items() -> dict[str, Any]:
    nan, who = float("nan"), posts.SARI
    odd = posts.text("halo")
    return {
        "NaN as a place": posts.item(posts.place(nan, float("inf"))),
        "NaN where nobody looks": posts.item({**posts.text("halo"), "extra": [nan, -float("inf")]}),
        "a NUL in a text": posts.item(posts.text("ha\0lo")),
        "a NUL in a tap": posts.item(posts.button_reply("menu:\0home")),
        "a NUL in the id": posts.item({**odd, "id": "wamid.\0X"}),
        "half a surrogate pair": posts.item(posts.text("halo \ud800")),
        "a very deep list": posts.item({**posts.text("halo"), "extra": nested(200)}),
        "a tap of 256 characters": posts.item(posts.button_reply("f.1.weight.=" + "9" * 244)),
        "a tap of 300 characters": posts.item(posts.list_reply("x" * 300)),
        "an id of 300 characters": posts.item({**posts.text("halo"), "id": "wamid." + "x" * 290}),
        "a timestamp that is none": posts.item({**posts.text("halo"), "timestamp": "²"}),
        "an infinite timestamp": posts.item({**posts.text("halo"), "timestamp": float("inf")}),
        "a body that is none": posts.item(posts.message("text", {"body": {"x": 1}})),
        "a kind that is none": posts.item({**posts.text("halo"), "type": ["text"]}),
        "a card without a number": posts.item(posts.card("٨١٢")),
        "a name of NULs": posts.item(posts.text("halo"), posts.contact(name="\0\0")),
        "a status of a very long id": posts.status_item({"id": "w" * 300, "status": "sent", "recipient_id": who}),
        "a status with NaN": posts.status_item(
            {"id": "wamid.Z", "status": "failed", "recipient_id": who, "errors": [{"code": nan, "title": "\0"}]}
        ),
        "a template with a very long name": {
            "field": "message_template_status_update", "time": nan,
            "value": posts.template_value(message_template_name="n" * 500, event="APPROVED"),
        },
        "and it changes once more": {
            "field": "message_template_status_update", "time": 1,
            "value": posts.template_value(message_template_name="n" * 500, event="PAUSED" * 9),
        },
    }  # fmt: skip


def test_odd_whatsapp_items_are_kept_and_handled(make_session: Sessions, whatsapp: WhatsApp) -> None:
    town = Town(make_session, "whatsapp")
    before = town.rows("report", "template_state")
    items = whatsapp_items()
    handle(make_session, whatsapp, *items.values())
    nothing_is_wrong(make_session, items)
    assert town.rows("report", "template_state") == before
    with make_session() as session:
        assert len(session.scalars(select(Received)).all()) == len(items)


# --- from the wire ---------------------------------------------------------------------------------


def update(number: int, message: bytes) -> bytes:
    """An update of a stranger's message, as bytes that no writer of JSON would give."""
    return b'{"update_id": %d, "message": {"chat": {"id": 883, "type": "private"}, %s}}' % (number, message)


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "NaN": b'{"update_id": 7, "message": NaN}',
    "a bare NaN": b"NaN",
    "an infinite number": update(8, b'"date": 1e999, "text": "halo"'),
    "an infinite update": b'{"update_id": 1e999}',
    "a NUL": update(9, b'"text": "ha\\u0000lo", "\\u0000": 1'),
    "half a surrogate pair": update(10, b'"text": "\\ud800"'),
    "an impossible number of digits": b'{"update_id": ' + b"9" * 5000 + b"}",
    "an update beyond 64 bits": b'{"update_id": 9223372036854775808}',
    "900 levels": b'{"update_id": 11, "message": {"chat": {"id": 883, "type": "private"}, "text": "halo", "x": '
    + b"[" * 900 + b"]" * 900 + b"}}",
    "100,000 levels": b"[" * 100_000,
    "bytes that are no text": b'{"update_id": 12, "message": "\xff\xfe"}',
    "an entry that is none": b'{"entry": NaN}',
    "changes with NaN": b'{"entry": [{"time": NaN, "changes": [{"field": "messages", "value": {"messages": '
    b'[{"from": "6281234567890", "id": "wamid.N", "type": "text", "text": {"body": "halo"}, "x": NaN}]}}]}]}',
}  # fmt: skip


async def serve(path: str, handler: Any, work: Callable[[str], Awaitable[None]]) -> None:
    app = web.Application()
    app.router.add_post(path, handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await work(f"http://127.0.0.1:{runner.addresses[0][1]}{path}")
    finally:
        await runner.cleanup()


def keeper(sessions: Sessions, channel: Channel) -> Callable[[list[dict[str, Any]]], Awaitable[None]]:
    async def kept_now(batch: list[dict[str, Any]]) -> None:
        await asyncio.to_thread(keep, sessions, channel, batch, NOW)

    return kept_now


async def test_whatever_is_posted_to_the_telegram_webhook_is_confirmed_and_handled(
    make_session: Sessions, telegram: Telegram
) -> None:
    async def post_all(url: str) -> None:
        async with aiohttp.ClientSession(headers={telegram_webhook.HEADER: SECRET}) as session:
            for name, body in BODIES.items():
                async with session.post(url, data=body) as response:
                    assert response.status == 200, name

    await serve(telegram_webhook.PATH, telegram_webhook.handler(SECRET, keeper(make_session, telegram)), post_all)
    handle(make_session, telegram)
    nothing_is_wrong(make_session, {})
    assert len(said(make_session, NOBODY)) == 4


async def test_whatever_is_posted_to_the_whatsapp_webhook_is_confirmed_and_handled(
    make_session: Sessions, whatsapp: WhatsApp
) -> None:
    async def post_all(url: str) -> None:
        async with aiohttp.ClientSession() as session:
            for name, body in BODIES.items():
                signed = {whatsapp_webhook.HEADER: posts.signature(body, SECRET)}
                async with session.post(url, data=body, headers=signed) as response:
                    assert response.status == 200, name

    handler = whatsapp_webhook.handler([SECRET], posts.NUMBER, keeper(make_session, whatsapp))
    await serve(whatsapp_webhook.PATH, handler, post_all)
    handle(make_session, whatsapp)
    nothing_is_wrong(make_session, {})
    assert [row.key for row in kept(make_session)] == ["whatsapp:wamid.N"]


async def test_an_update_that_a_database_would_refuse_does_not_stop_the_polling(
    make_session: Sessions, telegram: Telegram
) -> None:
    odd, sound = updates.text(NOBODY, "halo\0"), updates.text(ANWAR, "menu")
    odd["message"]["extra"] = [float("nan"), float("inf")]
    stop, batches = asyncio.Event(), list[int]()

    async def keep_all(batch: list[dict[str, Any]]) -> None:
        await keeper(make_session, telegram)(batch)
        batches.append(len(batch))
        stop.set()

    class Server:
        async def updates(self, offset: int, wait: int) -> Any:
            return json.loads(json.dumps([odd, sound]))

    async with patiently():
        await poll(Server(), keep_all, stop)  # pyright: ignore[reportArgumentType]
    assert batches == [2]
    handle(make_session, telegram)
    nothing_is_wrong(make_session, {})


# --- a bug is no old button ---------------------------------------------------------------------------


@pytest.mark.parametrize("mistake", [KeyError("?"), ValueError("?"), LookupError("?"), IndexError("?")], ids=repr)
def test_a_bug_behind_a_button_commits_nothing_and_is_set_aside(
    make_session: Sessions, engine: Engine, telegram: Telegram, mistake: Exception
) -> None:
    town = Town(make_session)
    before = town.rows()
    tripped: list[bool] = []

    def stumble(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        """After the pause was written, while what is planned is being skipped."""
        if statement.startswith("UPDATE outgoing SET state"):
            tripped.append(connection.execute(select(Carer.paused_until)).scalar_one() is not None)
            raise mistake

    event.listen(engine, "before_cursor_execute", stumble)
    try:
        handle(make_session, telegram, updates.tap(SARI, "pause:7"))
    finally:
        event.remove(engine, "before_cursor_execute", stumble)
    assert tripped == [True], "the pause had been written by then"
    [row] = kept(make_session)
    assert row.state == "aside"
    assert row.reason.startswith(type(mistake).__name__)
    assert "db/outbox.py" in row.reason  # the innermost place of ours
    assert town.rows() == before
    assert [NOT_VALID in reply.message["text"] for reply in said(make_session, SARI)] == [False]


def test_a_refused_button_takes_back_what_it_had_begun(make_session: Sessions, telegram: Telegram) -> None:
    """The answer to a lesson opens the form of a birth; the family is not hers any more."""
    town = Town(make_session)
    with make_session.begin() as session:
        who = session.scalars(select(Address).where(Address.address == str(SARI))).one().person_id
        session.delete(session.scalars(select(Carer)).one())
        row: dict[str, Any] = {"channel": "telegram", "address": str(SARI), "message": {"text": "Sudah lahir?"}}
        key = f"lesson:{who}:hamil-40:1"
        row |= {"lane": 2, "due_at": NOW, "created_at": NOW, "state": "sent", "person_id": who, "kind": "lesson"}
        session.add(Outgoing(key=key, **row))
    before = town.rows()
    handle(make_session, telegram, updates.tap(SARI, "lesson:hamil-40:1:1"))
    assert said(make_session, SARI)[-1].message["text"] == NOT_VALID
    assert town.rows() == before
