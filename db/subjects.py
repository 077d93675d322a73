"""Whom or what a message is about, as a checked pair of kind and id."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from db.children import Child, Pregnancy, Wedding
from db.referrals import Referral


class SubjectKind(StrEnum):
    """A pregnancy stands for the mother who carries it, and for her days after birth."""

    CHILD = "child"
    PREGNANCY = "pregnancy"
    WEDDING = "wedding"
    REFERRAL = "referral"


class Subject(NamedTuple):
    """One row of a table that a message may be about."""

    kind: SubjectKind
    id: int


KINDS = {
    Child: SubjectKind.CHILD,
    Pregnancy: SubjectKind.PREGNANCY,
    Wedding: SubjectKind.WEDDING,
    Referral: SubjectKind.REFERRAL,
}


def subject(row: Child | Pregnancy | Wedding | Referral) -> Subject:
    """The pair that stands for this row."""
    return Subject(KINDS[type(row)], row.id)


def of_referral(referral: Referral) -> tuple[Subject, ...]:
    """The referral, and the child or the mother it is about, where that is known."""
    about = referral.child or referral.pregnancy
    return (subject(referral), subject(about)) if about else (subject(referral),)


def subject_of(about: Child | Pregnancy) -> str:
    """ "child:31" or "pregnancy:7", as buttons, drafts and keys have it."""
    return f"child:{about.id}" if isinstance(about, Child) else f"pregnancy:{about.id}"
