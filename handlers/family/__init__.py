"""Conversations with a family."""
