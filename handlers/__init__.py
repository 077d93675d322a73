"""Conversations, a folder each. They write rows; they send nothing and know no channel."""
