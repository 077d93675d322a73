"""What a family asks in free words: thanks, what is known, lessons that speak of it, and the way to a person."""
