"""The use cases and questions of the programme, whoever asks."""
