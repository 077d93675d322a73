"""The sources a lesson may name, each with what it is about.

Add a source only with the document at hand. Its name carries the year, so that a newer edition is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "Buku KIA 2023": "Kementerian Kesehatan: buku kesehatan ibu dan anak",
    "Buku Resep Makanan Lokal 2022": "Kementerian Kesehatan: resep makanan lokal untuk balita dan ibu hamil",
    "Dinas Kesehatan Kota Kendari 2024": "data keluarga balita di Kota Kendari",
    "Elsimil BKKBN 2022": "pemeriksaan calon pengantin dan pendampingannya",
    "IFRC 2020": "pertolongan pertama menurut Palang Merah dan Bulan Sabit Merah; dicocokkan lagi saat ditinjau",
    "KRS BKKBN 2022": "pendataan keluarga berisiko: terlalu muda, tua, dekat, banyak",
    "Kepmenkes 1092/2024": "tablet gizi (MMS) untuk ibu hamil",
    "Kepmenkes 1098/2024": "jadwal imunisasi",
    "Kepmenkes 1928/2022": "tata laksana anak yang pertumbuhannya terhambat",
    "Kepmenkes 2015/2023": "pelayanan kesehatan di posyandu dan puskesmas",
    "Kepmenkes 33/2025": "Cek Kesehatan Gratis (CKG)",
    "Kepmenkes 35/2025": "perubahan jadwal imunisasi",
    "MTBS 2022": "Kementerian Kesehatan: manajemen terpadu balita sakit",
    "PP 28/2024": "pelaksanaan undang-undang kesehatan: air susu ibu dan susu formula",
    "Pedoman Gizi Buruk 2019": "Kementerian Kesehatan: pencegahan dan tata laksana gizi buruk balita",
    "Permenkes 12/2017": "penyelenggaraan imunisasi",
    "Permenkes 15/2017": "penanggulangan cacingan",
    "Permenkes 2/2020": "standar antropometri anak",
    "Permenkes 21/2015": "kapsul vitamin A untuk bayi, balita, dan ibu nifas",
    "Permenkes 21/2021": "pelayanan sebelum hamil, hamil, bersalin, dan sesudah melahirkan",
    "Permenkes 28/2019": "angka kecukupan gizi",
    "Permenkes 3/2014": "sanitasi total berbasis masyarakat",
    "Permenkes 41/2014": "pedoman gizi seimbang",
    "Permensos 1/2018": "Program Keluarga Harapan (PKH)",
    "Perpres 115/2025": "program makan bergizi gratis",
    "Perpres 60/2013": "pengembangan anak usia dini yang menyeluruh (PAUD, BKB)",
    "Perpres 82/2018": "jaminan kesehatan",
    "SAPA 129 2025": "layanan bagi perempuan dan anak yang mengalami kekerasan",
    "SDIDTK 2022": "Kementerian Kesehatan: pemantauan tumbuh kembang anak (KPSP)",
    "Satu ASN Satu Anak Asuh 2026": "ketentuan program pendampingan oleh ASN",
    "UU 16/2019": "umur perkawinan",
    "UU 27/2022": "pelindungan data pribadi",
    "UU 35/2014": "perlindungan anak",
    "UU 8/2016": "penyandang disabilitas",
    "WHO 2003": "pemberian makan bayi dan anak",
    "WHO 2006": "standar pertumbuhan anak",
    "WHO 2007": "menyiapkan susu untuk bayi bila petugas memintanya",
    "WHO 2009": "kenaikan berat dan panjang anak",
    "WHO 2014": "mencegah tenggelam",
    "WHO 2016": "pemeriksaan kehamilan",
    "WHO 2019": "gerak, duduk, dan tidur anak di bawah 5 tahun",
    "WHO 2023": "makanan pendamping ASI 6-23 bulan",
    "WHO 2024": "batas kadar hemoglobin",
    "WHO/UNICEF 2021": "penilaian makanan bayi dan anak",
}
