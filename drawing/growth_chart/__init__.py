"""A child's growth chart as a picture."""
