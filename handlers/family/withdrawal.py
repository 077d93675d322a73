"""Withdraw a consent: asked once in plain words what it means, and done by a tap (UU 27/2022 arts. 9 and 40)."""

from __future__ import annotations

import re

from db import consent
from db.children import Carer, cared_for
from flow.message import Message, Option
from flow.words import normal
from handlers.chat.context import LASTING, Context, NotValid
from handlers.family import family
from programme import consents
from programme.contacts import who

ASKS = re.compile(r"\b(tarik|cabut|batalkan|mencabut|menarik|membatalkan)\b.*\b(persetujuan|izin|ijin)\b")
LATER = Option("menu:home", "Tidak jadi")
NONE = "Tidak ada persetujuan yang berlaku atas nama Ibu/Bapak. Mau setuju lagi? Tulis *mulai*."


def is_withdrawal(text: str) -> bool:
    """Whether somebody's free words ask to withdraw the consent: "saya mau cabut izin saya"."""
    return "?" not in text and ASKS.search(normal(text)) is not None


def offer(context: Context) -> None:
    """Say what it means, with a button for each family that the person agreed for."""
    given = _agreed(context)
    if not given:
        context.say(Message(NONE, (Option("menu:home", "Menu utama"),)))
        return
    options = [Option(f"withdraw:{one.family_id}", _label(one, len(given))) for one in given]
    context.say_template(
        "withdraw", *options, Option("menu:berhenti", "Berhenti saja"), LATER, to=family.called(context)
    )


def withdraw(context: Context, family_id: int) -> None:
    """End the person's consent for this family, now. Raises NotValid where they gave none."""
    carer = next((one for one in _agreed(context) if one.family_id == family_id), None)
    if carer is None:
        raise NotValid(str(family_id))
    consents.withdraw(context.session, context.city, carer, context.now)
    context.worth = LASTING
    context.say_template(
        "withdrawn",
        to=family.called(context),
        stands=consent.agrees(context.session, family_id),
        asked=consents.disagrees(context.session, carer),
        contact=context.city.programme.privacy.contact,
    )


def _agreed(context: Context) -> list[Carer]:
    """The person as carer of each family for which a consent of theirs stands, in chat or on paper."""
    carers = cared_for(context.session, context.person.id)
    return [one for one in carers if consents.of_carer(context.session, one)]


def _label(carer: Carer, many: int) -> str:
    return "Tarik persetujuan" if many == 1 else f"Tarik: {who(carer.family)}"[:24]
