"""What an administrator sees in chat."""
