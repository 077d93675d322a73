"""A guided form: a class whose attributes are the questions, in paper order.

On the class, ``Visit.weight`` is the question; on a filled form, ``answers.weight`` is the answer with its type.
A question carries ``when``, never ``next``. Only answers are stored; the position is worked out from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Protocol, Self, TypedDict, TypeVar, overload

from flow import words

T = TypeVar("T")
Options = Mapping[str, str]  # key kept in the data -> words shown to people
MISSING: Any = object()


class Invalid(Exception):
    """The answer cannot be accepted; the text is shown to the person."""


class Doubt(Protocol):
    """A value that may be a slip: a sentence that asks, and the value that was probably meant."""

    @property
    def question(self) -> str: ...
    @property
    def means(self) -> float | None: ...


def always(answers: Any) -> bool:
    return True


class Section:
    """A heading of the form. The questions below it belong to it, until the next heading."""

    def __init__(self, title: str, when: Callable[[Any], Any] = always):
        self.title, self.when = title, when


class QuestionOptions(TypedDict, total=False):
    """Options that every question takes besides its text; explained at Question."""

    label: str
    hint: str
    help: str
    when: Callable[[Any], Any]
    optional: bool
    offered: bool
    personal: bool
    default: Callable[[Any], Any]
    also: tuple[str, str]


class Question(Generic[T]):
    """One question of the form. Subclasses say how an answer is read, stored and shown.

    ``text`` and ``hint`` may name facts: "Berapa berat {nama}?". ``label`` is the short name in the review.
    ``default`` fills the question in beforehand: it is not asked, but shown in the review and open to change.
    ``offered`` is not asked either: the review offers to add it. ``also`` puts a small button under the question
    that opens another question: ("visited_on", "Bukan hari ini"); with a colon it is a tap that the handlers answer,
    which may name facts: ("loss:who:{subject}", "Kabar duka"). ``personal``: the answer may say who somebody is, so it
    does not outlive the family's wish to be forgotten.
    """

    name: str
    section: Section
    wants: str | None = None

    def __init__(
        self,
        text: str,
        *,
        label: str = "",
        hint: str = "",
        help: str = "",
        when: Callable[[Any], Any] = always,
        optional: bool = False,
        offered: bool = False,
        personal: bool = False,
        default: Callable[[Any], Any] | None = None,
        also: tuple[str, str] | None = None,
    ):
        self.text, self.label, self.hint, self.help = text, label or text, hint, help
        self.when, self.optional, self.offered = when, optional or offered, offered
        self.personal, self.default, self.also = personal, default, also

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, answers: None, owner: type) -> Self: ...
    @overload
    def __get__(self, answers: Form, owner: type) -> T | None: ...
    @overload
    def __get__(self, answers: object, owner: type) -> Self: ...
    def __get__(self, answers: object, owner: type) -> Any:
        if not isinstance(answers, Form):
            return self
        kept = answers.values.get(self.name)
        return None if kept is None else self.load(kept)

    def applies(self, answers: Form) -> bool:
        return bool(self.section.when(answers) and self.when(answers))

    def options(self, answers: Form) -> Options:
        """What can be tapped, key -> words; empty for a question answered by writing."""
        return {}

    def read(self, said: str, answers: Form) -> Any:
        """The answer as it is stored (JSON), from what was written or tapped. Raises Invalid."""
        raise NotImplementedError

    def read_file(self, kind: str, said: str) -> Any:
        """The stored answer for a photo ("photo") or a place ("place"). Raises Invalid."""
        raise Invalid(words.NEED_TEXT)

    def doubt(self, kept: Any, answers: Form) -> Doubt | None:
        """The doubt about a value that should be confirmed before it is stored; None for a plausible one."""
        return None

    def load(self, kept: Any) -> T:
        """The stored value as its Python type."""
        return kept

    def renewed(self, kept: Any, answers: Form) -> Any:
        """The stored value under today's keys, where earlier versions of the form stored others."""
        return kept

    def fits(self, kept: Any, answers: Form) -> bool:
        """Whether a stored value is still valid here: the form may have changed since the draft was opened."""
        return kept is None if self.optional and kept is None else isinstance(kept, str)

    def show(self, kept: Any, answers: Form) -> str:
        return "–" if kept is None else str(kept)


class Form:
    """Base class of forms: a subclass lists its questions in paper order.

    ``title`` may name facts. ``facts`` are the values the form is opened with (JSON). The handlers store them with the
    draft, so that a draft which is open at midnight keeps its dates.
    """

    title: ClassVar[str]
    questions: ClassVar[tuple[Question[Any], ...]]

    def __init_subclass__(cls) -> None:
        section = Section("")
        questions: list[Question[Any]] = []
        for item in vars(cls).values():
            if isinstance(item, Section):
                section = item
            elif isinstance(item, Question):
                item.section = section
                questions.append(item)  # pyright: ignore[reportUnknownArgumentType]
        cls.questions = tuple(questions)

    def __init__(self, facts: Mapping[str, Any] | None = None):
        self.facts: Mapping[str, Any] = facts or {}
        self.values: dict[str, Any] = {}

    @classmethod
    def question(cls, name: str) -> Question[Any] | None:
        return next((q for q in cls.questions if q.name == name), None)

    @classmethod
    def personal_questions(cls) -> list[str]:
        """The names of the questions whose answers may say who somebody is."""
        return [question.name for question in cls.questions if question.personal]

    @classmethod
    def walk(
        cls, kept: Mapping[str, Any], facts: Mapping[str, Any], reopened: str | None = None
    ) -> tuple[Self, list[Question[Any]]]:
        """The answers so far and the questions on the path, up to the first unanswered one.

        Stopping there means that a condition never sees an answer yet to be given.
        """
        answers = cls(facts)
        path: list[Question[Any]] = []
        for question in cls.questions:
            if not question.applies(answers):
                continue
            given = kept.get(question.name, MISSING)
            if given is not MISSING:
                given = question.renewed(given, answers)
            if given is not MISSING and not question.fits(given, answers):
                given = MISSING
            if given is MISSING and question.offered and question.name != reopened:
                continue
            path.append(question)
            if given is MISSING and question.default is not None:
                given = question.default(answers)  # MISSING when there is nothing to fill in: then it is asked
            if given is MISSING:
                if question.name == reopened and question.offered:
                    continue  # an open offered question does not block those below it
                break
            answers.values[question.name] = given
        return answers, path

    def may_send_early(self) -> bool:
        """Whether the form may be sent with the answers given so far, though questions are open."""
        return False

    @classmethod
    def offers(cls, answers: Form) -> list[Question[Any]]:
        """The offered questions that a completed form could still be given."""
        return [q for q in cls.questions if q.offered and q.name not in answers.values and q.applies(answers)]

    @classmethod
    def say(cls, text: str, facts: Mapping[str, Any]) -> str:
        """The text with its facts filled in."""
        return text.format_map(facts)
