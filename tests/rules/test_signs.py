"""The table of danger signs: one place for every sign, its urgency, and what is done meanwhile."""

from pathlib import Path

import pytest

from content.plain import never
from rules import signs
from rules.signs import LONGEST_LABEL, MARKS, SignsError, Urgency, Who, asked, load, most_urgent, of, stored, table

OF_CHILD = (Who.CHILD, Who.NEWBORN, Who.GROWTH)
ALL = pytest.mark.parametrize("sign", table().values(), ids=lambda sign: sign.id)


@ALL
def test_every_sign_says_how_soon_and_what_to_do_and_where_that_is_written(sign: signs.Sign):
    assert sign.urgency in Urgency
    assert sign.advice
    assert sign.source
    assert sign.mark in MARKS
    assert 0 < len(sign.label) <= LONGEST_LABEL


@ALL
def test_no_sign_names_a_dose_or_blames(sign: signs.Sign):
    assert list(never(f"{sign.label}\n{sign.advice}")) == []


@ALL
def test_what_cannot_wait_sends_to_a_hospital_at_night_too_and_never_to_a_closed_puskesmas(sign: signs.Sign):
    if sign.urgency is Urgency.NOW and sign.who is not Who.VIOLENCE:
        assert "rumah sakit sekarang juga, malam pun" in sign.advice
        assert "puskesmas" not in sign.advice


FORBIDDEN = {
    "anak-kejang": ("sendok", "kopi", "alkohol"),
    "celaka-tersedak-bayi": ("tekan perut",),
    "celaka-racun": ("susu", "norit", "kelapa", "garam"),
    "celaka-ular": ("es ", "minyak"),
    "celaka-gigitan": ("cabai", "kopi"),
    "celaka-tenggelam": ("gantung",),
    "lahir-ari-ari": ("jamu",),
    "bayi-kuning": ("jemur",),
}


@pytest.mark.parametrize(("id", "words"), FORBIDDEN.items())
def test_first_aid_never_advises_what_harms(id: str, words: tuple[str, ...]):
    assert not [word for word in words if word in table()[id].advice.lower()]


DENIED = {
    "anak-kejang": "Jangan masukkan apa pun ke mulutnya",
    "celaka-racun": "Jangan dibuat muntah",
    "celaka-tersedak-bayi": "Jangan menekan perut",
    "celaka-ular": "Jangan disayat",
    "nifas-betis": "Jangan diurut",
    "lahir-ari-ari": "Jangan menarik tali pusat",
    "lahir-tali": "Jangan didorong",
}


@pytest.mark.parametrize(("id", "said"), DENIED.items())
def test_the_harm_that_is_often_done_is_named(id: str, said: str):
    assert said in table()[id].meanwhile


URGENT = {
    "anak-biru": Urgency.NOW,
    "anak-kejang": Urgency.NOW,
    "anak-tidak-sadar": Urgency.NOW,
    "anak-sesak": Urgency.NOW,
    "anak-napas-cepat": Urgency.TODAY,
    "anak-demam": Urgency.TODAY,
    "anak-pucat-sekali": Urgency.NOW,
    "anak-bab-darah": Urgency.TODAY,
    "bayi-kurang-gerak": Urgency.NOW,
    "bayi-kuning-awal": Urgency.NOW,
    "bayi-kuning": Urgency.TODAY,
    "bayi-tinja-pucat": Urgency.TODAY,
    "bayi-pusar-nanah": Urgency.NOW,
    "bayi-pusar-merah": Urgency.TODAY,
    "hamil-gerak": Urgency.NOW,
    "hamil-sesak": Urgency.NOW,
    "hamil-pingsan": Urgency.NOW,
    "hamil-kencang": Urgency.NOW,
    "hamil-demam": Urgency.TODAY,
    "hamil-muntah": Urgency.TODAY,
    "hamil-kaki-bengkak": Urgency.SOON,
    "nifas-perdarahan": Urgency.NOW,
    "nifas-betis": Urgency.NOW,
    "nifas-bau": Urgency.TODAY,
    "nifas-demam": Urgency.TODAY,
    "jiwa-mati": Urgency.NOW,
    "jiwa-sedih": Urgency.SOON,
    "celaka-gigitan": Urgency.TODAY,
    "gizi-edema": Urgency.TODAY,
    "gizi-kurus": Urgency.SOON,
}


@pytest.mark.parametrize(("id", "urgency"), URGENT.items())
def test_a_sign_is_as_urgent_as_the_guidelines_say(id: str, urgency: Urgency):
    assert table()[id].urgency is urgency


def test_fast_breathing_and_breathlessness_are_two_signs():
    labels = {sign.id: sign.label for sign in of(Who.CHILD, 400)}
    assert labels["anak-sesak"] == "Sesak, dada tertarik"
    assert labels["anak-napas-cepat"] == "Napas cepat, tanpa sesak"


OLD_OF_CHILD = {  # the ids and the words of the forms of 2026
    "tidak-minum": "Tidak bisa menyusu/minum", "muntah-semua": "Memuntahkan semuanya", "kejang": "Kejang",
    "lemas": "Sangat lemas/tidak sadar", "napas-cepat": "Napas cepat atau sesak",
    "napas-berbunyi": "Napas berbunyi kasar", "biru": "Tampak kebiruan", "kurang-cairan": "Mencret, mata cekung",
    "bab-berdarah": "BAB berdarah", "demam": "Demam 38,5 °C atau lebih", "dingin": "Badan dingin (<35,5 °C)",
    "bengkak": "Kedua kaki bengkak", "panas-dingin": "Badan panas atau dingin", "merintih": "Merintih",
    "pusar-merah": "Pusar merah", "kuning": "Kuning sampai telapak",
}  # fmt: skip
OLD_OF_MOTHER = {
    "perdarahan": "Perdarahan", "ketuban": "Keluar air ketuban", "sakit-kepala": "Sakit kepala hebat",
    "pandangan-kabur": "Pandangan kabur", "bengkak-wajah": "Wajah/tangan bengkak", "nyeri-perut": "Nyeri perut hebat",
    "kejang": "Kejang", "demam-tinggi": "Demam tinggi", "muntah-terus": "Muntah terus-menerus",
    "gerak-berkurang": "Gerak bayi berkurang",
}  # fmt: skip


@pytest.mark.parametrize("age", [5, 400, None])
@pytest.mark.parametrize(("id", "words"), OLD_OF_CHILD.items())
def test_what_an_old_report_stored_about_a_child_is_still_one_sign(id: str, words: str, age: int | None):
    by_id, by_words = stored(id, asked.groups_of_child(age)), stored(words, asked.groups_of_child(age))
    assert by_id is not None
    assert by_id is by_words


@pytest.mark.parametrize(("id", "words"), OLD_OF_MOTHER.items())
def test_what_an_old_report_stored_about_a_pregnancy_is_still_one_sign(id: str, words: str):
    found = stored(id, (Who.PREGNANT,))
    assert found is not None
    assert found.who is Who.PREGNANT
    assert found is stored(words, (Who.PREGNANT,))


LISTS = {
    "a newborn": (asked.of_child(3), "bayi-tidak-menyusu"),
    "a baby of ten weeks": (asked.of_child(70), "anak-tidak-sadar"),
    "a child": (asked.of_child(430), "anak-tidak-sadar"),
    "a child whose birth nobody knows": (asked.of_child(None), "anak-tidak-sadar"),
    "an early pregnancy": (asked.of_pregnancy(8), "hamil-perdarahan"),
    "a late pregnancy": (asked.of_pregnancy(39), "hamil-perdarahan"),
    "an overdue pregnancy": (asked.of_pregnancy(44), "hamil-perdarahan"),
    "a mother after birth": (asked.of_mother(3), "nifas-perdarahan"),
}


@pytest.mark.parametrize(("offered", "first"), LISTS.values(), ids=LISTS)
def test_a_form_asks_few_signs_the_gravest_first_and_no_word_twice(offered: list[signs.Sign], first: str):
    assert offered[0].id == first
    assert len(offered) <= 20
    assert len({sign.label for sign in offered}) == len(offered)
    assert all(sign.urgency is Urgency.NOW for sign in offered[:4])


@pytest.mark.parametrize(("offered", "first"), LISTS.values(), ids=LISTS)
def test_a_form_asks_nothing_private_and_nothing_that_only_a_health_worker_can_tell(
    offered: list[signs.Sign], first: str
):
    for sign in offered:
        assert sign.seen_by == "all"
        assert sign.id not in ("jiwa-mati", "jiwa-bingung", "kekerasan")


def test_every_sign_that_a_form_may_ask_about_stands_in_the_table():
    lists = (*asked.NEWBORN, *asked.CHILD, *asked.PREGNANT, *asked.AFTERBIRTH)
    assert set(lists) <= set(table())


def test_a_mother_is_asked_until_the_forty_second_day():
    assert asked.of_mother(42)
    assert asked.of_mother(43) == asked.of_mother(None) == asked.of_mother(-1) == []


def test_labour_at_term_is_no_danger_sign_and_before_it_is():
    assert "hamil-kencang" in [sign.id for sign in asked.of_pregnancy(36)]
    assert not {"hamil-kencang", "hamil-mulas"} & {sign.id for sign in asked.of_pregnancy(38)}


def test_where_to_go_is_said_once_and_what_to_do_only_about_the_most_urgent():
    said = signs.advice([table()["anak-demam"], table()["anak-kejang"], table()["anak-sesak"]])
    assert said[0].startswith("Berangkat ke rumah sakit sekarang juga")
    assert len([line for line in said if "ke puskesmas" in line or "rumah sakit" in line]) == 1
    assert table()["anak-kejang"].meanwhile in said
    assert table()["anak-sesak"].meanwhile in said
    assert table()["anak-demam"].meanwhile not in said
    assert signs.advice([]) == []


def test_the_old_words_of_two_signs_are_read_as_the_more_urgent():
    found = stored("Napas cepat atau sesak", OF_CHILD)
    assert found is not None
    assert found.id == "anak-sesak"


def test_the_same_words_mean_another_sign_for_a_newborn():
    child, newborn = stored("Kejang", (Who.CHILD,)), stored("Kejang", (Who.NEWBORN,))
    assert child is not None
    assert newborn is not None
    assert (child.id, newborn.id) == ("anak-kejang", "bayi-kejang")


def test_words_that_nobody_stored_are_no_sign():
    assert stored("Senang", OF_CHILD) is None


@pytest.mark.parametrize(
    ("who", "when", "there", "not_there"),
    [
        (Who.NEWBORN, 0, "bayi-kuning-awal", "bayi-kuning"),
        (Who.NEWBORN, 5, "bayi-kuning", "bayi-kuning-awal"),
        (Who.NEWBORN, 15, "bayi-kuning-lama", "bayi-kuning"),
        (Who.CHILD, 75, "anak-demam-muda", "anak-demam"),
        (Who.CHILD, 92, "anak-demam", "anak-demam-muda"),
        (Who.PREGNANT, 30, "hamil-kencang", "hamil-mulas"),
        (Who.PREGNANT, 37, "hamil-mulas", "hamil-kencang"),
        (Who.PREGNANT, 12, "hamil-perdarahan", "hamil-sakit-kepala"),
    ],
)
def test_a_sign_is_asked_at_its_age_or_week(who: Who, when: int, there: str, not_there: str):
    asked = [sign.id for sign in of(who, when)]
    assert there in asked
    assert not_there not in asked


def test_every_sign_is_asked_where_the_age_is_not_known():
    assert len(of(Who.NEWBORN)) == sum(sign.who is Who.NEWBORN for sign in table().values())


def test_the_most_urgent_of_several_signs_wins():
    seen = [table()[id] for id in ("anak-pucat", "anak-kejang", "anak-demam")]
    assert most_urgent(seen) is Urgency.NOW
    assert most_urgent(seen[:1]) is Urgency.SOON
    assert most_urgent([]) is None


HEAD = "id,who,from,until,label,urgency,meanwhile,source,mark,seen_by,old\n"
GOOD = "x,child,0,9,Kejang,sekarang,,MTBS 2022,V2,all,\n"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (GOOD.replace("sekarang", "nanti"), "nanti"),
        (GOOD.replace("Kejang", "K" * 25), "24"),
        (GOOD.replace("MTBS 2022", ""), "source"),
        (GOOD.replace("V2", "U"), "source"),
        (GOOD.replace("0,9", "9,0"), "from"),
        (GOOD + GOOD, "id tertulis dua kali"),
        (GOOD + GOOD.replace("x,", "y,", 1), "juga label x"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_its_name(tmp_path: Path, row: str, problem: str):
    file = tmp_path / "rows.csv"
    file.write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(SignsError, match=problem):
        load(file)
