"""Telegram's Bot API: the only package that knows updates and callback queries."""
