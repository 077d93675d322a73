"""Reports in chat of pregnancies, births and babies' names."""
