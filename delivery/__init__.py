"""The outbox's way out: sending, rate limits, results, failures, statuses, and the check before sending."""
