"""`intendant ai anomalies`: anomalies in the series of files, and their score where the true windows are known."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intendant.cli.console import json_option, moment, print_json, print_table

if TYPE_CHECKING:
    from intendant.learning.anomalies import Series, Watched

FILES_MAX = 10_000
WINDOWS_BYTES_MAX = 16 * 1024 * 1024
SHOWN_MAX = 200


class _Unusable(click.ClickException):
    """A file that is no series, with what to do."""

    exit_code = 2


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--time", "time_column", metavar="COL", help="The column of times; found out by default.")
@click.option("--value", "value_column", metavar="COL", help="The column of values; the first of numbers by default.")
@click.option(
    "--windows",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON that lists by file the [begin, end] windows of true anomalies; the result is scored against it.",
)
@click.option(
    "--sensitivity", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="0 for few alarms, 1 for many."
)
@click.option(
    "--direction",
    type=click.Choice(["up", "down", "both"]),
    default="both",
    show_default=True,
    help="Which side counts.",
)
@click.option("--zone", default="UTC", show_default=True, help="The time zone whose days and weeks the series follow.")
@json_option
def anomalies(
    files: tuple[Path, ...],
    time_column: str | None,
    value_column: str | None,
    windows: Path | None,
    sensitivity: float,
    direction: str,
    zone: str,
    as_json: bool,
) -> None:
    """Find anomalies in each FILE, as they would have been found at the time: nothing is known of what came after.

    With --windows the score of the Numenta Anomaly Benchmark (standard profile) is shown, beside that of its windowed Gaussian
    with the threshold that suits it best.
    """
    from intendant.learning.anomalies import Settings, detect

    if len(files) > FILES_MAX:
        raise _Unusable(f"At most {FILES_MAX:,} files are read at once.")
    series = [_read(file, time_column, value_column, zone) for file in files]
    watched = detect(series, Settings(sensitivity=sensitivity, direction=direction))  # type: ignore[arg-type]
    result: dict[str, Any] = {
        "files": [
            {
                "file": str(file),
                "points": len(each.values),
                "refused": len(each.refused),
                "anomalies": [_shown(anomaly) for anomaly in seen.anomalies],
            }
            for file, each, seen in zip(files, series, watched, strict=True)
        ]
    }
    if windows is not None:
        result["score"] = _scored(files, series, watched, _read_windows(windows))
    if as_json:
        print_json(result)
        return
    rows = [
        {"file": file.name} | _shown(anomaly)
        for file, seen in zip(files, watched, strict=True)
        for anomaly in seen.anomalies
    ]
    columns = {
        "file": lambda row: row["file"],
        "from": lambda row: moment(row["started_at"]),
        "to": lambda row: moment(row["ended_at"]),
        "severity": lambda row: row["severity"],
        "value": lambda row: f"{row['value']:,.4g}",
        "expected": lambda row: f"{row['expected']:,.4g} ({row['lower']:,.4g} to {row['upper']:,.4g})",
        "deviations": lambda row: f"{row['size']:,.1f}",
        "p": lambda row: f"{row['probability']:.1e}",
    }
    print_table(rows[:SHOWN_MAX], columns, empty="Nothing anomalous was found.")
    if len(rows) > SHOWN_MAX:
        click.echo(f"... and {len(rows) - SHOWN_MAX:,} more; --json prints all.")
    if windows is not None:
        _show_score(result["score"])


def _read(file: Path, time_column: str | None, value_column: str | None, zone: str) -> "Series":
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    import numpy as np

    from intendant.learning.anomalies import read_series
    from intendant.learning.datasets import read_table
    from intendant.learning.forecasting import read_times

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _Unusable(f"{zone!r} is no time zone. Use a name such as Europe/Berlin.") from error
    frame = read_table(file).frame
    names = [str(name) for name in frame.columns]
    for name, option in ((time_column, "--time"), (value_column, "--value")):
        if name is not None and name not in names:
            raise _Unusable(f"{file.name} has no column {name!r} ({option}). It has: {', '.join(names[:20])}.")
    if time_column is None:
        time_column = next((name for name in names if frame[name].dtype.kind == "M"), None) or next(
            (name for name in names if frame[name].dtype.kind not in "fiubM"), names[0]
        )
    times = read_times(frame[time_column])
    numbers = [name for name in names if name != time_column and frame[name].dtype.kind in "fiub"]
    chosen = value_column or next(iter(numbers), None)
    if chosen is None or frame[chosen].dtype.kind not in "fiub":
        raise _Unusable(f"{file.name} has no column of numbers beside {time_column!r}. Name one with --value.")
    if not times.readable.any():
        raise _Unusable(f"{file.name}: {time_column!r} holds no times. Name the column with --time.")
    moments = times.moments[times.readable]
    seconds = moments.astype(np.int64) if times.steps else moments.astype("datetime64[s]").astype(np.int64)
    return read_series(file.name, seconds, frame[chosen].to_numpy(dtype=np.float64)[times.readable], zone=zone)


def _read_windows(path: Path) -> dict[str, list[tuple[float, float]]]:
    import json
    from datetime import UTC, datetime

    if path.stat().st_size > WINDOWS_BYTES_MAX:
        raise _Unusable(f"{path.name} is too large for a list of windows.")

    def seconds(text: str) -> float:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()

    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return {name: [(seconds(begin), seconds(end)) for begin, end in each] for name, each in given.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise _Unusable(f"{path.name} does not list [begin, end] windows by file.") from error


def _scored(
    files: Sequence[Path],
    series: "Sequence[Series]",
    watched: "Sequence[Watched]",
    windows: Mapping[str, list[tuple[float, float]]],
) -> dict[str, Any]:
    import numpy as np

    from intendant.learning.anomalies import best_threshold, gaussian_scores, score, score_series

    ours, places, gaussian = [], [], []
    names = []
    for file, each, seen in zip(files, series, watched, strict=True):
        key = next((name for name in windows if f"/{file.as_posix()}".endswith(f"/{name}")), None)
        if key is None:
            continue
        own = [
            (int(np.searchsorted(each.times, begin)), int(np.searchsorted(each.times, end, side="right")) - 1)
            for begin, end in windows[key]
        ]
        own = [(first, last) for first, last in own if first <= last]
        alarms = [int(np.searchsorted(each.times, anomaly.started_at.timestamp())) for anomaly in seen.anomalies]
        names.append(key)
        places.append(own)
        ours.append(score_series(len(each.values), own, alarms))
        gaussian.append(gaussian_scores(each.values))
    if not names:
        raise _Unusable("None of the files is named among the windows.")
    threshold, theirs = best_threshold(gaussian, places)
    # Sorted by name, every other series: parameters were chosen on the first half and are judged by the second.
    order = sorted(range(len(names)), key=lambda place: names[place])
    return {
        "series": len(names),
        "windows": sum(part.windows for part in ours),
        "found": sum(part.found for part in ours),
        "false_alarms": sum(part.false_alarms for part in ours),
        "nab_standard": score(ours),
        "nab_standard_chosen_on": score([ours[place] for place in order[0::2]]),
        "nab_standard_held_out": score([ours[place] for place in order[1::2]]),
        "windowed_gaussian": {
            "nab_standard": score(theirs),
            "nab_standard_chosen_on": score([theirs[place] for place in order[0::2]]),
            "nab_standard_held_out": score([theirs[place] for place in order[1::2]]),
            "threshold": threshold,
            "found": sum(part.found for part in theirs),
            "false_alarms": sum(part.false_alarms for part in theirs),
        },
    }


def _show_score(found: Mapping[str, Any]) -> None:
    other = found["windowed_gaussian"]

    def number(value: float | None) -> str:
        return "no window" if value is None else f"{value:.1f}"

    click.echo(
        f"\n{found['series']} series, {found['windows']} windows: {found['found']} found, {found['false_alarms']} false alarms."
        f"\nNAB score, standard profile: {number(found['nab_standard'])}"
        f" (series the parameters were chosen on {number(found['nab_standard_chosen_on'])},"
        f" the others {number(found['nab_standard_held_out'])})."
        f"\nWindowed Gaussian at the threshold that is best for it here: {number(other['nab_standard'])}"
        f" ({number(other['nab_standard_chosen_on'])}, {number(other['nab_standard_held_out'])};"
        f" {other['found']} found, {other['false_alarms']} false alarms)."
    )


def _shown(anomaly: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from intendant.learning.anomalies import grade

    return asdict(anomaly) | {"severity": grade(anomaly)}
