"""The command ``asuh`` for the service's operator."""
