"""Screens of a coordinator."""
