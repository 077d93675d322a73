"""Lists of measurements with their z-scores."""
