"""What a button's token may be: its own words and arguments, all of them, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.shell import taps
from handlers.shell.taps import KEY, NAME, PAGE, Arg, Button, about, button, number, parts_of, row, word
from programme.policy import ASN, MEMBER


def nothing(*_: Any) -> None:
    pass


def reads(arg: Arg[Any], said: str) -> Any:
    """The value of this text for a button that has this argument alone."""
    return taken(Button(("open",), (arg,), nothing, MEMBER, once=False), f"open:{said}")


def taken(one: Button, token: str) -> Any:
    """The arguments of a token, None where it is not this button's."""
    return one.arguments(parts_of(token))


def loss() -> Button:
    """A button with two arguments. Made in each test: scripts/mutants changes a function after modules are imported."""
    return button("loss:yes", word(("died", "stillborn")), about("child", "pregnancy"), does=nothing, may=MEMBER)


def test_a_button_takes_its_words_and_each_of_its_arguments():
    assert taken(loss(), "loss:yes:died:child:31") == ["died", "child:31"]
    assert taken(loss(), "loss:yes:stillborn:pregnancy:7") == ["stillborn", "pregnancy:7"]
    assert taken(button("menu:home", does=nothing, may=MEMBER), "menu:home") == []


@pytest.mark.parametrize("token", [
    "", "loss", "loss:yes", "loss:yes:died", "loss:yes:died:child", "loss:no:died:child:31", "yes:loss:died:child:31",
    "loss:yes:moved:child:31", "loss:yes:died:visit:31", "loss:yes:died:child:x", "loss:yes:died:child:31:31",
    "loss:yes:died:child:31:", "loss:yes:died::child:31", "x:loss:yes:died:child:31",
])  # fmt: skip
def test_a_token_with_other_words_or_one_part_more_or_less_is_not_this_button(token: str):
    assert taken(loss(), token) is None


def test_an_id_is_a_number_as_we_write_it():
    child = row("child")
    assert (child.name, reads(child, "31")) == ("child", [31])
    assert [reads(child, said) for said in ("031", "-1", "", "rafa")] == [None] * 4


def test_a_number_or_a_word_is_one_of_those_that_are_allowed():
    days, answer = number((5, 14)), word(word for word in ("jeda", "berhenti"))
    assert (days.name, days.values, answer.name, answer.values) == (
        "number", ("5", "14"), "word", ("jeda", "berhenti"),
    )  # fmt: skip
    assert [reads(days, said) for said in ("5", "14", "05", "6", "")] == [[5], [14], None, None, None]
    assert [reads(answer, said) for said in ("berhenti", "jeda", "je", "")] == [["berhenti"], ["jeda"], None, None]


def test_whom_it_is_about_is_a_child_or_a_pregnancy_and_nothing_else():
    either, pregnancy = about("child", "pregnancy"), about("pregnancy")
    assert (either.name, pregnancy.name, either.values) == ("child or pregnancy", "pregnancy", ())
    assert reads(either, "child:31") == ["child:31"]
    assert reads(either, "pregnancy:7") == reads(pregnancy, "pregnancy:7") == ["pregnancy:7"]
    assert [reads(either, said) for said in ("referral:5", "nobody:5", "child:x", "child", "child:31:31")] == [None] * 5
    assert reads(pregnancy, "child:31") is None


def test_what_follows_whom_it_is_about_is_an_argument_of_its_own():
    told = button("tell", about("child", "pregnancy"), word(("died", "moved")), does=nothing, may=MEMBER)
    assert taken(told, "tell:child:31:moved") == ["child:31", "moved"]


def test_a_page_and_a_name_are_read_as_they_are_written():
    assert [reads(PAGE, said) for said in ("0", "9999", "10000", "01", "1x")] == [[0], [9999], None, None, None]
    assert [reads(NAME, said) for said in ("hamil-28", "")] == [["hamil-28"], None]


def test_a_key_takes_all_parts_that_are_left_and_at_least_one():
    opened = button("read", word(("now", "later")), KEY, does=nothing, may=MEMBER)
    assert taken(opened, "read:now:lesson:31:hamil-28:7") == ["now", "lesson:31:hamil-28:7"]
    assert taken(opened, "read:now") is None
    assert taken(opened, "read:now:31") == ["now", "31"]
    assert taken(opened, "read:now:") is None
    whatever = button("read", Arg[str]("text", str, parts=0), does=nothing, may=MEMBER)
    assert (taken(whatever, "read:"), taken(whatever, "read")) == ([""], None)


def test_a_button_keeps_who_may_tap_it_what_it_does_and_whether_it_is_done_with():
    child = row("child")
    one = button("visit:new", child, does=nothing, may=ASN, once=True)
    assert (one.path, one.args, one.act, one.may, one.once) == (("visit", "new"), (child,), nothing, ASN, True)
    assert not button("menu:home", does=nothing, may=MEMBER).once


@pytest.mark.parametrize(
    ("token", "parts"),
    [
        ("menu:home", ["menu", "home"]), ("a" * taps.LONGEST, ["a" * taps.LONGEST]), ("a" * (taps.LONGEST + 1), []),
        ("menü:home", []), ("menu:\nhome", []),
    ],
    ids=["a token", "the longest", "too long", "not ASCII", "a line break"],
)  # fmt: skip
def test_only_a_token_that_a_channel_can_carry_has_parts(token: str, parts: list[str]):
    assert parts_of(token) == parts
