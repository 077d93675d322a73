"""Conversations: one file each. They write rows; they send nothing and know no channel."""
