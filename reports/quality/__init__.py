"""How well is measured."""
