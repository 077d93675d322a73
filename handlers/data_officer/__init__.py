"""The data officer answers requests about data."""
