"""What people write, read in one way in chat and in files: numbers, dates, phone numbers, yes and no, names."""
