"""Conversations between a family and who visits it: who they are, when a visit suits, whose number may be seen."""
