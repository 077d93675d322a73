"""Build the Cloud API client from the settings."""

from __future__ import annotations

import aiohttp

from bot.settings import Settings
from bot.whatsapp.client import Client


def client(settings: Settings, session: aiohttp.ClientSession) -> Client:
    """The client for the number in the settings. To be called only where WhatsApp is set up (``uses_whatsapp``)."""
    token = settings.whatsapp_token
    return Client(
        token.get_secret_value() if token else "",
        settings.whatsapp_phone_number_id,
        session,
        base_url=settings.whatsapp_api_url,
        version=settings.whatsapp_version,
        auth_header=settings.whatsapp_auth_header,
        media_hosts=settings.whatsapp_hosts,
    )
