"""Reports of home visits: two forms, and what happens when they are sent."""
