"""Shared by all conversations: the context, forms, names, common questions."""
