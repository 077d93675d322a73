"""What is drawn: growth charts and the pictures of lessons."""
