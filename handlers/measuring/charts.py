"""Growth charts in chat: for the receipt of a visit, on request, and the choice of a monthly one."""

from __future__ import annotations

from sqlalchemy import update

from db.children import Carer, Child, cared_for
from db.roles import Role
from db.states import PRESENT
from db.subjects import SubjectKind, subject
from drawing import attachments
from drawing.growth_chart import chart
from flow.message import Attachment, Message, Option
from handlers.asn.home import fostered
from handlers.chat.context import Context, NotValid
from handlers.chat.forms import HOME
from programme import called_apart

KINDS: dict[chart.Kind, str] = {"berat": "Berat", "tinggi": "Tinggi", "bb_tb": "Berat menurut tinggi"}
BY_NAME: dict[str, chart.Kind] = {"berat": "berat", "tinggi": "tinggi", "bb_tb": "bb_tb"}
NOTHING_YET = "Belum ada ukuran {name} yang bisa digambar. Ajak timbang dan ukur di posyandu, ya."


def attached(context: Context, child: Child, kind: chart.Kind, key: str) -> Attachment | None:
    """The chart as a picture to send; None where there is nothing to draw."""
    picture = chart.for_child(context.session, child, context.today, kind)
    if picture is None:
        return None
    path = chart.write(picture, key, context.city.files)
    attachments.date(context.city.files / path, context.now)
    return Attachment("picture", path, f"{kind}.png")


def choose(context: Context) -> None:
    """Show the chart of the only child, or ask which of several."""
    children = seen(context)
    if not children:
        context.say(Message("Belum ada anak yang grafiknya bisa dilihat di sini.", (HOME,)))
    elif len(children) == 1:
        show(context, children[0].id, "berat")
    else:
        names = called_apart.names_of(context.session, context.person, children, context.today)
        options = tuple(Option(f"chart:{child.id}:berat", name) for child, name in zip(children, names, strict=True))
        context.say(Message("*Grafik siapa yang mau dilihat?*", options))


def show(context: Context, child_id: int, kind: str) -> None:
    """Answer with one chart of the child; ``kind`` is a key of BY_NAME."""
    child, asked = context.session.get_one(Child, child_id), BY_NAME[kind]
    context.note("chart.view", subject(child))
    name = context.called(child)
    picture = attached(context, child, asked, f"chart:{context.incoming.channel}:{context.incoming.message_id}")
    if picture is None:
        context.say(Message(NOTHING_YET.format(name=name), (HOME,)))
        return
    others = tuple(Option(f"chart:{child.id}:{other}", words) for other, words in KINDS.items() if other != asked)
    text = f"*{KINDS[asked]} {name}*\nTanya bidan atau kader kalau ada yang ingin dijelaskan."
    context.say(Message(text, others, _monthly(context), attachment=picture))


def monthly(context: Context, wished: bool) -> None:
    """Store whether the person wants the chart every month. Raises NotValid for anybody who is no carer."""
    if not cared_for(context.session, context.person.id):
        raise NotValid("chart:monthly")
    carers = update(Carer).where(Carer.person_id == context.person.id)
    context.session.execute(carers.values(monthly_chart=wished))
    context.note("carer.chart", subject(context.person))
    said = (
        "Baik. Grafiknya kami kirim sebulan sekali." if wished else "Baik. Grafiknya tidak kami kirim tiap bulan lagi."
    )
    context.say(Message(said))


def _monthly(context: Context) -> tuple[Option, ...]:
    carers = cared_for(context.session, context.person.id)
    if not carers:
        return ()
    if any(carer.monthly_chart for carer in carers):
        return (Option("chart:monthly:off", "Stop tiap bulan"),)
    return (Option("chart:monthly:on", "Kirim tiap bulan"),)


def seen(context: Context) -> list[Child]:
    """The children whose record this person may see: fostered ones whose parents agreed, and one's own."""
    fosters = fostered(context) if context.person.has(Role.ASN) else []
    ids = {one.about.id for one in fosters if one.about.kind is SubjectKind.CHILD and one.agreed}
    found = {child_id: context.session.get_one(Child, child_id) for child_id in sorted(ids)}
    for carer in cared_for(context.session, context.person.id):
        if carer.joined_on is not None and carer.closed_at is None:
            found |= {child.id: child for child in carer.family.children if child.state in PRESENT}
    return list(found.values())
