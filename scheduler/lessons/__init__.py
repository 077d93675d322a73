"""Which lesson goes to whom, and when."""
