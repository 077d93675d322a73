"""What a refusal of the server means, by what to do about it."""

from __future__ import annotations

import json
from typing import Any, cast

import aiohttp
import pytest
from aiogram import Bot

from bot.telegram.failures import no_file
from bot.telegram.methods import GetUpdates, PreparedMethod
from bot.telegram.session import Session
from bot.telegram.wire import Gone, Moved, TokenRefused, Unchanged, Unparsable
from flow.message import Refused, Rejected, SendFailure, Uncertain, Unreachable
from tests.bot.telegram.botapi import TOKEN

SEND = {"chat_id": "881", "text": "halo"}


def failure(status: int, answer: Any, payload: dict[str, Any]) -> SendFailure:
    """What is raised for an answer with this HTTP status; None is an answer that is not JSON."""
    session = Session("http://127.0.0.1", cast(aiohttp.ClientSession, None))  # nothing is sent in these tests
    method = PreparedMethod(name="sendMessage", payload=payload)
    with pytest.raises(SendFailure) as caught:
        session.check_response(
            Bot(TOKEN, session=session), method, status, "<html>" if answer is None else json.dumps(answer)
        )
    return caught.value


def refusal(code: int, description: str, **parameters: Any) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description, "parameters": parameters}


@pytest.mark.parametrize(
    ("code", "description", "kind", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", Refused, "diblokir oleh penerima"),
        (403, "Forbidden: user is deactivated", Refused, "akun penerima sudah tidak aktif"),
        (403, "Forbidden: bot can't initiate conversation with a user", Refused, "penerima belum menekan Mulai"),
        (403, "Forbidden: bot was kicked from the group chat", Refused, "dikeluarkan dari grup"),
        (403, "Forbidden: bot is not a member of the channel chat", Refused, "bukan anggota grup"),
        (403, "Forbidden: something new", Refused, "Forbidden: something new"),
        (400, "Bad Request: chat not found", Refused, "alamat tidak dikenal Telegram"),
        (400, "Bad Request: PEER_ID_INVALID", Refused, "alamat tidak dikenal Telegram"),
        (400, "Bad Request: message is too long", Rejected, "message is too long"),
        (400, "Bad Request: can't parse entities: Unsupported start tag", Unparsable, "can't parse"),
        (400, "Bad Request: BUTTON_DATA_INVALID", Rejected, "BUTTON_DATA_INVALID"),
        (400, "Bad Request: reply markup is too long", Rejected, "reply markup"),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", Rejected, "wrong file"),
        (400, "Bad Request: file is too big", Rejected, "too big"),
        (413, "Request Entity Too Large", Rejected, "413"),
        (400, "Bad Request: message is not modified: specified new", Unchanged, "not modified"),
        (400, "Bad Request: message to edit not found", Gone, "not found"),
        (400, "Bad Request: message can't be edited", Gone, "can't be edited"),
        (400, "Bad Request: MESSAGE_ID_INVALID", Gone, "MESSAGE_ID_INVALID"),
        (400, "Bad Request: there is no text in the message to edit", Gone, "no text"),
        (400, "Bad Request: query is too old and response timeout expired", Gone, "too old"),
        (401, "Unauthorized", TokenRefused, "token"),
        (404, "Not Found", TokenRefused, "token"),
        (409, "Conflict: terminated by other getUpdates request", Unreachable, "terminated"),
        (500, "Internal Server Error", Unreachable, "500"),
        (502, "Bad Gateway", Unreachable, "502"),
        (504, "Gateway Timeout", Uncertain, "504"),
    ],
)
def test_a_refusal_is_named_by_what_to_do(code: int, description: str, kind: type[Exception], reason: str) -> None:
    found = failure(code, refusal(code, description), SEND)
    assert type(found) is kind
    assert reason in str(found)


def test_too_many_requests_pause_one_chat_or_everyone() -> None:
    slow = refusal(429, "Too Many Requests: retry after 7", retry_after=7)
    for answer, payload, seconds, everyone in (
        (slow, SEND, 7.0, False),
        (slow, {}, 7.0, True),
        (None, SEND, None, False),
    ):
        found = failure(429, answer, payload)
        assert isinstance(found, Unreachable)
        assert (found.reason, found.retry_after, found.everyone) == ("Telegram minta jeda", seconds, everyone)


def test_a_description_that_is_missing_does_not_hide_the_number() -> None:
    for code, kind in ((502, Unreachable), (401, TokenRefused), (403, Refused)):
        assert isinstance(failure(code, {"ok": False, "error_code": code}, SEND), kind)


def test_an_answer_that_is_a_success_but_not_the_one_asked_for_leaves_it_uncertain() -> None:
    session = Session("http://127.0.0.1", cast(aiohttp.ClientSession, None))
    answer = json.dumps({"ok": True, "result": {"a": 1}})
    with pytest.raises(Uncertain):
        session.check_response(Bot(TOKEN, session=session), GetUpdates(offset=0, timeout=0), 200, answer)


@pytest.mark.parametrize(
    ("status", "kind", "everyone"),
    [
        (302, Unreachable, True),
        (400, Rejected, None),
        (401, TokenRefused, None),
        (404, Rejected, None),
        (429, Unreachable, True),
        (502, Unreachable, False),
        (504, Unreachable, False),
    ],
)
def test_a_file_that_is_not_given_out_is_named_by_what_to_do(status: int, kind: type, everyone: bool | None) -> None:
    found = no_file(status)
    assert type(found) is kind
    assert getattr(found, "everyone", None) is everyone


def test_the_number_in_the_answer_counts_more_than_that_of_http() -> None:
    assert isinstance(failure(200, refusal(403, "Forbidden: bot was blocked by the user"), SEND), Refused)


def test_a_group_that_became_a_supergroup_names_its_new_address() -> None:
    moved = failure(400, refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009), SEND)
    assert isinstance(moved, Moved)
    assert moved.to == "-1009"


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, None, Uncertain),
        (200, ["what"], Uncertain),
        (200, {"ok": False}, Uncertain),
        (302, None, Unreachable),
        (400, None, Rejected),
        (400, {"description": 5, "error_code": "x", "parameters": 3}, Rejected),
        (413, None, Rejected),
        (502, None, Unreachable),
    ],
)
def test_an_answer_that_is_not_telegrams_is_understood_by_its_number(status: int, answer: Any, kind: type) -> None:
    assert isinstance(failure(status, answer, SEND), kind)
