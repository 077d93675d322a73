"""Lists as files, on request: of each row what the reader may be shown, in the columns that the import reads."""
