"""Losses, and families that moved away or refuse visits."""
