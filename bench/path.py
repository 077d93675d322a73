"""One mother's path, to be read as she reads it: uv run python -m bench.path [--full] [DAYS]

Bu Sari joins in week 8. Her child is born three days after the HPL and she tells of it two days later; it is weighed
every month, once without gain; Pak Anwar visits every month and finds that it once had no egg and once diarrhoea; she
taps the last answer of every third question. Prints each message with its day; ``--full`` with its whole text. Then,
for a birth told on day 0, 1, 2, 5 and 9: the day of the child's life on which each message of the first weeks came.
"""

import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content import lessons, programme
from content.city import City
from content.templates import Templates
from db import migrate
from db.children import Carer, Child, Family, Pregnancy
from db.consent import Consent, LessonAnswer
from db.engine import connect, sessions
from db.measurements import OFFICIAL, Measurement
from db.outbox import PLANNED, SENT, SKIPPED, Outgoing
from db.people import Address, Person, PersonRole
from db.places import District, Village
from db.roles import Role
from db.states import CareState
from db.visits import Visit
from flow.message import Message
from rules.stages import age, pregnancy_week
from scheduler import graduations
from scheduler.lessons import planning
from scheduler.looks import finish

WITA = ZoneInfo("Asia/Makassar")
FIRST = date(2026, 3, 4)
DUE = FIRST + timedelta(weeks=32)
BORN = DUE + timedelta(days=3)
TOLD_AFTER = 2  # days
TOLD_ON = (0, 1, 2, 5, 9)  # days of the child's life
FIRST_MONTH = 30  # days
WEIGHTS = (3.2, 4.4, 5.4, 6.3, 6.9, 7.4, 7.4, 8.1, 8.4, 8.7, 9.0, 9.3, 9.5, 9.8, 10.0, 10.2, 10.4, 10.7, 10.9, 11.2)
WELL = ["asi", "pokok", "kacang", "daging", "telur", "kuning"]


def at(day: date, hour: int = 6, minute: int = 5) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WITA)


def begin(session: Session) -> None:
    session.add(Village(id=1, name="Mandonga", district=District(id=1, name="Mandonga")))
    made = {"created_at": at(FIRST)}
    for id, name, role in ((1, "Sari", Role.FAMILY), (2, "Anwar", Role.ASN)):
        session.add(Person(id=id, name=name, roles=[PersonRole(role=role)], **made))
    session.flush()
    session.add(Family(id=1, code="KK-1", mother_name="Sari", village_id=1, **made))
    session.add(Address(channel="x", address="1", person_id=1, first_heard_at=at(FIRST), last_heard_at=at(FIRST)))
    session.flush()
    session.add(Pregnancy(id=1, family_id=1, mother_name="Sari", due=DUE, **made))
    session.add(Consent(person_id=1, family_id=1, relation="ibu", text_version="t", channel="x", given_at=at(FIRST)))
    session.add(Carer(person_id=1, family_id=1, joined_on=FIRST))
    session.commit()


def live(session: Session, today: date, told: date) -> None:
    """What happens in the family that day."""
    if today == told:
        session.execute(update(Pregnancy).values(state=CareState.BORN))
        child = {"name": "Rafa", "sex": "L", "born": BORN, "birth_weight_g": 3200, "gestation_weeks": 40}
        session.add(Child(id=1, family_id=1, code="A-1", created_at=at(today), pregnancy_id=1, **child))
    days = (today - BORN).days
    if today < told or days % 30 != 20:
        return
    month = days // 30
    weight = WEIGHTS[min(month, len(WEIGHTS) - 1)] + max(0, month - len(WEIGHTS) + 1) * 0.2
    measured = {"weight_kg": weight, "length_cm": None, "kind": OFFICIAL, "recorded_at": at(today, 10)}
    session.add(Measurement(child_id=1, measured_on=today, **measured))
    food = [one for one in WELL if one != "telur" and (month, one) != (9, "daging")] if month == 9 else WELL
    said = {"sick": ["diare"] if month == 13 else [], "food": food if month >= 6 else None, "milk": "asi"}
    answers = {key: value for key, value in said.items() if value is not None}
    reported = {"form": "child_visit", "answers": answers, "personal": [], "facts": {}, "channel": "x"}
    session.add(Visit(asn_id=2, child_id=1, visited_on=today, met=True, submitted_at=at(today, 16), **reported))


def tap(session: Session, row: Outgoing, now: datetime, nth: int) -> None:
    """Every third question is answered with its last answer, the others with the first."""
    options = [one for one in Message.from_json(row.message).options if one.token.startswith("lesson:")]
    if options:
        chosen = options[-1] if nth % 3 == 0 else options[0]
        _, lesson, _, about = chosen.token.split(":")
        answer = {"lesson": lesson, "about": about, "answer": chosen.label, "answered_at": now}
        session.add(LessonAnswer(person_id=1, **answer))


def where(today: date, told: date) -> str:
    return f"hamil {pregnancy_week(DUE, today)} minggu" if today < told else str(age(BORN, today))


def walk(told: date, first: date, days: int, full: bool | None) -> list[tuple[str, str, int]]:
    """Live through the days; print each message, unless ``full`` is None.

    Returns of each lesson its id, the reason why it was not sent, and the day of the child's life.
    """
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/path.sqlite")
        migrate.upgrade(engine)
        city = City("Kota Kendari", WITA, programme.load(), lessons.shipped(), Templates(), Path(folder))
        count = 0
        with sessions(engine)() as session:
            begin(session)
            for today in (first + timedelta(days=n) for n in range(days)):
                live(session, today, told)
                session.commit()
                finish(graduations.tick, session, at(today, 3), city)
                finish(planning.tick, session, at(today), city)
                planned = select(Outgoing).where(Outgoing.state == PLANNED).order_by(Outgoing.due_at)
                for row in session.scalars(planned).all():
                    count += 1
                    row.state = SENT
                    tap(session, row, at(today, 20), count)
                    if full is not None:
                        show(row, where(today, told), full)
                session.commit()
            found = [
                (row.lesson, row.reason if row.state == SKIPPED else "", (city.today(row.due_at) - BORN).days)
                for row in session.scalars(select(Outgoing).where(Outgoing.lesson != "").order_by(Outgoing.due_at))
            ]
        engine.dispose()
    return found


def show(row: Outgoing, place: str, full: bool) -> None:
    text, moment = Message.from_json(row.message).text, row.due_at.astimezone(WITA)
    print(f"{moment:%d-%m-%y %H.%M}  {place:20}  {text if full else text.splitlines()[0]}")
    if full:
        print("-" * 60)


def first_weeks() -> None:
    """Print on which day each message of the first weeks came, by the day on which the birth was told."""
    columns: list[dict[str, int]] = []
    for day in TOLD_ON:
        found = walk(BORN + timedelta(days=day), BORN, FIRST_MONTH, None)
        columns.append({lesson: age for lesson, reason, age in found if not reason})
    wanted = [one for one in lessons.shipped().of_anchor("lahir") if one.day < FIRST_MONTH and "ibu" in one.audience]
    print("\nKelahiran dikabarkan pada hari ke-" + "".join(f"{day:>5}" for day in TOLD_ON))
    for lesson in wanted:
        came = "".join(f"{column.get(lesson.id, '-'):>5}" for column in columns)
        print(f"{lesson.topic:34}{came}")


def main() -> None:
    days = next((int(one) for one in sys.argv[1:] if one.isdigit()), 32 * 7 + 5 + 731)
    found = walk(BORN + timedelta(days=TOLD_AFTER), FIRST, days, "--full" in sys.argv)
    skipped = [(lesson, reason) for lesson, reason, _ in found if reason]
    print(f"\n{len(found) - len(skipped)} pesan. Tidak dikirim: {len(skipped)}")
    for lesson, reason in skipped:
        print(f"  {lesson}: {reason}")
    first_weeks()


if __name__ == "__main__":
    main()
