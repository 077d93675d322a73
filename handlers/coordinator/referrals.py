"""Open referrals for a coordinator: the list, the screen of one, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db import referrals
from db.children import Child, Pregnancy
from db.people import Person, addresses
from db.referrals import NOTIFIED, NOW, TODAY, Referral, ReferralState, ReferralStep, StepKind
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.letters import writing
from handlers.referral import alerts
from programme import disclosure, letters, on_call, pushing, referral_lines, stuck_referrals
from programme import referral_messages as words
from programme.contacts import called
from programme.disclosure import Shown
from programme.names import listed
from programme.question_messages import answers_as
from programme.stuck_referrals import Waits

PAGE = 6
LINES = 10  # of a referral's way, the last
SOON = {NOW: "harus dilihat sekarang juga", TODAY: "harus dilihat hari itu juga"}
TOLD = {StepKind.REMINDER: " diingatkan", StepKind.AGAIN: " dikabari lagi"}
WENT = {  # what happened at a step, besides those at which somebody was told
    StepKind.DAILY: "diingatkan lagi",
    StepKind.ACCEPTED: "menangani",
    StepKind.SEEN: "mencatat hasil pemeriksaan",
    StepKind.NOT_MET: "datang, belum bertemu",
    StepKind.REFERRED_ON: "merujuk ke rumah sakit",
    StepKind.BACK_REFERRED: "mencatat kembali dari rumah sakit",
    StepKind.ASKED: "ditanya apakah sudah sampai",
    StepKind.ANSWERED: "menjawab",
    StepKind.CLOSED: "menutup",
}
CLOSED = "Rujukan itu sudah selesai: {result}. Terima kasih."
ALL = Option("menu:rujukan", "Semua rujukan")


# --- the list -------------------------------------------------------------------------------


def show(context: Context) -> None:
    """Command "rujukan": a health worker's own, and for a coordinator the open ones of the scopes."""
    if context.person.has(Role.HEALTH):
        alerts.show_open(context)
    if context.person.has(Role.COORDINATOR):
        show_page(context, 0)


def show_page(context: Context, page: int) -> None:
    """List the open referrals, the gravest and oldest first, each with whom it waits for."""
    found = stuck_referrals.in_scope_of(context.session, context.person, context.today)
    if not found:
        context.say(Message("Tidak ada rujukan yang terbuka. 👏", (HOME,)))
        return
    shown, page = page_of(found, page, PAGE)
    numbered = list(enumerate(shown, page * PAGE + 1))
    said = [
        f"{number}. {referral_lines.line(context.session, context.city, one, context.person, context.now)}"
        for number, one in numbered
    ]
    options = tuple(Option(f"referral:push:{one.id}", f"Buka nomor {number}") for number, one in numbered)
    context.note_all("referral.view", (subject(one) for one in shown))
    row = turns("referral:page", page, more=(page + 1) * PAGE < len(found))
    context.say(Message("\n".join((f"🚨 *Rujukan terbuka: {len(found)}*", *said)), options, (*row, HOME)))


def _shown(context: Context, referral: Referral) -> Shown:
    return disclosure.of_referral(context.session, referral, context.person, context.now)


# --- one ------------------------------------------------------------------------------------


def show_one(context: Context, referral_id: int) -> None:
    """The coordinator's screen of one referral: who was told what and when, whom it waits for, and what can be done."""
    referral = context.session.get_one(Referral, referral_id)
    if _is_closed(context, referral):
        return
    context.note("referral.view", subject(referral))
    if not context.may("referral.push", referral):
        _show_to_office(context, referral)
        return
    way = referrals.steps(context.session, referral.id)
    waits = stuck_referrals.waits(context.session, referral, way, context.now)
    shown = _shown(context, referral)
    soon = f", {SOON[referral.urgency]}" if referral.urgency in SOON else ""
    since = referral_lines.since(referral, context.city, context.now)
    waiting = referral_lines.waits_for(context.session, context.city, referral, waits, context.now)
    lines = [
        f"{referral_lines.MARKS.get(referral.urgency, '')}*{referral_lines.named(referral, shown)}*",
        f"Rujukan terbuka sejak {since}{soon}: {referral_lines.STATES[referral.state]}.",
        f"{waiting[:1].upper()}{waiting[1:]}.",
    ]
    if Shown.SIGN in shown and referral.signs:
        lines.append(f"Yang terlihat: {'; '.join(disclosure.public(referral.signs))}.")
    if told := list(_way(context, referral, way)):
        lines += ["", *told]
    options = (*_acts(context, referral, waits), *_people(context, referral, waits))
    context.say(Message("\n".join(lines), options, (ALL, HOME)))


def _show_to_office(context: Context, referral: Referral) -> None:
    """An office sees that it is open, and since when, and can reach its own people."""
    whom = referral_lines.of_whom(context.session, referral, context.city, context.now)
    text = (
        f"{whom} punya rujukan yang terbuka sejak {referral_lines.since(referral, context.city, context.now)}. "
        "Keadaannya hanya dilihat petugas kesehatan. "
        "Yang bisa dibantu dari kantor: pendampingnya diberi waktu menemani."
    )
    options: list[Option] = []
    for asn in referral_lines.fostered_by(context.session, referral, context.city, context.now)[:3]:
        options += _reach(context, referral, asn)
    context.say(Message(text, tuple(options), (ALL, HOME)))


def _acts(context: Context, referral: Referral, waits: Waits) -> Iterator[Option]:
    if context.may("referral.handle", referral):  # of what must be seen at once, and of whom nobody knows
        yield from words.options(referral)
    if referral.family is None:
        return
    if waits.people:
        yield Option(f"referral:remind:{referral.id}", "Ingatkan")
    yield Option(f"referral:hand:{referral.id}", "Alihkan ke petugas lain")
    if referral.state == ReferralState.REFERRED_ON:
        yield Option(f"referral:ask:{referral.id}", "Tanya pendamping")
    yield Option(f"referral:close:{referral.id}", "Tutup dengan alasan")


def _people(context: Context, referral: Referral, waits: Waits) -> Iterator[Option]:
    """Write to and call whom it waits for, and write to who fosters them."""
    for person in waits.people[:1]:
        yield from _reach(context, referral, person)
    for asn in referral_lines.fostered_by(context.session, referral, context.city, context.now)[:1]:
        yield from _reach(context, referral, asn)
    about = referral.about
    if isinstance(about, Child | Pregnancy) and context.may("card.open", about):
        yield Option(f"card:{subject(about)}", "Kartu")


def _reach(context: Context, referral: Referral, person: Person) -> Sequence[Option]:
    if not context.may("letter.write", person):
        return ()
    label = f"Tulis ke {called(person)}"[: writing.LABEL]
    write = Option(f"write:referral:{person.id}:{referral.id}", label)
    return (write, *writing.call(context, person))


def _way(context: Context, referral: Referral, way: Sequence[ReferralStep]) -> Iterator[str]:
    """Who was told what and when, a line each; of a long way the last. Free words and answers are not shown."""
    how = words.how_arrived(context.session, context.city, referral, context.now)
    lines: list[str] = []
    for step in way:
        if step.person is None:
            if step.step in NOTIFIED and step.detail:
                lines.append(f"• {step.detail}: {words.moment(context.city, step.at)}")
        elif step.step in NOTIFIED:
            lines.append(f"• {words.proof(context.city, step, how, TOLD.get(step.step, ' dikabari'))}")
        elif step.step in stuck_referrals.BY_COORDINATOR:
            lines.append(f"• {called(step.person)} {step.detail}: {words.moment(context.city, step.at)}")
        elif step.step in WENT:
            lines.append(f"• {_who(step.person)} {WENT[step.step]}: {words.moment(context.city, step.at)}")
    if len(lines) > LINES:
        yield f"({len(lines) - LINES} baris sebelumnya tidak ditampilkan)"
    yield from lines[-LINES:]


def _who(person: Person) -> str:
    """A member of the family is not named: a coordinator is shown no more than disclosure allows."""
    staff = any(role.role in (Role.HEALTH, Role.COORDINATOR, Role.ASN) for role in person.roles)
    return words.with_title(person) if staff else "Keluarga"


# --- what is done ---------------------------------------------------------------------------


def remind(context: Context, referral_id: int) -> None:
    """Remind whom it waits for; once a day, whoever of the coordinators asks."""
    referral = open_one(context, referral_id)
    if referral is None:
        return
    way = referrals.steps(context.session, referral.id)
    if (before := stuck_referrals.pushed_today(way, context.now, context.city)) is not None:
        by = f"oleh {_called(context, before.person)} " if before.person else ""
        text = f"Sudah diingatkan {by}hari ini pukul {context.city.local(before.at):%H.%M}. Besok bisa lagi."
        context.say(Message(text, _others(context, referral, way)))
        return
    pushed = pushing.push(context.session, context.city, context.now, referral, context.person)
    if not pushed.people:
        _say_unreachable(context, referral, way)
        return
    context.worth = LASTING
    names = listed([called(one) for one in pushed.people])
    context.say(Message(f"{names} kami ingatkan {letters.when(pushed.due_at, context.now)}.", (ALL, HOME)))


def _called(context: Context, person: Person) -> str:
    return context.you if person.id == context.person.id else called(person)


def _others(context: Context, referral: Referral, way: Sequence[ReferralStep]) -> tuple[Option, ...]:
    """What else can be done where somebody was reminded already, or cannot be."""
    waits = stuck_referrals.waits(context.session, referral, way, context.now)
    hand = (Option(f"referral:hand:{referral.id}", "Alihkan ke petugas lain"),)
    return (*hand, *(option for one in waits.people[:1] for option in writing.call(context, one)), HOME)


def _say_unreachable(context: Context, referral: Referral, way: Sequence[ReferralStep]) -> None:
    waits = stuck_referrals.waits(context.session, referral, way, context.now)
    names = listed([called(one) for one in waits.people[:2]])
    if not names:
        text = "Belum ada petugas yang terdaftar untuk tempat itu. Hubungi puskesmasnya langsung, ya."
    elif not on_call.present(context.session, waits.people, context.now):
        text = f"{names} sedang cuti. Alihkan ke petugas lain, ya."
    else:
        text = f"{names} belum terhubung ke sini. Telepon langsung, atau alihkan ke petugas lain, ya."
    context.say(Message(text, _others(context, referral, way)))


def choose(context: Context, referral_id: int) -> None:
    """Ask to whom it is handed: the others of the place who are not on leave, then the head."""
    referral = open_one(context, referral_id)
    if referral is None:
        return
    way = referrals.steps(context.session, referral.id)
    found = stuck_referrals.may_take_over(context.session, referral, way, context.now)
    here = [one for one in found if addresses(context.session, one.id, urgent=True)]
    if not here:
        text = "Belum ada petugas lain yang bertugas dan terhubung untuk tempat itu. Hubungi puskesmasnya langsung, ya."
        context.say(Message(text, (Option(f"referral:push:{referral.id}", "Kembali"), HOME)))
        return
    options = tuple(
        Option(f"referral:to:{referral.id}:{one.id}", f"{called(one)}{_title(one)}"[: writing.LABEL])
        for one in here[:8]
    )
    away = [called(one) for one in found if one not in here]
    more = f"\nBelum terhubung: {listed(away)}." if away else ""
    text = f"Rujukan {referral_lines.named(referral, _shown(context, referral))} dialihkan kepada siapa?{more}"
    context.say(Message(text, options, (HOME,)))


def _title(person: Person) -> str:
    titles = words.titles([person])[:1]
    return f", {titles[0].removesuffix(' puskesmas').removeprefix('petugas ')}" if titles else ""


def hand(context: Context, referral_id: int, person_id: int) -> None:
    """Hand it to this health worker."""
    referral = open_one(context, referral_id)
    if referral is None:
        return
    way = referrals.steps(context.session, referral.id)
    waits = stuck_referrals.waits(context.session, referral, way, context.now)
    if [one.id for one in waits.people] == [person_id]:
        context.say(Message(f"Rujukan itu sudah pada {called(waits.people[0])}.", (HOME,)))
        return
    to = next(
        (
            one
            for one in stuck_referrals.may_take_over(context.session, referral, way, context.now)
            if one.id == person_id
        ),
        None,
    )
    if to is None or not addresses(context.session, to.id, urgent=True):
        text = "Petugas itu tidak bertugas lagi di sana, atau sedang cuti. Pilih yang lain, ya."
        context.say(Message(text, (Option(f"referral:hand:{referral.id}", "Pilih petugas lain"), HOME)))
        return
    context.worth = LASTING
    handed = pushing.hand(context.session, context.city, context.now, referral, context.person, to)
    name = answers_as(context.session, to, referral.family)
    context.say(
        Message(
            f"Baik, rujukannya kami alihkan kepada *{name}*, {letters.when(handed.due_at, context.now)}.", (ALL, HOME)
        )
    )


def ask(context: Context, referral_id: int) -> None:
    """Ask whoever visits the family whether they are back from hospital; where nobody can be, the health worker."""
    referral = open_one(context, referral_id)
    if referral is None:
        return
    if referral.state != ReferralState.REFERRED_ON:
        show_one(context, referral_id)
        return
    way = referrals.steps(context.session, referral.id)
    if stuck_referrals.pushed_today(way, context.now, context.city) is not None:
        remind(context, referral_id)  # says by whom, and when
        return
    asked = pushing.ask_visitors(context.session, context.city, context.now, referral, context.person)
    if not asked:
        remind(context, referral_id)
        return
    context.worth = LASTING
    context.note("referral.push", subject(referral))
    names = listed([called(one) for one in asked])
    context.say(Message(f"{names} kami tanya atas nama {context.you}. Jawabannya datang ke sini.", (ALL, HOME)))


def open_one(context: Context, referral_id: int) -> Referral | None:
    """The referral, locked until this message is handled; None where it is closed, which is then said."""
    referral = context.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    return None if _is_closed(context, referral) else referral


def _is_closed(context: Context, referral: Referral) -> bool:
    if referral.closed_at is None:
        return False
    context.say(Message(CLOSED.format(result=referral.result or "ditutup"), (ALL, HOME)))
    return True
