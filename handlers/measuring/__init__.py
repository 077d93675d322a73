"""Measurements in chat: results, plausibility, charts, second measurements."""
