"""Questions: asked in free words, answered by health workers from their own chat, seen to by coordinators."""
