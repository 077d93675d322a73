"""The context of a message: who wrote, what and when, the registered forms, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content.city import City
from db import audit, outbox
from db.audit import Detail, Rows
from db.children import Child, Family, Pregnancy, Wedding
from db.drafts import Draft
from db.outbox import Kind
from db.people import Address, Person
from db.subjects import Subject
from flow.form import Form
from flow.message import Incoming, Message, Option
from flow.step import Effect
from programme import called_apart, contacts, names, policy

MOMENT = timedelta(minutes=10)  # how long a menu or a question is worth sending: later the person has written again
LASTING = timedelta(days=1)  # the same for a confirmation, and for what cannot be asked for again by "menu"


class NotValid(Exception):
    """A button, a command or a form is about something that is not this person's, or not any more.

    What the message has written so far is rolled back.
    """


@dataclass(frozen=True)
class FormSpec:
    """A registered form: its class, the act of ``policy.RULES`` that filling it in is, and what sending it does.

    The rule is asked when the form is opened, at every step, and when it is sent: a child may have gone to another ASN
    meanwhile. ``submit(context, answers, draft)`` may refuse by raising ``forms.Hold`` with what to
    say instead; the draft then stays. ``facts(context, subject)`` computes the facts anew when the questions have
    changed under an open draft. ``live(context, subject)`` computes facts that are looked up anew at every step, and
    when it is sent: what a family agreed to may end while a form is open.

    ``watch(context, draft, effect)`` acts on what a step has brought, before the next question is asked; ``refused``
    on what the draft of somebody says who may not fill it in any more. ``asks_why(context, draft)`` asks something
    before the form is thrown away, and returns whether it did.

    ``counts_from_today``: "hari ini" and weeks count from the day of answering, not from the day of opening.
    ``yields_to_urgent``: news of a death and the wish to stop are answered as such, though the open question would take
    any words; only words that it offers itself are an answer. ``banner`` stands above everything the form says.
    ``reviews``: its answers are shown before it is sent; a form without is sent by its last answer, because what
    sending it does shows them.
    """

    form: type[Form]
    submit: Callable[[Context, Any, Draft], None]
    act: str
    facts: Callable[[Context, str], Mapping[str, Any]] | None = None
    live: Callable[[Context, str], Mapping[str, Any]] | None = None
    watch: Callable[[Context, Draft, Effect], None] | None = None
    refused: Callable[[Context, Draft, Effect], None] | None = None
    asks_why: Callable[[Context, Draft], bool] | None = None
    counts_from_today: bool = False
    yields_to_urgent: bool = False
    banner: str = ""
    reviews: bool = True

    @property
    def edition(self) -> str:
        """The names of the questions: what a draft remembers of the form it was opened with."""
        return ",".join(question.name for question in self.form.questions)


CommandMenu = tuple[tuple[str, str], ...]
"""The commands that Telegram shows, each with its label."""


@dataclass
class Context:
    """One message being handled. ``now`` is in the city's time zone.

    ``specs`` are all registered forms by name, and ``menu_of`` gives a person's command menu: handlers get both from
    here, because the tables that name them import every handler.

    ``worth`` is how long its answers are worth sending, from ``now``. Where an act has been recorded, or a code, a
    person's own data or their own words are answered, set it to ``LASTING`` before the answer is said.

    ``kind`` is what its answers are: Kind.HELP where somebody in danger is answered.
    """

    session: Session
    incoming: Incoming
    now: datetime
    city: City
    address: Address
    specs: Mapping[str, FormSpec]
    menu_of: Callable[[Person], CommandMenu]
    commands: CommandMenu = ()  # the command menu to show with the first answer
    settles: bool = False  # the tapped message is answered: its buttons are removed when the answer is sent
    closing: str = ""  # the text that message is left with where the channel can change it; "" leaves it as it is
    worth: timedelta = MOMENT
    kind: Kind = Kind.REPLY
    banner: str = ""  # stands above every answer
    lost_file: bool = False  # a picture or a file came with the words, and is read by nobody
    _answers: list[Message] = field(default_factory=list[Message])

    @property
    def person(self) -> Person:
        """The person who wrote. Raises LookupError for a stranger."""
        if self.address.person is None:
            raise LookupError("a stranger has no person")
        return self.address.person

    @property
    def you(self) -> str:
        """How who wrote is addressed within a sentence: "Ibu", "Bapak"; "Bapak/Ibu" where nothing tells."""
        person = self.address.person
        return contacts.pronoun(self.session, person) if person else names.UNKNOWN

    def called(self, about: Child | Pregnancy | Wedding | Family | None) -> str:
        """What a child or a mother is called to who wrote: told from the others of that name whom they see."""
        return called_apart.called_to(self.session, self.person, about, self.today)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def asking(self) -> policy.Asking:
        """Who asks for what is done, for the rules."""
        return policy.Asking(self.session, self.address.person, self.now, self.address, self.city)

    def may(self, act: str, about: Any = None) -> bool:
        """Whether who wrote may do this, about this row (``policy.may``)."""
        return policy.may(self.asking, act, about)

    def may_fill(self, form: str, subject: str) -> bool:
        """Whether who wrote may fill in the form about this subject ("child:31", or another word where it is none)."""
        try:
            about = policy.of_subject(self.session, subject)
        except ValueError:
            return self.may(self.specs[form].act)
        return about is not None and self.may(self.specs[form].act, about)

    def say(self, message: Message) -> int | None:
        """Add an answer to the outbox; answers to a message are sent in the order in which they were said.

        Returns the id of its row.
        """
        if self.settles and not message.replaces and not message.closes:
            message = replace(message, closes=self.incoming.tapped_message, closing=self.closing)
        if self.banner:
            closing = f"{self.banner}\n{message.closing}" if message.closing else ""
            message = replace(message, text=f"{self.banner}\n\n{message.text}", closing=closing)
        if self.commands and not self._answers:
            message = replace(message, commands=self.commands)
        key = f"reply:{self.incoming.channel}:{self.incoming.message_id}:{len(self._answers)}"
        self._answers.append(message)
        row = outbox.row(
            self.kind, key, self.incoming.channel, self.incoming.address, message.to_json(), self.now,
            lane=outbox.REPLY, person_id=self.address.person_id, expires_at=self.now + self.worth,
        )  # fmt: skip
        return outbox.promise(self.session, [row]).get(key)

    def say_template(self, template: str, /, *options: Option, row: tuple[Option, ...] = (), **values: Any) -> None:
        """Answer with a template of ``content/templates``, options below it and ``row`` as one row of buttons."""
        self.say(Message(self.city.templates.say(template, **values), options, row))

    @property
    def answered(self) -> bool:
        return bool(self._answers)

    def note(self, action: str, subject: Subject | str, detail: Detail | Subject | Rows = Detail.NONE) -> None:
        """Add a line to the audit, with the person who wrote."""
        audit.note(self.session, self.now, self.address.person_id, action, subject, detail)

    def note_all(self, action: str, subjects: Iterable[Subject]) -> None:
        """Add a line to the audit for each of those who were shown."""
        notes = (audit.Note(self.address.person_id, action, one) for one in dict.fromkeys(subjects))
        audit.note_all(self.session, self.now, notes)
