"""Drawing: growth charts and pictures of lessons."""
