"""Options of a message as WhatsApp buttons, paged lists, numbers, or words to type. Pure.

No option is dropped: one without room for a button is printed with the number or word that has the same effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.whatsapp.texts import clean, fits, shortened
from flow import words
from flow.message import Message, Option
from flow.tokens import typed

MOST_BUTTONS, BUTTON_LIMIT = 3, 20
MOST_ROWS, TITLE_LIMIT, HINT_LIMIT = 10, 24, 72
OPEN_LIST, NEXT_PAGE = "Pilih", "Lainnya ▸"
SEAMS = (": ", " · ")  # a label is split here into a row's title and its hint
CONTACT = ("request_contact_info", "request_contact_info")
PLACE = ("location_request_message", "send_location")


@dataclass(frozen=True, slots=True)
class Offer:
    """``kind`` of interactive message ("button", "list", ...), "" where nothing is to be tapped, and its ``action``.

    ``lines`` belong to the text: the numbers and the words that can be typed.
    """

    kind: str
    action: dict[str, Any]
    lines: tuple[str, ...]


def offer(message: Message, key: str, *, asks_number: bool = False) -> Offer:
    """The options and the small ones below them, one page where they are many; ``key`` names the message in "more".

    ``asks_number``: WhatsApp does not tell this person's number, so Meta's own button asks for the contact.
    """
    options = _plain(message.options[-1:] if message.multi else message.options)
    small = _plain(message.row)
    every = (*options, *small)
    must = (*options, *(one for one in small if not typed(one)))
    spoken = tuple(one for one in small if typed(one))
    wanted = {"place": PLACE, "contact": CONTACT if asks_number else None}.get(message.wants or "")
    if wanted and not must:  # such a message cannot have buttons of ours
        return Offer(wanted[0], {"name": wanted[1]}, _or_type(spoken))
    if _are_buttons(every):
        return _buttons(every)
    if _are_buttons(must) or not must:
        shown = {one.token for one in (*must, *spoken)[:MOST_BUTTONS]}
        tapped = tuple(one for one in every if one.token in shown)
        if _are_buttons(tapped):
            return _buttons(tapped, _or_type([one for one in spoken if one.token not in shown]))
    if len(every) <= MOST_ROWS:
        return _list(every, 0, key, _or_type(options))
    return _list(must, message.page, key, _or_type(spoken))


def numbered(message: Message) -> tuple[str, ...]:
    """The numbered lines of a question with several answers."""
    labels = [clean(option.label) for option in message.options[:-1]]
    marked = any(label.startswith(words.MARKED) for label in labels)
    return (
        f"Balas dengan nomornya, misalnya: {_example(len(labels))}.",
        *(["Tanda ✓: jawaban tadi."] if marked else []),
        "",
        *(f"{number}. {_chosen(label)}" for number, label in enumerate(labels, 1)),
    )


def _example(count: int) -> str:
    return {1: "1", 2: "1, 2", 3: "1, 3"}.get(count, "1, 3, 4")


def _chosen(label: str) -> str:
    if label.startswith(words.MARKED):
        return f"{label.removeprefix(words.MARKED)} ✓"
    return label.removeprefix(words.UNMARKED)


def _plain(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(Option(one.token, clean(one.label) or "–", clean(one.hint)) for one in options)


# --- buttons ------------------------------------------------------------------


def _are_buttons(options: Sequence[Option]) -> bool:
    labels = {one.label.casefold() for one in options}
    return 0 < len(options) == len(labels) <= MOST_BUTTONS and all(
        not one.hint and fits(one.label, BUTTON_LIMIT) for one in options
    )


def _buttons(options: Sequence[Option], lines: tuple[str, ...] = ()) -> Offer:
    replies = [{"type": "reply", "reply": {"id": one.token, "title": one.label}} for one in options]
    return Offer("button", {"buttons": replies}, lines)


def _or_type(options: Sequence[Option]) -> tuple[str, ...]:
    added = [one for one in options if one.label.startswith(words.ADD)]
    lines = [f"Mau menambah? Tulis {said}." if (said := _said(added)) else ""]
    lines.append(f"Boleh juga tulis {said}." if (said := _said([one for one in options if one not in added])) else "")
    return ("", *filter(None, lines)) if any(lines) else ()


def _said(options: Sequence[Option]) -> str:
    """ "*kembali*, *batal* atau *bantuan*"; empty where none of the options can be typed."""
    said = [f"*{word}*" for one in options if (word := typed(one))]
    return " atau ".join([", ".join(said[:-1]), said[-1]] if said[1:] else said)


# --- lists --------------------------------------------------------------------


def _list(options: Sequence[Option], page: int, key: str, lines: tuple[str, ...]) -> Offer:
    if not options:
        return Offer("", {}, lines)
    first, last = _page(len(options), page)
    shown = options[first:last]
    rows = [_row(one) for one in shown]
    printed: list[str] = []
    if None in rows or len({row[0].casefold() for row in rows if row}) < len(rows):  # too long, or two of one name
        printed = [f"{number}. {_whole(one)}" for number, one in enumerate(shown, first + 1)]
        rows = [(str(number), shortened(_whole(one), HINT_LIMIT)) for number, one in enumerate(shown, first + 1)]
    tapped = [
        {"id": one.token, "title": row[0], **({"description": row[1]} if row[1] else {})}
        for one, row in zip(shown, rows, strict=True)
        if row
    ]
    if last < len(options):
        tapped.append({"id": f"more:{page + 1}:{key}", "title": NEXT_PAGE})
    return Offer("list", {"button": OPEN_LIST, "sections": [{"rows": tapped}]}, (*printed, *lines))


def _page(count: int, page: int) -> tuple[int, int]:
    """First and last row of a page: all that are left where they fit, otherwise all but one, which is "more"."""
    first = min(page, (count - 1) // (MOST_ROWS - 1)) * (MOST_ROWS - 1)
    return first, count if count - first <= MOST_ROWS else first + MOST_ROWS - 1


def _row(option: Option) -> tuple[str, str] | None:
    """The option's label as title and hint; None where it does not fit."""
    if fits(option.label, TITLE_LIMIT) and fits(option.hint, HINT_LIMIT):
        return option.label, option.hint
    for seam in () if option.hint else SEAMS:
        head, _, rest = option.label.partition(seam)
        if rest and fits(head, TITLE_LIMIT) and fits(rest, HINT_LIMIT):
            return head, rest
    whole = _whole(option)
    return (shortened(option.label, TITLE_LIMIT), whole) if fits(whole, HINT_LIMIT) else None


def _whole(option: Option) -> str:
    return f"{option.label} · {option.hint}" if option.hint else option.label
