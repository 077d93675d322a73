"""Pages of a long list in chat: the rows of one page, and the buttons to those beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flow.message import Option

T = TypeVar("T")


def page_of(rows: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int]:
    """The rows of this page and its number, from 0; the last page where the list has become shorter."""
    page = max(0, min(page, (len(rows) - 1) // size))
    return rows[page * size : (page + 1) * size], page


def turns(
    token: str, page: int, *, more: bool, before: str = "« Sebelumnya", after: str = "Berikutnya »"
) -> tuple[Option, ...]:
    """The buttons to the page before and, where there is ``more``, to the one after: "late:0", "late:2"."""
    back = (Option(f"{token}:{page - 1}", before),) if page > 0 else ()
    return (*back, Option(f"{token}:{page + 1}", after)) if more else back
