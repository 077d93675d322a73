"""The way in: one message, one transaction; buttons and commands."""
