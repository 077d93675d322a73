"""The city's workbook: its sheets as data, the empty template, the import, and the copy with marked errors."""
