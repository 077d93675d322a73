"""The card of a child or a mother: what its reader may see of it, and what they may do next."""
