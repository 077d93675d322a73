"""Settings from the environment or ``.env``, all under ASUH_, checked once before anything starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "ASUH_"
ENV_FILE = Path(".env")


class SettingsError(Exception):
    """The settings cannot be used; ``problems`` are sentences, each with the name of its variable, without secrets."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def _url(schemes: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"alamat harus diawali {' atau '.join(f'{scheme}://' for scheme in schemes)}")
        return value.rstrip("/")

    return AfterValidator(check)


def _shape(pattern: str, said: str) -> AfterValidator:
    """A pydantic type for a text or secret that matches ``pattern`` as a whole; ``said`` describes it in errors."""

    def check(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text and not re.fullmatch(pattern, text):
            raise ValueError(said)
        return value

    return AfterValidator(check)


# Types of the WhatsApp settings; several values are separated by commas.
_COMMA, _SECRET, _SERVER = r"\s*,\s*", r"[!-+\--~]{8,}", r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?"
_Key = Annotated[SecretStr | None, _shape("[0-9a-fA-F]{64}", "harus 64 angka dan huruf a-f")]
_Token = Annotated[SecretStr | None, _shape("[!-~]{20,}", "bukan token: terlalu pendek, atau ada spasi di dalamnya")]
_Number = Annotated[str, _shape("[0-9]{5,32}", "hanya angka, seperti yang tertulis di halaman aplikasi Meta")]
_AppSecrets = Annotated[
    SecretStr | None, _shape(f"{_SECRET}({_COMMA}{_SECRET})*", "tanpa spasi; lebih dari satu dipisah koma")
]
_VerifyToken = Annotated[SecretStr | None, _shape("[!-~]{8,}", "paling sedikit 8 tanda, tanpa spasi")]
_Version = Annotated[str, _shape(r"v[0-9]+\.[0-9]+|-", "tulis seperti v23.0, atau - bila penyedia tidak memakai versi")]
_Header = Annotated[str, _shape("[A-Za-z][A-Za-z0-9-]*", "tulis nama header, misalnya D360-API-KEY")]
_Hosts = Annotated[str, _shape(f"{_SERVER}({_COMMA}{_SERVER})*", "tulis nama server tanpa https://, dipisah koma")]


class Settings(BaseSettings):
    """One field for each variable. An empty variable counts as absent."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore",
        hide_input_in_errors=True,
    )  # fmt: skip

    database_url: str = "sqlite:///asuh.sqlite"
    secret_key: _Key = None
    telegram_token: SecretStr | None = None
    telegram_api_url: Annotated[str, _url(("https", "http"))] = "https://api.telegram.org"
    telegram_webhook_url: Annotated[str, _url(("https", "http"))] = ""
    telegram_webhook_secret: SecretStr | None = None
    whatsapp_token: _Token = None
    whatsapp_phone_number_id: _Number = ""
    whatsapp_business_account_id: _Number = ""
    whatsapp_app_secret: _AppSecrets = None
    whatsapp_verify_token: _VerifyToken = None
    whatsapp_api_url: Annotated[str, _url(("https", "http"))] = "https://graph.facebook.com"
    whatsapp_api_version: _Version = "v23.0"
    whatsapp_auth_header: _Header = "Authorization"
    whatsapp_media_hosts: _Hosts = "lookaside.fbsbx.com"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    timezone: str = "Asia/Makassar"
    city: Annotated[str, Field(max_length=80)] = "Kota Kendari"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def uses_whatsapp(self) -> bool:
        """Whether WhatsApp is set up: token, number, secret and verify token are all there."""
        return self.whatsapp_token is not None

    @property
    def whatsapp_app_secrets(self) -> tuple[str, ...]:
        """The app secrets whose signatures are accepted: two while one replaces the other."""
        return _listed(self.whatsapp_app_secret.get_secret_value() if self.whatsapp_app_secret else "")

    @property
    def whatsapp_hosts(self) -> tuple[str, ...]:
        """The hosts from which people's files may be fetched with the token."""
        return _listed(self.whatsapp_media_hosts)

    @property
    def whatsapp_version(self) -> str:
        """The API version in every path; empty for a provider without versions."""
        return self.whatsapp_api_version.removeprefix("-")

    @property
    def files(self) -> Path:
        """The folder of attachments to be sent, beside the database, shared by all processes."""
        return Path("asuh-files")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError:
            backend = ""
        if backend not in ("sqlite", "postgresql"):
            raise ValueError("alamat basis data harus diawali sqlite:/// atau postgresql://")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, rest = (value.get_secret_value() if value else "1:x").partition(":")
        shape = number.isascii() and number.isdigit() and rest and rest.isascii() and rest.isprintable()
        if not shape or " " in rest:
            raise ValueError("bentuknya harus angka, titik dua, lalu huruf dan angka, seperti yang diberi BotFather")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else "x"
        if not (len(secret) <= 256 and secret.isascii() and secret.replace("_", "").replace("-", "x").isalnum()):
            raise ValueError("hanya huruf, angka, _ dan -, paling banyak 256 tanda")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("zona waktu tidak dikenal; tulis misalnya Asia/Makassar")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            raise ValueError(
                "ASUH_TELEGRAM_WEBHOOK_SECRET harus diisi bila ASUH_TELEGRAM_WEBHOOK_URL diisi, "
                "supaya hanya Telegram yang bisa mengirim ke alamat itu"
            )
        return self

    @model_validator(mode="after")
    def _whatsapp(self) -> Settings:
        given = {name: getattr(self, name) for name in NEEDED_FOR_WHATSAPP}
        missing = [f"{PREFIX}{name.upper()}" for name, value in given.items() if not value]
        if missing and len(missing) < len(given):
            raise ValueError(f"{', '.join(missing)} harus diisi juga, supaya WhatsApp bisa dipakai")
        return self


NEEDED_FOR_WHATSAPP = ("whatsapp_token", "whatsapp_phone_number_id", "whatsapp_app_secret", "whatsapp_verify_token")


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(_COMMA, value.strip()) if part)


def load() -> Settings:
    """The settings of this folder and environment. Raises SettingsError with every mistake."""
    try:
        return Settings()
    except ValidationError as failure:
        raise SettingsError([_sentence({**error}) for error in failure.errors(include_input=False)]) from None


def unknown() -> list[str]:
    """Unknown variables that begin with ASUH_, most likely misspelt."""
    written = {*DotEnvSettingsSource(Settings, env_file=ENV_FILE).env_vars, *(name.lower() for name in os.environ)}
    known = {f"{PREFIX}{name}".lower() for name in Settings.model_fields} | {"asuh_test_database_url"}
    return sorted(name.upper() for name in written - known if name.startswith(PREFIX.lower()))


# Pydantic's error types and our sentences for them.
SENTENCES = {
    "int_parsing": "harus angka",
    "greater_than_equal": "harus dari 1 sampai 65535",
    "less_than_equal": "harus dari 1 sampai 65535",
    "literal_error": "pilih salah satu: DEBUG, INFO, WARNING, ERROR",
    "string_too_long": "terlalu panjang",
}


def _sentence(error: Mapping[str, Any]) -> str:
    """The sentence for one mistake, with the name of its variable and never its value."""
    place = "".join(str(part) for part in error["loc"])
    said = SENTENCES.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{place.upper()}: {said}." if place else f"{said}."
