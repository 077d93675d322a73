"""What to look at on a visit today: services that are due, and what the last report left open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from db import visits
from db.children import Child, Pregnancy
from db.visits import Visit
from handlers.asking import of_child, of_pregnancy
from handlers.card.reading import Reading
from handlers.visit.child_form import RIGHTS
from handlers.visit.pregnancy_form import BIRTH_PLAN

MOST = 4
STRONG_FOOD = {"telur": "telur", "daging": "ikan, ayam, atau hati"}  # of the food groups, what helps growth most
SICK = {"diare": "diare", "batuk": "batuk pilek", "demam": "demam"}
TABLETS = {"tidak": "tablet tambah darah tidak diminum", "belum": "belum punya tablet tambah darah"}


def lines(reading: Reading) -> list[str]:
    """At most MOST lines, the most pressing first, for who visits; none where health may not be shown, or an
    end was told."""
    if not (reading.health and reading.is_near) or reading.is_told_gone:
        return []
    about = reading.about
    found = _of_child(reading, about) if isinstance(about, Child) else _of_pregnancy(reading, about)
    return list(found)[:MOST]


def _of_child(reading: Reading, child: Child) -> Iterator[str]:
    context = reading.context
    past = visits.of_child(context.session, child.id)
    last = next((visit for visit in past if visit.met), None)
    if last is not None:
        yield from _left_open(last)
    if child.born is not None:
        if due := of_child.due_now(context, child, child.born):
            yield f"Sudah diterima? {', '.join(one.label for one in due)}"
        if capsule := [line for line in of_child.vitamin_a_lines(context, child.born) if "bulan ini" in line]:
            yield capsule[0]
    if not of_child.is_weighed(context, child):
        yield "Bulan ini belum ditimbang"
    if asked := next((visit for visit in past if "rights" in visit.answers), None):
        missing = [RIGHTS[one] for one in ("jkn", "akta") if one not in (asked.answers["rights"] or ())]
        if missing:
            yield f"Belum punya {' dan '.join(missing)}"


def _left_open(last: Visit) -> Iterator[str]:
    said: Mapping[str, object] = last.answers
    if said.get("health") in ("sakit", "bahaya"):
        ill = [SICK[one] for one in last.answers.get("sick") or () if one in SICK]
        what = f" ({', '.join(ill)})" if ill else ""
        yield f"Kunjungan lalu: sakit{what}. Sudah sembuh?"
    if said.get("milk") in ("campur", "tanpa"):
        yield "Kunjungan lalu: minum selain ASI"
    if "food" in said:
        eaten = last.answers["food"] or ()
        if missing := [words for group, words in STRONG_FOOD.items() if group not in eaten]:
            yield f"Kunjungan lalu: belum makan {' dan '.join(missing)}"


def _of_pregnancy(reading: Reading, one: Pregnancy) -> Iterator[str]:
    yield from of_pregnancy.antenatal_lines(reading.context, one)
    last = next((visit for visit in visits.of_pregnancy(reading.context.session, one.id) if visit.met), None)
    if last is None:
        return
    if (said := TABLETS.get(str(last.answers.get("tablets")))) is not None:
        yield f"Kunjungan lalu: {said}"
    if "birth_plan" in last.answers:
        had = last.answers["birth_plan"] or ()
        if missing := [words for key, words in BIRTH_PLAN.items() if key not in had]:
            yield f"Belum siap untuk bersalin: {', '.join(missing).lower()}"
