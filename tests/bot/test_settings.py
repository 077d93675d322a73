"""A mistake in the settings is a sentence with the name of its variable, and never its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import city_folder, settings
from bot.settings import SettingsError

TOKEN = "900:AAsecret-of-the-bot_0123456789"
WHATSAPP = {
    "whatsapp_token": "EAAJB" + "x" * 40,
    "whatsapp_phone_number_id": "106540352242922",
    "whatsapp_app_secret": "0123456789abcdef",
    "whatsapp_verify_token": "kata-rahasia",
}
JE = """\
version,id,kind,label,detail,anchor,from,until,district,born_from,born_until,days,source,note
kota,imunisasi-kota-10-je,imunisasi,Imunisasi 10 bulan,JE,lahir,10,,,,,,SK Dinkes,
"""


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it, and nothing in the environment."""
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"ASUH_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**lines: str) -> None:
    Path(".env").write_text("\n".join(f"ASUH_{name.upper()}={value}" for name, value in lines.items()))


def test_with_nothing_set_it_is_kendari_on_sqlite() -> None:
    found = settings.load()
    assert (found.city, found.database_url, found.http_port) == ("Kota Kendari", "sqlite:///asuh.sqlite", 8080)
    assert found.telegram_api_url == "https://api.telegram.org"
    assert str(found.zone) == "Asia/Makassar"


def test_an_env_file_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    write(telegram_token=TOKEN, city="Kabupaten Kutai Kartanegara", http_port="9000", log_level="warning")
    monkeypatch.setenv("ASUH_HTTP_PORT", "9001")
    found = settings.load()
    assert found.telegram_token
    assert found.telegram_token.get_secret_value() == TOKEN
    assert (found.city, found.http_port, found.log_level) == ("Kabupaten Kutai Kartanegara", 9001, "WARNING")


def test_an_empty_variable_counts_as_absent() -> None:
    write(telegram_token="", http_port="")
    assert settings.load().telegram_token is None


def test_a_secret_is_never_shown() -> None:
    write(telegram_token=TOKEN, telegram_webhook_secret="rahasia", telegram_webhook_url="https://asuh.kendari.go.id")
    assert TOKEN not in repr(settings.load())
    assert "rahasia" not in repr(settings.load())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("telegram_token", "rahasia-tanpa-angka", "BotFather"),
        ("telegram_token", "900:AArahasia dengan-spasi", "BotFather"),
        ("telegram_api_url", "api.telegram.org", "https://"),
        ("telegram_webhook_secret", "kata sandi!", "huruf, angka, _ dan -"),
        ("http_port", "delapan", "harus angka"),
        ("http_port", "99999", "65535"),
        ("timezone", "WITA", "Asia/Makassar"),
        ("database_url", "mysql://root:rahasia@db/asuh", "postgresql://"),
        ("database_url", "asuh.sqlite", "sqlite:///"),
        ("log_level", "BANYAK", "WARNING"),
        ("city", "K" * 81, "terlalu panjang"),
        ("whatsapp_token", "EAA JB" + "x" * 40, "bukan token"),
        ("whatsapp_phone_number_id", "+62811444555", "hanya angka"),
        ("whatsapp_business_account_id", "akun-kami", "hanya angka"),
        ("whatsapp_app_secret", "rahasia lama,rahasia baru", "dipisah koma"),
        ("whatsapp_verify_token", "abc", "paling sedikit 8"),
        ("whatsapp_api_url", "waba.penyedia.id", "https://"),
        ("whatsapp_api_version", "terbaru", "v23.0"),
        ("whatsapp_auth_header", "D360-API-KEY: kunci", "nama header"),
        ("whatsapp_media_hosts", "https://lookaside.fbsbx.com/", "tanpa https://"),
    ],
)
def test_a_mistake_is_named_without_its_value(name: str, value: str, said: str) -> None:
    write(**{name: value})
    with pytest.raises(SettingsError) as failure:
        settings.load()
    [problem] = failure.value.problems
    assert problem.startswith(f"ASUH_{name.upper()}: ")
    assert said in problem
    assert value not in problem
    assert failure.value.__cause__ is None


def test_a_webhook_without_a_secret_is_refused() -> None:
    write(telegram_webhook_url="https://asuh.kendari.go.id")
    with pytest.raises(SettingsError, match="ASUH_TELEGRAM_WEBHOOK_SECRET harus diisi"):
        settings.load()


def test_without_whatsapp_nothing_of_it_is_asked() -> None:
    assert not settings.load().uses_whatsapp
    write(whatsapp_business_account_id="102290129340398")
    assert not settings.load().uses_whatsapp


@pytest.mark.parametrize("missing", WHATSAPP)
def test_whatsapp_is_set_up_wholly_or_not_at_all(missing: str) -> None:
    write(**{name: value for name, value in WHATSAPP.items() if name != missing})
    with pytest.raises(SettingsError) as failure:
        settings.load()
    assert failure.value.problems == [f"ASUH_{missing.upper()} harus diisi juga, supaya WhatsApp bisa dipakai."]


def test_whatsapp_goes_to_meta_unless_a_provider_is_named() -> None:
    write(**WHATSAPP)
    found = settings.load()
    assert found.uses_whatsapp
    assert (found.whatsapp_api_url, found.whatsapp_version) == ("https://graph.facebook.com", "v23.0")
    assert (found.whatsapp_auth_header, found.whatsapp_hosts) == ("Authorization", ("lookaside.fbsbx.com",))
    write(
        **WHATSAPP, whatsapp_api_url="https://waba.penyedia.id/", whatsapp_api_version="-",
        whatsapp_auth_header="D360-API-KEY", whatsapp_media_hosts="media.penyedia.id, lookaside.fbsbx.com",
    )  # fmt: skip
    found = settings.load()
    assert (found.whatsapp_api_url, found.whatsapp_version) == ("https://waba.penyedia.id", "")
    assert (found.whatsapp_auth_header, found.whatsapp_hosts) == (
        "D360-API-KEY",
        ("media.penyedia.id", "lookaside.fbsbx.com"),
    )


def test_two_app_secrets_are_believed_while_one_replaces_the_other() -> None:
    write(**WHATSAPP | {"whatsapp_app_secret": "rahasia-baru, rahasia-lama"})
    assert settings.load().whatsapp_app_secrets == ("rahasia-baru", "rahasia-lama")


def test_no_secret_of_whatsapp_is_ever_shown() -> None:
    write(**WHATSAPP)
    for name in ("whatsapp_token", "whatsapp_app_secret", "whatsapp_verify_token"):
        assert WHATSAPP[name] not in repr(settings.load())


def test_the_example_names_every_setting_and_can_be_read_as_it_is() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    for name in settings.Settings.model_fields:
        assert f"\nASUH_{name.upper()}=" in example
    Path(".env").write_text(example, encoding="utf-8")
    assert not settings.load().uses_whatsapp
    assert settings.unknown() == []


def test_all_mistakes_are_told_at_once() -> None:
    write(http_port="x", timezone="x", log_level="x")
    with pytest.raises(SettingsError) as failure:
        settings.load()
    assert len(failure.value.problems) == 3


def test_a_variable_nobody_knows_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    write(telegram_tokn=TOKEN, city="Kota Kendari")
    monkeypatch.setenv("ASUH_HTTP_PROT", "80")
    assert settings.unknown() == ["ASUH_HTTP_PROT", "ASUH_TELEGRAM_TOKN"]


def test_a_citys_own_programme_and_places_go_before_ours(clean: Path) -> None:
    ours = city_folder.city(settings.load()).programme
    text = city_folder.programme.FILE.read_text(encoding="utf-8")
    (clean / "programme.toml").write_text(text.replace("every_days = 30", "every_days = 14"), encoding="utf-8")
    assert (ours.visits.every_days, city_folder.city(settings.load()).programme.visits.every_days) == (30, 14)
    assert city_folder.village_file(settings.load()) == city_folder.areas.KENDARI
    (clean / "wilayah.csv").write_text("code,kecamatan,kelurahan\n", encoding="utf-8")
    assert city_folder.village_file(settings.load()) == Path("wilayah.csv")


def test_a_citys_own_services_are_laid_over_the_national_ones(clean: Path) -> None:
    kendari = city_folder.city(settings.load())
    assert (kendari.services, kendari.district) == ((), "74.71")
    (clean / "wilayah.csv").write_text(
        "code,kecamatan,kelurahan\n64.02.01.2001,Muara Muntai,Perian\n", encoding="utf-8"
    )
    (clean / "layanan.csv").write_text(JE, encoding="utf-8")
    own = city_folder.city(settings.load())
    assert ([row.id for row in own.services], own.district) == (["imunisasi-kota-10-je"], "64.02")


def test_another_city_is_not_given_kendaris_kelurahan() -> None:
    write(city="Kabupaten Kutai Kartanegara")
    assert city_folder.village_file(settings.load()) is None
