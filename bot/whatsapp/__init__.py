"""WhatsApp by Meta's Cloud API: payloads, webhook, files and templates."""
