"""The tables, and the questions asked of them. Imports SQLAlchemy and no other room."""
