"""Joining by code or by oneself, and a change of number."""
