"""Sending outbox rows: sender, rate limits, results, failures, statuses, and the check before sending."""
