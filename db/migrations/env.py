"""Alembic's entry: the connection is handed over by db.migrate, never read from a file."""

from typing import Literal

from alembic import context

from db.base import Instant
from db.tables import metadata


def render_item(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    """Our own type is written as the plain one it stands on, so that old migrations need none of our code."""
    return "sa.DateTime(timezone=True)" if isinstance(item, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
