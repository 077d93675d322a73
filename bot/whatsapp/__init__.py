"""WhatsApp, by Meta's Cloud API: the only room that knows what a wamid, a window or a template is."""
