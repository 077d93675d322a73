"""Quality of measuring, by reporter and by posyandu."""
