""" "Bukan hari ini": a coordinator puts a line aside until tomorrow or for a week, with a reason, and takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from db.people import Person
from db.set_aside import SetAside, Why
from db.subjects import Subject, SubjectKind
from flow.message import Message, Option, plain
from flow.paging import page_of, turns
from flow.questions import day_and_month
from flow.reading.dates import DAYS
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.coordinator import lines
from programme import assignments, policy, setting_aside
from programme import reminding as reminders
from programme.contacts import called
from programme.setting_aside import A_WEEK, Dangerous

AWAITED = "aside"  # what ``Address.awaiting`` says before a colon while a reason is asked for; the line follows
PAGE = 6
REASONS: Mapping[Why, str] = {
    Why.CALLED: "Sudah ditelepon", Why.AWAY: "Sedang dinas", Why.FAMILY: "Keluarga sedang pergi",
    Why.SOUGHT: "Sedang dicarikan", Why.OTHER: "Lainnya",
}  # fmt: skip
OF_PERSON = (Why.CALLED, Why.AWAY, Why.FAMILY, Why.OTHER)
OF_FAMILY = (Why.SOUGHT, Why.FAMILY, Why.OTHER)
DANGER = "{whose} tidak bisa disisihkan: ada rujukan yang masih terbuka dan tidak bisa menunggu."
NOT_ASIDE = "{whose} sudah tampil lagi di daftar."
NONE = "Tidak ada yang disisihkan hari ini."
LATE, UNASSIGNED = Option("menu:terlambat", "Yang terlambat"), Option("menu:tanpapendamping", "Belum ada pendamping")


def option(context: Context, line: Subject) -> Option:
    """The button that puts the line aside, or shows it again."""
    if line in setting_aside.aside(context.session, context.person, context.today):
        return Option(f"aside:back:{line}", "Tampilkan lagi")
    return Option(f"aside:{line}", "Bukan hari ini")


def counted(aside: Mapping[Subject, SetAside]) -> Option:
    """The button that shows what is put aside: "2 disisihkan hari ini"."""
    return Option("aside:list:0", f"{len(aside)} disisihkan hari ini")


def ask(context: Context, said: str) -> None:
    """Ask why the line can wait until tomorrow."""
    about = lines.row(context, said)
    if _is_over(context, about):
        return
    reasons = OF_PERSON if isinstance(about, Person) else OF_FAMILY
    options = tuple(Option(f"aside:why:{said}:{one}", REASONS[one]) for one in reasons)
    context.say(Message(f"Sisihkan *{lines.whose(context, about)}* sampai besok. Kenapa?", options, (HOME,)))


def choose(context: Context, said: str, why: str) -> None:
    """Put the line aside until tomorrow for this reason; another one is asked for in words."""
    about = lines.row(context, said)
    if _is_over(context, about):
        return
    if why == Why.OTHER:
        context.address.draft_id, context.address.awaiting = None, f"{AWAITED}:{said}"
        context.say(Message(f"Kenapa {lines.whose(context, about)} bisa menunggu? Tulis singkat saja.", (HOME,)))
        return
    _put(context, about, said, Why(why))


def take_words(context: Context, said: str) -> None:
    """Put the line that was asked about aside, for the reason that was written."""
    line = context.address.awaiting.removeprefix(f"{AWAITED}:")
    context.address.awaiting = ""
    about = policy.of_subject(context.session, line)
    if about is None or not context.may("line.aside", about):
        raise NotValid(line)
    if not _is_over(context, about):
        _put(context, about, line, Why.OTHER, plain(said))


def keep_a_week(context: Context, said: str) -> None:
    """Leave a line that is put aside there for a week."""
    about, line = lines.row(context, said), Subject.parse(said)
    one = setting_aside.aside(context.session, context.person, context.today).get(line)
    if one is None:
        context.say(Message(NOT_ASIDE.format(whose=lines.whose(context, about)), (HOME,)))
        return
    _put(context, about, said, one.why, one.words, days=A_WEEK)


def take_back(context: Context, said: str) -> None:
    """Let the line be seen again."""
    about, line = lines.row(context, said), Subject.parse(said)
    setting_aside.take_back(context.session, context.person, line, context.now)
    context.worth = LASTING
    text = NOT_ASIDE.format(whose=lines.whose(context, about))
    context.say(Message(text, (_screen(line), _list(line)), (HOME,)))


def show(context: Context, page: int = 0) -> None:
    """What is put aside today, with the reason and until when; each opens."""
    aside = setting_aside.aside(context.session, context.person, context.today)
    found = [(line, one) for line, one in aside.items() if _may_see(context, line)]
    if not found:
        context.say(Message(NONE, (LATE, HOME)))
        return
    shown, page = page_of(found, page, PAGE)
    rows, options = [f"*Disisihkan: {len(found)}*"], list[Option]()
    for number, (line, one) in enumerate(shown, page * PAGE + 1):
        whose = lines.whose(context, lines.row(context, str(line)))
        rows.append(f"{number}. {whose}: {reason(one)}, {until(context, one)}")
        options.append(Option(_screen(line).token, f"{number}. {whose}"[:24]))
    context.note_all("line.list", (line for line, _ in shown))
    row = turns("aside:list", page, more=(page + 1) * PAGE < len(found))
    context.say(Message("\n".join(rows), tuple(options), (*row, HOME)))


def reason(one: SetAside) -> str:
    """ "sudah ditelepon"; in the coordinator's own words where they gave another."""
    return one.words if one.why is Why.OTHER and one.words else REASONS[one.why].lower()


def until(context: Context, one: SetAside) -> str:
    """ "sampai besok", "sampai Rabu 11 Maret": the day on which the line is there again."""
    back = one.until + timedelta(days=1)
    if one.until <= context.today:
        return "sampai besok"
    return f"sampai {DAYS[back.weekday()]} {day_and_month(back)}"


def _put(
    context: Context, about: lines.Line, said: str, why: Why, words: str = "", days: timedelta = timedelta(0)
) -> None:
    line, whose = Subject.parse(said), lines.whose(context, about)
    try:
        one = setting_aside.put(context.session, context.person, line, why, context.today + days, context.now, words)
    except Dangerous:
        context.say(Message(DANGER.format(whose=whose), (_screen(line), HOME)))
        return
    context.worth = LASTING
    text = f"✅ {whose} disisihkan {until(context, one)}: {reason(one)}."
    week = () if days else (Option(f"aside:week:{said}", "Seminggu saja"),)
    context.say(Message(text, (*week, Option(f"aside:back:{said}", "Tampilkan lagi"), _list(line)), (HOME,)))


def _is_over(context: Context, about: lines.Line) -> bool:
    """Whether the line is no line any more; then says so."""
    if isinstance(about, Person):
        late = reminders.overdue(context.session, context.city, context.person, context.today, about.id)
        text = "" if late else f"{lines.whose(context, about)} tidak punya kunjungan yang terlambat lagi. 👏"
    else:
        held = assignments.held(context.session, about, context.today)
        text = f"{lines.whose(context, about)} sudah didampingi {called(held.asn)}." if held else ""
    if text:
        context.say(Message(text, (HOME,)))
    return bool(text)


def _may_see(context: Context, line: Subject) -> bool:
    row = policy.row(context.session, line.kind, line.id)
    return row is not None and context.may("line.aside", row)


def _screen(line: Subject) -> Option:
    if line.kind is SubjectKind.PERSON:
        return Option(f"late:one:{line.id}", "Lihat")
    return Option(f"unassigned:one:{line}", "Lihat")


def _list(line: Subject) -> Option:
    return LATE if line.kind is SubjectKind.PERSON else UNASSIGNED
