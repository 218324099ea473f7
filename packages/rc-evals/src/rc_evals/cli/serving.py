"""The command that shows runs in a browser: serve."""

from __future__ import annotations

import click

from rc_evals.cli.context import with_home
from rc_evals.home import Home

PORT = 3446
"""Where upstream's dashboard listens as well."""


@click.command()
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port to listen on; 0: any free one."
)
@click.option("--open", "open_", is_flag=True, help="Open the dashboard in the browser.")
@click.option(
    "--allowed-host",
    metavar="NAME",
    multiple=True,
    help="Another name that browsers may use, as behind a proxy; may be repeated.",
)
@with_home
def serve(home: Home, host: str, port: int, open_: bool, allowed_host: tuple[str, ...]) -> None:
    """Show runs in a browser, and start them there.

    Only this machine can ask, unless --host says otherwise; then the address that is printed holds a token, and nobody
    is answered without it.
    """
    import secrets

    from rc_evals.web import serving

    home.ensure()
    token = secrets.token_urlsafe(32)
    access = serving.access_for(host, frozenset(name.lower() for name in allowed_host), token)
    with serving.listening(host, port) as listener:
        address = serving.address_of(listener, host, access.token)

        def ready() -> None:
            click.echo(f"rc-evals: {address} shows the runs in {home.root}; Ctrl-C ends the dashboard, not the runs")
            if open_:
                click.launch(address)

        serving.serve(home, listener, access, ready=ready)
