"""Handling of an incoming message, in one transaction: rules, buttons, commands, forms."""
