"""Forms, messages and the pure step between them. Standard library only: no channel, no database, no clock."""
