"""Record that a family has moved or does not want visits any more; ``loss`` records deaths."""

from __future__ import annotations

from db.children import Child, Pregnancy
from db.roles import Role
from db.states import CareState
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.endings import deciding, loss
from programme import told_endings

KINDS = {"moved": CareState.MOVED, "refused": CareState.REFUSED}
REASONS = {"pindah": "moved", "menolak": "refused"}  # the visit's reasons -> what to ask afterwards
ASKED = {
    "moved": (
        "Apakah {who} sudah pindah dan tidak lagi tinggal di sini?\n\n"
        "Kalau ya, kunjungan berhenti dan petugas kami kabari supaya layanannya berlanjut.",
        "Ya, sudah pindah",
    ),
    "refused": (
        "Apakah keluarga {who} tidak ingin didampingi lagi? Itu hak mereka, tidak apa-apa.\n\n"
        "Kalau ya, kunjungan berhenti. Layanan posyandu dan puskesmas tetap seperti biasa.",
        "Ya, tidak ingin lagi",
    ),
}


def begin(context: Context) -> None:
    """Command "kabar": ask whom the news is about. A family without a pregnancy can only report a loss here."""
    among = choose_subject.known_to(context)
    if not (_visits(context) or any(isinstance(one, Pregnancy) for one in among)):
        loss.begin(context)
        return
    if not among:
        context.say(Message(f"Tidak ada anak atau ibu hamil dalam daftar {context.you}.", (HOME,)))
        return
    choose_subject.ask(context, "news", "Kabar ini tentang siapa?", among)


def find(context: Context, text: str) -> None:
    """Look up the written name and ask whom of those it fits the news is about."""
    choose_subject.ask_of_named(context, "news", "Kabar ini tentang siapa?", choose_subject.find(context, text))


def choose(context: Context, subject: str) -> None:
    """Ask what has happened to this child or pregnancy."""
    about = choose_subject.told_of(context, subject)
    options = [Option(f"birth:{subject}", "Sudah lahir")] if isinstance(about, Pregnancy) else []
    if context.may("news.moved", about):
        options += [
            Option(f"news:moved:{subject}", "Sudah pindah"),
            Option(f"news:refused:{subject}", "Tidak ingin didampingi"),
        ]
    options += [Option(f"loss:who:{subject}", "Kabar duka"), choose_subject.LATER]
    context.say(Message(f"Ada kabar apa tentang *{context.called(about)}*?", tuple(options)))


def confirm(context: Context, what: str, subject: str) -> None:
    """Ask for confirmation."""
    ask(context, what, choose_subject.told_of(context, subject))


def ask(context: Context, what: str, about: Child | Pregnancy) -> None:
    """Ask the question of ``ASKED`` that confirms the news."""
    text, yes = ASKED[what]
    options = (Option(f"news:yes:{what}:{subject(about)}", yes), Option("news:no", "Belum pasti"))
    context.say(Message(text.format(who=f"*{context.called(about)}*"), options))


def ask_after_visit(context: Context, reason: str | None, about: Child | Pregnancy) -> None:
    """After a visit at which nobody was met: ask for confirmation where the reason may mean an end of the visits."""
    if reason in REASONS and about.state == CareState.ACTIVE:
        ask(context, REASONS[reason], about)


def not_sure(context: Context) -> None:
    context.say(Message("Baik, tidak ada yang berubah. Kalau sudah pasti, tulis *kabar*.", (HOME,)))


def record(context: Context, what: str, subject: str) -> None:
    """End the fostering, and notify everybody concerned once."""
    about, kind = choose_subject.told_of(context, subject), KINDS[what]
    if about.state != CareState.ACTIVE:
        context.say(Message(f"Kabar tentang {context.called(about)} sudah kami catat. Terima kasih.", (HOME,)))
        return
    context.worth = LASTING
    if told_endings.needs_second(context.session, context.person, about):
        deciding.say_told(context, about, kind)
        return
    deciding.record_end(context, about, kind)
    context.say(
        Message(
            f"Terima kasih kabarnya, {salute(context.person)}. Kunjungan untuk {context.called(about)} berhenti, "
            "dan petugas setempat kami kabari.",
            (HOME,),
        )
    )


def _visits(context: Context) -> bool:
    return context.person.has(Role.ASN) or context.person.has(Role.HEALTH)
