"""What an ASN sees: foster children and what is due, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db import visits
from db.children import Child, Pregnancy, foster_children, foster_pregnancies
from flow.message import Message, Option
from flow.questions import show_day
from handlers.desk import Desk
from handlers.names import age_words, child_name, mother_name, salute, short_day
from rules.stages import pregnancy_week
from rules.visits import Standing, due_on, standing, worst_first

PAGE = 5
FIRST = 3  # how many stand on the first screen


@dataclass(frozen=True)
class Fostered:
    """One child or pregnancy of an ASN, with where its visits stand."""

    subject: str
    name: str
    code: str
    age: str
    place: str
    last: date | None
    due: date
    standing: Standing


def fostered(desk: Desk) -> list[Fostered]:
    """Everyone this ASN fosters today, worst first."""
    every = desk.city.programme.visits.every_days
    children = foster_children(desk.session, desk.person.id, desk.today)
    pregnancies = foster_pregnancies(desk.session, desk.person.id, desk.today)
    last_child = visits.last_of_children(desk.session, [child.id for child, _ in children])
    last_pregnancy = visits.last_of_pregnancies(desk.session, [pregnancy.id for pregnancy, _ in pregnancies])
    found: list[Fostered] = []
    for about, assignment in (*children, *pregnancies):
        visit = last_child.get(about.id) if isinstance(about, Child) else last_pregnancy.get(about.id)
        due = due_on(assignment.starts, visit.visited_on if visit else None, visit.next_on if visit else None, every)
        found.append(_line(about, visit.visited_on if visit else None, due, desk.today))
    return sorted(found, key=lambda one: (worst_first(one.standing), one.name))


def show_home(desk: Desk) -> None:
    """The first screen of an ASN."""
    mine = fostered(desk)
    late = [one for one in mine if one.standing.overdue]
    desk.tell(
        "home",
        Option("menu:lapor", "Lapor kunjungan"),
        Option("menu:anak", "Anak asuh saya"),
        Option("menu:jadwal", "Jadwal"),
        Option("menu:bantuan", "Bantuan"),
        to=salute(desk.person),
        count=len(mine),
        late=len(late),
        first=[_words(one) for one in mine[:FIRST]],
        more=max(len(mine) - FIRST, 0),
    )


def show_children(desk: Desk, page: int = 0) -> None:
    """The foster children, a page at a time."""
    mine = fostered(desk)
    if not mine:
        _nobody(desk)
        return
    shown, page = _page(mine, page)
    lines = "\n\n".join(_words(one) for one in shown)
    desk.note("children.list", f"person:{desk.person.id}")
    desk.say(
        Message(
            f"*Anak asuh {salute(desk.person)}*\n\n{lines}",
            tuple(Option(f"report:{one.subject}", f"Lapor {one.name}") for one in shown),
            _turn(mine, page, "anak"),
        )
    )


def choose_child(desk: Desk, page: int = 0) -> Fostered | None:
    """Whose visit is to be reported: asks when there is more than one, and returns the only one otherwise."""
    mine = fostered(desk)
    if not mine:
        _nobody(desk)
        return None
    if len(mine) == 1:
        return mine[0]
    shown, page = _page(mine, page)
    desk.say(
        Message(
            "*Kunjungan siapa yang mau dilaporkan?*",
            tuple(Option(f"report:{one.subject}", f"{one.name} · {one.standing}") for one in shown),
            _turn(mine, page, "lapor"),
        )
    )
    return None


def show_schedule(desk: Desk) -> None:
    """When each visit is due, soonest first."""
    mine = fostered(desk)
    if not mine:
        _nobody(desk)
        return
    lines = "\n".join(f"• {show_day(one.due)}: *{one.name}* ({one.standing})" for one in mine)
    desk.say(Message(f"*Jadwal kunjungan*\n{lines}", (Option("menu:lapor", "Lapor kunjungan"),)))


def _nobody(desk: Desk) -> None:
    contact = desk.city.programme.privacy.contact
    desk.say(Message(f"Belum ada anak asuh atas nama Bapak/Ibu. Kalau ini keliru, hubungi {contact}."))


def _line(about: Child | Pregnancy, last: date | None, due: date, today: date) -> Fostered:
    place = about.family.village.full_name
    if isinstance(about, Child):
        name, code, age, subject = f"Adik {child_name(about)}", about.code, age_words(about.born, today), "child"
    else:
        name, code, subject = mother_name(about), about.family.code, "pregnancy"
        age = f"hamil {pregnancy_week(about.due, today)} minggu"
    return Fostered(f"{subject}:{about.id}", name, code, age, place, last, due, standing(due, today))


def _words(one: Fostered) -> str:
    mark = "🔴 " if one.standing.overdue else "🟡 " if one.standing.due_today else ""
    last = f"terakhir {short_day(one.last)}" if one.last else "belum pernah dikunjungi"
    return f"*{one.name}* ({one.code}), {one.age}\n{one.place}\n{mark}Kunjungan {one.standing}; {last}"


def _page(mine: Sequence[Fostered], page: int) -> tuple[Sequence[Fostered], int]:
    page = max(0, min(page, (len(mine) - 1) // PAGE))
    return mine[page * PAGE : (page + 1) * PAGE], page


def _turn(mine: Sequence[Fostered], page: int, to: str) -> tuple[Option, ...]:
    row: list[Option] = []
    if page > 0:
        row.append(Option(f"page:{to}:{page - 1}", "« Sebelumnya"))
    if (page + 1) * PAGE < len(mine):
        row.append(Option(f"page:{to}:{page + 1}", "Berikutnya »"))
    return tuple(row)
