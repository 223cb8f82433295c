"""T: a trivial Typer command with nothing else imported."""

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def trivial() -> None:
    """Do nothing."""


app()
