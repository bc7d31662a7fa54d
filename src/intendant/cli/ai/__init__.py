"""`intendant ai`: models, forecasts, anomalies and uplift of a file, on the terminal; needs no installation."""

import click

from intendant.cli.lazy import Commands, LazyGroup

COMMANDS: Commands = {
    "evaluate": ("intendant.cli.ai.evaluate", "evaluate", "Train on a table and say how good it is, by folds."),
    "forecast": ("intendant.cli.ai.forecast", "forecast", "Forecast many series and test it on their past."),
    "anomalies": ("intendant.cli.ai.anomalies", "anomalies", "Find anomalies in series, and score them where known."),
    "uplift": ("intendant.cli.ai.uplift", "uplift", "Learn whom a treatment moves, from a randomised trial."),
}


@click.command(cls=LazyGroup, lazy=COMMANDS)
def ai() -> None:
    """Learn from a file: evaluate models, forecast, find anomalies, measure uplift."""
