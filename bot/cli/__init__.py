"""The command ``asuh``, as the service's operator has it."""
