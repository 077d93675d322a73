"""Cards about care at home: clean hands, play, a safe house."""

from __future__ import annotations

from collections.abc import Mapping

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures.layout import Cards
from drawing.lesson_pictures.palette import CARE, SKY, SUN
from drawing.lesson_pictures.shapes import at
from drawing.lesson_pictures.signs import clock, crossed, ticked

CARDS: Mapping[str, Cards] = {
    # Permenkes 3/2014
    "cuci-tangan": Cards(
        CARE,
        "Cuci tangan pakai sabun",
        "Taruh sabun di dekat dapur.",
        3,
        46,
        (
            (home.soap(), "sabun dan air mengalir"),
            (food.bowl(), "sebelum makan"),
            (drink.pot(), "sebelum masak dan menyuapi"),
            (home.latrine(), "setelah BAB"),
            (home.nappy(SUN), "setelah cebok anak"),
            (home.hen(), "setelah pegang hewan, sampah"),
        ),
    ),
    "lima-tiang": Cards(
        CARE,
        "Lima tiang rumah sehat",
        "Pilih satu untuk dibenahi minggu ini.",
        3,
        50,
        (
            (home.latrine(), "jamban"),
            (home.soap(), "cuci tangan"),
            (drink.pot(), "air, makanan matang"),
            (home.bin_(), "sampah di tempatnya"),
            (home.gutter(), "air bekas mengalir"),
        ),
    ),
    "asi-saja": Cards(
        CARE,
        "Sampai 6 bulan, ASI saja",
        "Madu tunggu lewat satu tahun.",
        2,
        58,
        (
            (ticked(people.nursing()), "ASI"),
            (crossed(drink.glass(0.8)), "air putih"),
            (crossed(drink.honey()), "madu, air gula"),
            (crossed(food.bowl()), "bubur, pisang"),
        ),
    ),
    # Buku KIA 2023
    "popok-basah": Cards(
        CARE,
        "Tanda ASI cukup",
        "Setelah hari ke-5: kencing 6 kali atau lebih.",
        3,
        70,
        (*((home.nappy(), str(number)) for number in range(1, 7)),),
    ),
    "rumah-aman": Cards(
        CARE,
        "Rumah aman untuk si kecil",
        "Periksa dari tinggi mata anak.",
        2,
        54,
        (
            (drink.pot(), "air panas: jauhkan"),
            (home.small_things(), "benda kecil: simpan"),
            (home.well(), "sumur, ember: tutup"),
            (home.poison(), "minyak, racun: kunci"),
        ),
    ),
    "air-matang": Cards(
        CARE,
        "Air minum anak",
        "Cangkir dicuci dengan sabun.",
        1,
        60,
        (
            (drink.pot(), "rebus sampai mendidih"),
            (ticked(drink.glass(0.8)), "simpan di tempat bersih, tertutup"),
            (ticked(home.cup(SKY)), "minum pakai cangkir: mudah bersih"),
        ),
    ),
    # Play by age: SDIDTK 2022
    "main-1": Cards(
        CARE,
        "Bermain, umur 1-3 bulan",
        "Mainan terbaiknya: wajah kita.",
        1,
        64,
        (
            (people.talking(), "tatap dan ajak bicara"),
            (people.tummy(), "tengkurap sebentar, dijaga"),
            (clock(12 + 5 / 60, ((0, 1),)), "5 menit, 3 kali sehari"),
        ),
    ),
    "main-3": Cards(
        CARE,
        "Bermain, umur 3-6 bulan",
        "Selalu ditemani.",
        1,
        64,
        (
            (people.reaching(), "meraih kain warna-warni"),
            (people.rolling(), "berguling di tikar"),
            (people.talking(), "bercanda sampai tertawa"),
        ),
    ),
    "main-6": Cards(
        CARE,
        "Bermain, umur 6-9 bulan",
        "15 menit di lantai setiap hari.",
        1,
        64,
        (
            (people.sitting(), "duduk di lantai"),
            (people.two_spoons(), "pindah benda antar tangan"),
            (people.cloth_game(), "ci-luk-ba"),
        ),
    ),
    "main-9": Cards(
        CARE,
        "Bermain, umur 9-12 bulan",
        "Jawab setiap kali ia menunjuk.",
        1,
        64,
        (
            (people.cruising(), "merambat, berpegangan"),
            (people.pointing(), "menunjuk: sebut namanya"),
            (people.talking(), "memanggil mama, papa"),
        ),
    ),
    "main-18": Cards(
        CARE,
        "Bermain, umur 18-24 bulan",
        "Setiap hari, sambil tertawa.",
        1,
        64,
        (
            (people.talking(at(64, 24, people.head(), 1)), "bernyanyi, gabung dua kata"),
            (people.kicking(), "tendang bola"),
            (people.scribbling(), "coret-coret"),
        ),
    ),
    # WHO 2019
    "tanpa-layar": Cards(
        CARE,
        "Sebelum 2 tahun, tanpa layar",
        "Temannya: kita sendiri.",
        2,
        54,
        (
            (crossed(home.phone()), "bukan HP dan televisi"),
            (home.story_book(), "buku dan cerita"),
            (people.talking(), "lagu dan obrolan"),
            (home.ball(), "main dan ikut bekerja"),
        ),
    ),
}
