"""What a refusal of the Cloud API means, by what to do about it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.whatsapp.wire import AccountBlocked, NotThere, PairLimit, TokenRefused, failure, failure_of_status
from flow.message import (
    OptedOut,
    Refused,
    Rejected,
    TemplateRefused,
    Uncertain,
    Undeliverable,
    Unreachable,
    WindowClosed,
)

SEND = {"to": "+6281234567890", "type": "text", "text": {"body": "halo"}}
TEMPLATE = {"to": "+6281234567890", "type": "template", "template": {"name": "asuh_pesan"}}


def error(code: int, details: str = "because", **rest: Any) -> dict[str, Any]:
    return {"error": {"message": f"(#{code}) title", "code": code, "error_data": {"details": details}, **rest}}


CODES: list[tuple[int, type[Exception]]] = [
    (131047, WindowClosed),
    (131026, Undeliverable),
    (130497, Undeliverable),
    (131050, OptedOut),
    (131021, Refused),
    (131056, PairLimit),
    (131049, Unreachable),
    (130472, Unreachable),
    (130429, Unreachable),
    (80007, Unreachable),
    (4, Unreachable),
    (131057, Unreachable),
    (0, TokenRefused),
    (10, TokenRefused),
    (190, TokenRefused),
    (200, TokenRefused),
    (131005, TokenRefused),
    (368, AccountBlocked),
    (131031, AccountBlocked),
    (131037, AccountBlocked),
    (131042, AccountBlocked),
    (131048, AccountBlocked),
    (133010, AccountBlocked),
    (132000, TemplateRefused),
    (132001, TemplateRefused),
    (132005, TemplateRefused),
    (132007, TemplateRefused),
    (132012, TemplateRefused),
    (132015, TemplateRefused),
    (132016, TemplateRefused),
    (132018, TemplateRefused),
    (100, Rejected),
    (131008, Rejected),
    (131009, Rejected),
    (131030, Rejected),
    (131051, Rejected),
    (131062, Rejected),
    (131000, Unreachable),
    (131016, Unreachable),
    (1, Unreachable),
    (2, Unreachable),
    (131052, Unreachable),
    (131053, Unreachable),
]


@pytest.mark.parametrize(("code", "kind"), CODES)
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 200])
def test_a_refusal_is_named_by_its_code_whatever_the_http_status(code: int, kind: type[Exception], status: int) -> None:
    found = failure(status, error(code), SEND)
    assert type(found) is kind
    assert f"{code} because" in str(found)


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_a_message_that_was_taken_can_fail_later_in_the_same_ways(code: int, kind: type[Exception]) -> None:
    assert type(failure_of_status(code, "because")) is kind


EVERYONE = {4, 80007, 130429, 131057, 0, 10, 190, 200, 131005, 368, 131031, 131037, 131042, 131048, 133010}


@pytest.mark.parametrize("code", [code for code, kind in CODES if issubclass(kind, Unreachable)])
def test_only_trouble_of_the_number_holds_everyone_back(code: int) -> None:
    found = failure(400, error(code), SEND)
    assert isinstance(found, Unreachable)
    assert found.everyone == (code in EVERYONE)


@pytest.mark.parametrize(("code", "seconds"), [(131049, 86400.0), (130472, 86400.0), (131056, 4.0), (131000, None)])
def test_some_trouble_says_how_long_to_wait(code: int, seconds: float | None) -> None:
    found = failure(400, error(code), SEND)
    assert isinstance(found, Unreachable)
    assert found.retry_after == seconds


def test_a_refused_template_is_named() -> None:
    found = failure(400, error(132015), TEMPLATE)
    assert isinstance(found, TemplateRefused)
    assert found.template == "asuh_pesan"
    late = failure_of_status(132015, "paused", "asuh_pesan")
    assert isinstance(late, TemplateRefused)
    assert (late.template, str(late)) == ("asuh_pesan", "templat tidak bisa dipakai (132015 paused)")


def test_a_number_that_is_not_ours_is_no_messages_fault() -> None:
    assert isinstance(failure(400, error(100, error_subcode=33), SEND), NotThere)


def test_a_new_kind_of_trouble_that_will_pass_is_tried_again() -> None:
    found = failure(400, error(999_999, is_transient=True), SEND)
    assert isinstance(found, Unreachable)
    assert not found.everyone


def test_a_new_way_to_fail_later_is_told_to_the_operator() -> None:
    assert isinstance(failure_of_status(999_999, "new"), Rejected)
    assert isinstance(failure_of_status(None, ""), Rejected)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, None, Uncertain),
        (200, ["what"], Uncertain),
        (302, None, Unreachable),
        (400, None, Rejected),
        (400, error(999_999), Rejected),
        (400, {"error": "no"}, Rejected),
        (400, {"error": {"code": [], "message": {}, "error_data": 5}}, Rejected),
        (413, None, Rejected),
        (401, None, TokenRefused),
        (403, None, TokenRefused),
        (404, None, NotThere),
        (429, None, Unreachable),
        (500, None, Unreachable),
        (502, None, Unreachable),
        (504, None, Uncertain),
    ],
)
def test_an_answer_that_is_not_metas_is_understood_by_its_status(status: int, body: Any, kind: type) -> None:
    assert type(failure(status, body, SEND)) is kind


def test_a_reason_is_one_short_line() -> None:
    reason = str(failure(400, error(131009, "a\nb" + "c" * 5000), SEND))
    assert "\n" not in reason
    assert len(reason) <= 200
