"""Use cases and questions of the programme, shared by conversations, ticks and reports."""
