"""The question about danger signs: it offers those of the table that fit, and keeps those that are ticked already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Unpack, cast

from flow.form import Form, Options, QuestionOptions
from flow.questions import Choices
from rules.signs import Sign, Who, stored, table

PRIVATE = "Ibu bicara ingin mati? Tulis saja *ingin mati*; itu tidak masuk laporan."
"""What is private is no answer of the form: the listener hears it, and tells the city's private list alone."""


class Signs(Choices):
    """Several danger signs, stored by their ids.

    ``asked(answers)`` are the signs to offer. ``groups(answers)`` are the kinds of person among whom a sign is looked
    for that an earlier version stored under another id.
    """

    def __init__(
        self,
        text: str,
        asked: Callable[[Any], Sequence[Sign]],
        groups: Callable[[Any], Sequence[Who]],
        **rest: Unpack[QuestionOptions],
    ):
        super().__init__(text, self._offered, **rest)
        self._asked, self._groups = asked, groups

    def seen(self, answers: Form) -> list[Sign]:
        """The signs that are ticked."""
        return [table()[id] for id in answers.values.get(self.name) or ()]

    def signs(self, ids: Sequence[str], answers: Form) -> list[Sign]:
        """The signs with these ids, which may be those of an earlier version; unknown ones are left out."""
        return [table()[id] for id in self.renewed(ids, answers) if id in table()]

    def renewed(self, kept: Any, answers: Form) -> Any:
        if not isinstance(kept, list | tuple):
            return kept
        ids = (self._renewed(str(id), answers) for id in cast("Sequence[object]", kept))
        return list(dict.fromkeys(ids))

    def fits(self, kept: Any, answers: Form) -> bool:
        return isinstance(kept, list) and all(id in table() for id in cast("list[object]", kept))

    def show(self, kept: Any, answers: Form) -> str:
        known = [table()[id].label for id in kept or () if id in table()]
        return "; ".join(known) or self.none.casefold()  # a label may hold a comma

    def _offered(self, answers: Form) -> Options:
        signs = dict.fromkeys([*self._asked(answers), *self.seen(answers)])
        return {sign.id: sign.label for sign in signs}

    def _renewed(self, id: str, answers: Form) -> str:
        if id in table():
            return id
        found = stored(id, self._groups(answers))
        return found.id if found else id
