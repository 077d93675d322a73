"""The report of a home visit."""
