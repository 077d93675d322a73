"""Invitation codes and the cards they are printed on."""
