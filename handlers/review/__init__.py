"""Reviewing lessons: a midwife or nutritionist signs them, or says what is to be changed."""
