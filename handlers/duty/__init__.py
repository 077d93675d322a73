"""Duty and leave of health workers: who answers tonight."""
