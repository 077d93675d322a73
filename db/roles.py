"""Roles, titles and sex of people, and the kinds of place a role holds at, as they are stored.

Imports no sqlalchemy: the command line reads this module at every start.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The role of a person."""

    ASN = "asn"
    FAMILY = "family"
    HEALTH = "health"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class Title(StrEnum):
    """The title of a health worker; NONE for every other role."""

    NONE = ""
    CADRE = "kader"
    MIDWIFE = "bidan"
    NUTRITIONIST = "tpg"
    HEAD = "kepala"  # of a puskesmas


class Sex(StrEnum):
    """By which somebody is called Pak or Bu."""

    MAN = "L"
    WOMAN = "P"


class ScopeKind(StrEnum):
    """What kind of place a role holds at; the comment says whose id goes with it."""

    NONE = ""  # 0
    OFFICE = "opd"  # Office
    VILLAGE = "kelurahan"  # Village
    DISTRICT = "kecamatan"  # District
    CITY = "kota"  # 0
    POSYANDU = "posyandu"  # Posyandu
    HEALTH_CENTRE = "puskesmas"  # HealthCentre
