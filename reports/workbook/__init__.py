"""The city's own workbook: its sheets as data, the empty template, the import, and the marked copy of what is wrong."""
