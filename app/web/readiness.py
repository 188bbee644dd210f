"""Whether the store can be used: each reason why not is a short sentence."""

from app.errors import ParleyError
from app.store.engine import Database
from app.store.schema import head, schema_revision


def reasons_not_ready(database: Database) -> list[str]:
    """Why the service cannot answer now; empty where it can."""
    try:
        revision = schema_revision(database)
    except ParleyError:
        return ["the store cannot be read"]
    reasons: list[str] = []
    if revision != head():
        reasons.append("the schema of the store is not this release's; run 'parley migrate'")
    try:
        with database.write():
            pass
    except ParleyError:
        reasons.append("the store cannot be written")
    return reasons
