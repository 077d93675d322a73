"""A family's own conversation."""
