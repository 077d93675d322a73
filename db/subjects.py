"""Whom or what a message, a form or an audit line is about, as a checked pair of kind and id."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from db.base import row_id
from db.children import Child, Family, Pregnancy, Wedding
from db.data_requests import DataRequest
from db.households import HouseholdEntry
from db.people import Person
from db.referrals import Referral
from db.visits import Visit


class SubjectKind(StrEnum):
    """The table a subject is a row of."""

    CHILD = "child"
    PREGNANCY = "pregnancy"  # also the mother who carries it, and her days after birth
    WEDDING = "wedding"
    REFERRAL = "referral"
    # of forms and of the audit; no message is about these
    VISIT = "visit"
    FAMILY = "family"
    PERSON = "person"
    REQUEST = "request"  # about data
    HOUSEHOLD = "household"  # somebody joins a family by a code


MESSAGE_KINDS = (SubjectKind.CHILD, SubjectKind.PREGNANCY, SubjectKind.WEDDING, SubjectKind.REFERRAL)
"""The kinds a message may be about."""


class Subject(NamedTuple):
    """One row of a table. As text it is "child:31": in buttons, drafts, keys and the audit."""

    kind: SubjectKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, said: str) -> Subject:
        """Read the text of a subject. Raises ValueError for anything that ``str`` does not write."""
        kind, _, number = said.partition(":")
        id = row_id(number)
        if id is None:
            raise ValueError(f"{said!r} is no subject")
        return cls(SubjectKind(kind), id)


KINDS = {
    Child: SubjectKind.CHILD,
    Pregnancy: SubjectKind.PREGNANCY,
    Wedding: SubjectKind.WEDDING,
    Referral: SubjectKind.REFERRAL,
    Visit: SubjectKind.VISIT,
    Family: SubjectKind.FAMILY,
    Person: SubjectKind.PERSON,
    DataRequest: SubjectKind.REQUEST,
    HouseholdEntry: SubjectKind.HOUSEHOLD,
}


def subject(
    row: Child | Pregnancy | Wedding | Referral | Visit | Family | Person | DataRequest | HouseholdEntry,
) -> Subject:
    """The subject that this row is."""
    return Subject(KINDS[type(row)], row.id)


def of_referral(referral: Referral) -> tuple[Subject, ...]:
    """The referral, and the child or the mother it is about, where that is known."""
    about = referral.child or referral.pregnancy
    return (subject(referral), subject(about)) if about else (subject(referral),)


def of_visit(visit: Visit) -> Subject:
    """The child, the pregnancy or the couple that was visited. Raises LookupError where the visit names none."""
    if visit.child_id is not None:
        return Subject(SubjectKind.CHILD, visit.child_id)
    if visit.wedding_id is not None:
        return Subject(SubjectKind.WEDDING, visit.wedding_id)
    if visit.pregnancy_id is None:
        raise LookupError(f"visit {visit.id} is about nobody")
    return Subject(SubjectKind.PREGNANCY, visit.pregnancy_id)
