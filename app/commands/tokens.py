"""Commands that give out, list and take back the tokens of editors."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from app.commands.stores import existing, opened, read_settings
from app.resources.tokens import Grant, Scope, State, checked_label, expiry, id_of
from app.store import tokens

MadeT = TypeVar("MadeT")
LIST_LINE = "{:12}  {:7}  {:18}  {:10}  {:10}  {}"

commands = typer.Typer(
    name="token",
    help="Tokens of editors: give them out, list them, take them back.",
    no_args_is_help=True,
)


@commands.command("create")
def create_token(
    label: Annotated[
        str,
        typer.Argument(
            metavar="LABEL", help="Who it is for: a label that everybody reads beside the changes."
        ),
    ],
    scope: Annotated[
        list[Scope], typer.Option(help="What it allows; give it more than once for more.")
    ],
    expires: Annotated[
        str, typer.Option(help="Until when: days (90d), a day (2027-01-01), or never.")
    ] = "90d",
) -> None:
    """Give out a token. It is printed this once; only its hash is kept."""
    now = datetime.now(UTC)
    name = _checked("LABEL", lambda: checked_label(label))
    ends = _checked("'--expires'", lambda: expiry(expires, now))
    with opened(read_settings()) as database:
        token = tokens.create(database, name, scope, now, ends)
    until = f"until {ends:%Y-%m-%d %H:%M} UTC" if ends else "until it is revoked"
    typer.echo(f"Token {id_of(token)} for {name} is taken {until}. Keep it now:", err=True)
    typer.echo(token)
    typer.echo("It is not shown again. Only its hash is kept.", err=True)


@commands.command("list")
def list_tokens() -> None:
    """List every token that was given out: id, state, scopes, first and last day, label."""
    now = datetime.now(UTC)
    with existing() as database:
        grants = tokens.listed(database)
    if not grants:
        typer.echo("There are no tokens: nobody can change the record over HTTP.", err=True)
        return
    typer.echo(LIST_LINE.format("id", "state", "scopes", "created", "ends", "label"))
    for grant in grants:
        typer.echo(_line(grant, now))


@commands.command("revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(metavar="ID", help="Its id, as the list shows it.")],
) -> None:
    """Take a token back. It is refused from the next request on, for good."""
    with existing() as database:
        grant = tokens.revoke(database, token, datetime.now(UTC))
    typer.echo(f"Token {grant.id} ({grant.label}) is revoked.")


def _line(grant: Grant, now: datetime) -> str:
    ends = grant.revoked_at if grant.state(now) is State.revoked else grant.expires_at
    return LIST_LINE.format(
        grant.id,
        grant.state(now),
        ",".join(sorted(grant.scopes)),
        grant.created_at.date().isoformat(),
        ends.date().isoformat() if ends else "never",
        grant.label,
    )


def _checked(name: str, make: Callable[[], MadeT]) -> MadeT:
    """A value of the command line, or an end with what is wrong with it."""
    try:
        return make()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=name) from None
