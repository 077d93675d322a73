"""Settings of the programme, and lessons that the city does not send: seen and changed in chat, "pengaturan"."""

from __future__ import annotations

from collections.abc import Sequence

from content.lessons import Lesson
from db import outbox, settings
from db.outbox import LESSONS, Outgoing
from db.people import Person
from db.settings import Setting
from flow.message import Message, Option, plain
from flow.words import normal
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute, short_day
from programme import settings as rules
from programme.settings import CHANGEABLE, Changeable, SettingError

AWAITED = "setting"  # what ``Address.awaiting`` says while a value is asked for: "setting:visits.every_days"
LESSON_AWAITED = "setting-lesson"
MANY = 8
WHICH_LESSON = "Pesan edukasi yang mana? Tulis sebagian judulnya, misalnya *tidur* atau *akta*."
NOT_FOUND = "Pesan edukasi dengan judul itu belum ketemu, atau ada banyak. Tulis kata lain dari judulnya."
OF_DANGER = "Pesan ini memuat tanda bahaya atau dikirim sesudah duka, jadi tidak bisa dimatikan."


def show(context: Context) -> None:
    """Say every setting with its value, and offer to change each."""
    context.note("setting.view", "settings")
    lines = [f"• {one.label}: *{plain(_value(context, one))}*" for one in CHANGEABLE.values()]
    if off := rules.switched_off(context.session):
        lines.append(f"• Pesan edukasi yang dimatikan: *{len(off)}*")
    options = [Option(f"setting:{one.name}", one.label) for one in CHANGEABLE.values()]
    options.append(Option("setting:lessons", "Matikan pesan edukasi"))
    text = "\n".join(("*Pengaturan kota*", *lines, "\nKetuk yang mau diubah. Perubahan langsung berlaku."))
    context.say(Message(text, tuple(options), (HOME,)))


def ask(context: Context, name: str) -> None:
    """Ask for the new value. Raises NotValid for a setting that there is not."""
    one = _known(name)
    context.address.draft_id, context.address.awaiting = None, f"{AWAITED}:{name}"
    lines = [f"*{one.label}*: {plain(_value(context, one))}.", *_by(context, name)]
    lines.append(f"Tulis yang baru, misalnya *{one.example}*.")
    back = (Option(f"setting:back:{name}", "Kembalikan ke semula"),) if _row(context, name) else ()
    context.say(Message("\n".join(lines), back, (HOME,)))


def take(context: Context, said: str) -> None:
    """Store the written value if it can be, else say how to write it and wait on."""
    name = context.address.awaiting.partition(":")[2]
    if not context.may("setting.change") or name not in CHANGEABLE:
        raise NotValid(name)
    one = CHANGEABLE[name]
    try:
        value = one.read(said)
        rules.check(context.city, name, value, context.session)
    except SettingError as wrong:
        context.say(Message(f"{wrong}", (HOME,)))
        return
    _change(context, one, rules.stored(value), one.show(value))


def back(context: Context, name: str) -> None:
    """Take the value of the city's file again."""
    _change(context, _known(name), None, "")


def ask_lesson(context: Context) -> None:
    """Ask for a lesson, and name those that are switched off."""
    context.address.draft_id, context.address.awaiting = None, LESSON_AWAITED
    known = context.city.library.by_id
    off = [known[id] for id in sorted(rules.switched_off(context.session)) if id in known]
    lines = [WHICH_LESSON, *([f"\nSekarang dimatikan: {', '.join(plain(one.topic) for one in off)}."] if off else [])]
    options = tuple(Option(f"setting:on:{one.id}", f"Nyalakan: {plain(one.topic)}") for one in off[:MANY])
    context.say(Message("\n".join(lines), options, (HOME,)))


def find_lesson(context: Context, said: str) -> None:
    """Show the lesson of this title, or ask which of several is meant."""
    found = _titled(context, said)
    if not found or len(found) > MANY:
        context.say(Message(NOT_FOUND, (HOME,)))
        return
    context.address.awaiting = ""
    if len(found) == 1:
        show_lesson(context, found[0].id)
        return
    options = tuple(Option(f"setting:lesson:{one.id}", plain(one.topic)) for one in found)
    context.say(Message("Yang mana?", options, (HOME,)))


def show_lesson(context: Context, id: str) -> None:
    """Say the lesson's words, and offer to switch it off or on."""
    lesson = _lesson(context, id)
    if not rules.can_be_switched(lesson):
        context.say(Message(f"*{plain(lesson.topic)}*\n{OF_DANGER}", (HOME,)))
        return
    is_off = id in rules.switched_off(context.session)
    option = Option(f"setting:{'on' if is_off else 'off'}:{id}", "Nyalakan" if is_off else "Matikan")
    now = "Dimatikan: tidak dikirim di kota ini." if is_off else "Dikirim menurut jadwalnya."
    context.say(Message(f"*{plain(lesson.topic)}*\n{plain(lesson.summary)}\n\n{now}", (option,), (HOME,)))


def switch_off(context: Context, id: str) -> None:
    """Send the lesson to nobody any more, also where it is planned. Raises NotValid for one of danger."""
    lesson = _lesson(context, id)
    if not rules.can_be_switched(lesson):
        raise NotValid(id)
    settings.change(context.session, rules.OFF + id, rules.stored(False), context.person.id, context.now)
    planned = Outgoing.lesson == id, Outgoing.kind.in_(LESSONS)
    outbox.cancel(context.session, "dimatikan di kota ini", context.now, *planned)
    context.note("lesson.off", f"{rules.OFF}{id}"[:40])
    context.worth = LASTING
    on = Option(f"setting:on:{id}", "Nyalakan lagi")
    context.say(Message(f"*{plain(lesson.topic)}* tidak dikirim lagi di kota ini.", (on,), (HOME,)))


def switch_on(context: Context, id: str) -> None:
    """Send the lesson by its calendar again."""
    lesson = _lesson(context, id)
    settings.change(context.session, rules.OFF + id, None, context.person.id, context.now)
    context.note("lesson.on", f"{rules.OFF}{id}"[:40])
    context.worth = LASTING
    context.say(Message(f"*{plain(lesson.topic)}* dikirim lagi menurut jadwalnya.", (HOME,)))


def _change(context: Context, one: Changeable, value: str | None, said: str) -> None:
    before = _value(context, one)
    settings.change(context.session, one.name, value, context.person.id, context.now)
    context.note("setting.change", one.name)
    context.address.awaiting, context.worth = "", LASTING
    if value is None:
        text = f"*{one.label}* kembali seperti semula. Berlaku mulai sekarang."
        context.say(Message(text, (Option("menu:pengaturan", "Pengaturan lain"), HOME)))
        return
    text = f"Tercatat. *{one.label}: {plain(said)}* (sebelumnya {plain(before)}). Berlaku mulai sekarang."
    options = Option(f"setting:back:{one.name}", "Kembalikan ke semula"), Option("menu:pengaturan", "Pengaturan lain")
    context.say(Message(text, options, (HOME,)))


def _known(name: str) -> Changeable:
    if name not in CHANGEABLE:
        raise NotValid(name)
    return CHANGEABLE[name]


def _value(context: Context, one: Changeable) -> str:
    """The value in words; ``context.city`` is the city with what was changed."""
    return one.show(one.value(context.city.programme))


def _row(context: Context, name: str) -> Setting | None:
    return settings.row(context.session, name)


def _by(context: Context, name: str) -> Sequence[str]:
    if (row := _row(context, name)) is None:
        return ()
    who = salute(context.session.get_one(Person, row.changed_by))
    return (f"Diubah {who}, {short_day(context.city.today(row.changed_at))}.",)


def _lesson(context: Context, id: str) -> Lesson:
    lesson = context.city.library.by_id.get(id)
    if lesson is None:
        raise NotValid(id)
    return lesson


def _titled(context: Context, said: str) -> list[Lesson]:
    words = normal(said)
    known = context.city.library.lessons
    return [one for one in known if len(words) > 2 and (words in normal(one.topic) or words == one.id)]
