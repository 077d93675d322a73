"""The first screen of an ASN."""
