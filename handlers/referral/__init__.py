"""Referrals: raised, examined, closed."""
