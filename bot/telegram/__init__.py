"""Telegram, by its Bot API: the only room that knows what an update or a callback query is."""
