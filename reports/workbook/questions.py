"""What a workbook leaves open, and the answers: somebody else comes for a child that has a foster parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reports.workbook.answers import Answer
from reports.workbook.problem import Problem

NO_ANSWERS: Mapping[str, Answer] = MappingProxyType({})


@dataclass(frozen=True)
class Question:
    """Is ``new`` to take the place of ``old``? Nothing is written before every question is answered.

    ``key`` names it in ``answers``, and is the same when the same file is read again. ``about`` is the code of the
    child or the family, ``name`` its name; ``problem`` is its place in the file, with the question in a sentence.
    """

    key: str
    about: str
    name: str
    old: str
    new: str
    problem: Problem

    def __str__(self) -> str:
        return str(self.problem)


class OpenQuestion(Exception):
    """The row waits for an answer."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.key)
        self.question = question
