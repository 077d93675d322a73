"""What WhatsApp charges a message as, and what messages cost."""

from __future__ import annotations

from collections.abc import Mapping

from content.city import City
from content.notices import MARKETING as META_MARKETING
from content.programme import Whatsapp
from db.templates import TemplateState

UTILITY, MARKETING, SERVICE = "utility", "marketing", "service"


def category_of(template: str, charged: str, states: Mapping[str, TemplateState], city: City) -> str:
    """UTILITY or MARKETING of a message that this template announced, SERVICE of one without.

    What Meta has ``charged`` it as takes precedence, then what it has made of the template, then what the file says.
    """
    if not template:
        return SERVICE
    ours, known = city.notices.by_name.get(template), states.get(template)
    category = charged or (known and known.category) or (ours.category if ours else "")
    return MARKETING if category.upper() == META_MARKETING else UTILITY


def rupiah(count: Mapping[str, int], prices: Whatsapp) -> float:
    """What so many messages of each category cost."""
    each = {UTILITY: prices.price_utility, MARKETING: prices.price_marketing, SERVICE: prices.price_service}
    return sum(number * each[category] for category, number in count.items())
