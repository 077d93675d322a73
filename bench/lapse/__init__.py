"""A simulated city that lapses, with and without the ladder. Its foster parents are invented; its steps are not."""
