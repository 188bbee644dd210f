"""The settings, read once from the environment (or a .env file) and passed down."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of the service. Each is an environment variable with the prefix PARLEY_."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", env_file=".env", extra="ignore")

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=1, le=65_535, description="The port to listen on.")
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="How many processes answer, over one socket and one store.",
    )
    database_url: str = Field(
        default="sqlite:///parley.db",
        description="Where the record is kept: a SQLite file or a PostgreSQL database, as a "
        "SQLAlchemy URL (`postgresql://user@host/name`).",
    )
    connections: int = Field(
        default=16,
        ge=4,
        le=1_000,
        description="On PostgreSQL, how many connections each process may open.",
    )
    database_pooler: bool = Field(
        default=False,
        description="Whether PostgreSQL is reached through a pooler that changes servers between "
        "transactions, as PgBouncer does with `pool_mode = transaction`.",
    )
    public_url: str | None = Field(
        default=None,
        description="The address that readers know the service by; absolute links are built from "
        "it. By default made from host and port.",
    )
    seed_dir: Path = Field(
        default=ROOT / "seed", description="The folder with the dossiers of the first record."
    )
    load_seed: bool = Field(
        default=True, description="Whether `parley serve` loads the seed into an empty store."
    )
    cursor_key: str | None = Field(
        default=None,
        min_length=16,
        description="The secret that seals cursors. By default the store makes one and keeps it.",
    )
    max_age: int = Field(
        default=10,
        ge=0,
        le=86_400,
        description="Seconds for which an answer that is not pinned may be kept by caches.",
    )
    cache_mib: int = Field(
        default=32,
        ge=0,
        le=65_536,
        description="MiB of memory in which each process keeps answers; 0 to keep none.",
    )
    cache_lag: int = Field(
        default=50,
        ge=0,
        le=10_000,
        description="On PostgreSQL, milliseconds by which a kept answer may lag behind a change "
        "that another process made; 0 for none.",
    )
    rate_limit: int = Field(
        default=600,
        ge=0,
        description="How many requests a minute one client may make; 0 for no limit.",
    )
    rate_limit_loopback: bool = Field(
        default=False, description="Whether the rate limit holds for this machine, too."
    )
    log_level: str = Field(
        default="info",
        pattern="^(critical|error|warning|info|debug)$",
        description="How much the server logs.",
    )
    contact_url: str | None = Field(
        default=None,
        pattern="^https?://[^ ]+$|^mailto:[^ ]+@[^ ]+$",
        description="Where readers report errors in the record: a web page, or `mailto:` and an "
        "address.",
    )
    data_license: str | None = Field(
        default=None,
        max_length=200,
        description="The licence of the data, as an SPDX name (`CC-BY-4.0`) or in words.",
    )
    quick_answers: bool = Field(
        default=True,
        description="Whether plain questions are answered by a shorter way, the same to the byte.",
    )
    hold_texts: bool = Field(
        default=False,
        description="Whether the texts that quotes are checked against are kept, to look up quotes "
        "that are added later. They are not answered to anybody.",
    )

    def public_address(self) -> str:
        """The public URL without a slash at its end."""
        # A server that listens everywhere is best reached by name.
        host = "localhost" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")
