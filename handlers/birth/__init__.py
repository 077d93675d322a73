"""Pregnancies, births and names, told in chat."""
