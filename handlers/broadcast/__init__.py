"""Coordinators announce something to many: whom it is for, how it looks, what it costs, its end and its reach."""
