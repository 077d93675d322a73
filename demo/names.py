"""Invented people for the demo city. Any likeness is chance: given and family names are drawn apart."""

from __future__ import annotations

from random import Random

WOMEN = """
Asriani Darmawati Ernawati Fitriani Hartina Hasnah Hasriani Herlina Indrawati Irmawati Jumiati Jusniar Kartini
Kasmawati Kurniati Lisnawati Marlina Mariani Musdalifah Nirwana Nurbaya Nurhayati Nurlela Nursiah Rahmawati Ratna
Risnawati Rosmini Rosdiana Salmiah Samsiah Sarina Sitti|Aminah Sitti|Hajar Sitti|Rahma Sulastri Suriani Ulfa
Wahyuni Wa|Ina Wa|Nuri Wa|Ode|Rini Wa|Ode|Hasni Wa|Ode|Lestari Yanti Yuliana Yusnita Zulfiah
Marwiah Nurmiati Hadrah Juriani Rabiah Satriani Warni
""".split()  # noqa: SIM905 - sixty names are read, not computed with
MEN = """
Abdul|Rahman Agus Ahmad Aminuddin Arsyad Asrul Baharuddin Budiman Burhan Darwis Edi Fajar Firman Gafur Hamzah Haris
Hasanuddin Herman Ilham Irwan Iskandar Jamaluddin Kamaruddin La|Ali La|Ode|Amir La|Ode|Rusli La|Ode|Hasan Mansur
Muhtar Muslimin Nasrun Nurdin Rahim Ridwan Rusdin Rustam Samsul Sudirman Sukardi Suparman Syahrir Syarifuddin Tamrin
Usman Wahid Yunus Yusuf Zainal Zulkifli Yasir
""".split()  # noqa: SIM905
FAMILY = """
Lakebo Mondea Tondowa Lamesi Pusambo Wunduru Larobu Sangkoni Laewa Poehala Tosepu Landoma Wulele Mowila Tongasa
Laronga Sampara Lambatu Tanggoro Puasari Landiri Watuliu Kalenggo Morome Pondiu Wasambo Tumbasi Laosu Rombena Mataoleo
""".split()  # noqa: SIM905
GIRLS = """
Adiba Aisyah Alya Anindya Aqila Asyifa Azkia Citra Fadila Faiza Hana Humaira Inaya Kayla Keisya Khadijah Laila Maryam
Mikayla Nabila Nadia Naura Putri Rania Salsa Salwa Shakila Syifa Talita Zahra Zaskia
""".split()  # noqa: SIM905
BOYS = """
Abidzar Adnan Alif Ammar Arfan Arka Athar Azka Bilal Daffa Fadli Fahri Faiz Farhan Fatir Ghani Hafiz Hanif Ibrahim
Ikram Izzan Kenzie Naufal Rafa Rafli Raihan Rasya Rizki Yusuf Zafran Zidan
""".split()  # noqa: SIM905


def adult(chance: Random, sex: str) -> str:
    """A grown-up's name; ``sex`` is "L" or "P"."""
    given = chance.choice(MEN if sex == "L" else WOMEN).replace("|", " ")
    return f"{given} {chance.choice(FAMILY)}"


def child(chance: Random, sex: str) -> str:
    given = BOYS if sex == "L" else GIRLS
    first, second = chance.sample(given, 2)
    return f"{first} {second}"
