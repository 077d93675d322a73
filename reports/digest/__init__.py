"""The daily digest of a coordinator."""
