"""Coordinators change the register in chat: a workbook that they send, or one row that they fill in."""
