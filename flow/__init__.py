"""How a conversation goes. Standard library only: no channel, no database, no clock."""
