"""Tables and queries. Imports SQLAlchemy and no other room."""
