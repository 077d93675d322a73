"""Logs: one JSON object a line, without names, phone numbers, message texts or tokens."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# The keys a log line may have. Others are dropped, so that nothing personal is logged by mistake.
ALLOWED = frozenset(
    """
    event level timestamp about again_in at channel code error expired failure families field files_deleted how id kind
    lesson_gaps lines method minutes_longest minutes_median name never_taken_on opened path quality reason sealed
    seconds status taken_on template tick told update why
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
    """The log line with the keys of ``ALLOWED`` only, and the number of dropped ones."""
    kept = {key: value for key, value in line.items() if key in ALLOWED}
    return kept if len(kept) == len(line) else {**kept, "dropped": len(line) - len(kept)}


class Foreign(logging.Handler):
    """Logs a library's message by logger name and place only: its text may quote an address with the token in it."""

    def emit(self, record: logging.LogRecord) -> None:
        failure = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger().warning(
            "library", name=record.name, path=f"{record.module}:{record.lineno}", failure=failure
        )
