"""Lessons and training cards: recipients, selection, wording, and planning as outbox rows."""
