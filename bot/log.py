"""Logs: one JSON object a line, for machines that watch; never a name, a number, a text or a token."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What a log line may say. A key that is not here is dropped, so that nobody leaks by a slip.
ALLOWED = frozenset(
    """
    event level timestamp about again_in at channel code error expired failure field files_deleted how id kind
    lesson_gaps method name path quality reason seconds status template tick update why
    """.split()  # noqa: SIM905 - read as a list of words
)


def set_up(level: str) -> None:
    """Send structlog's lines, and warnings of the libraries, to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(handlers=[Foreign()], level=logging.WARNING, force=True)


def only_allowed(logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the words of ``ALLOWED``; say how many others were dropped."""
    kept = {key: value for key, value in line.items() if key in ALLOWED}
    return kept if len(kept) == len(line) else {**kept, "dropped": len(line) - len(kept)}


class Foreign(logging.Handler):
    """What a library says is told by its name and place only: its text may quote an address with the token in it."""

    def emit(self, record: logging.LogRecord) -> None:
        failure = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger().warning(
            "library", name=record.name, path=f"{record.module}:{record.lineno}", failure=failure
        )
