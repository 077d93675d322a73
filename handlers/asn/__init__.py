"""What an ASN sees first."""
