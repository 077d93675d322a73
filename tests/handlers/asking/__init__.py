"""What families ask, and what is answered at once."""
