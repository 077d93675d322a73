"""The answer of whoever visits to the question when they can come."""
