"""Letters: a coordinator writes to somebody, and gets the answer."""
