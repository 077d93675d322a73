"""The log holds no names, numbers, texts or tokens, whoever writes into it."""

from __future__ import annotations

import ast
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import log

HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_one_json_object_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up("INFO")
    structlog.get_logger().info("worker.again", update=7)
    structlog.get_logger().debug("not told at this level")
    [line] = lines(capsys)
    assert (line["event"], line["update"], line["level"]) == ("worker.again", 7, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_what_is_not_on_the_list_is_dropped_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up("INFO")
    structlog.get_logger().info("joined", name_of_mother="Sari", phone="+62812", update=7)
    [line] = lines(capsys)
    assert "Sari" not in str(line)
    assert (line["update"], line["dropped"]) == (7, 2)


def test_a_librarys_words_are_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up("INFO")
    try:
        raise ConnectionError("https://api.telegram.org/bot900:AAsecret/getUpdates")
    except ConnectionError:
        logging.getLogger("aiohttp.client").exception("cannot reach bot900:AAsecret")
    [line] = lines(capsys)
    assert "AAsecret" not in str(line)
    assert (line["name"], line["failure"]) == ("aiohttp.client", "ConnectionError")


def test_every_word_our_own_code_logs_is_on_the_list() -> None:
    missing = {
        f"{file.relative_to(HOUSE)}:{call.lineno} {keyword.arg}"
        for room in ("bot", "scheduler", "handlers", "reports")
        for file in (HOUSE / room).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.")
        for keyword in call.keywords
        if keyword.arg not in log.ALLOWED
    }
    assert not missing
