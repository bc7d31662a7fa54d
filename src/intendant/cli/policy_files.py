"""Policies in files, and the options that commands about policies share."""

from pathlib import Path
from typing import Any

import click

DEFAULT_KIND = "lending.application"
kind_option = click.option("--kind", default=DEFAULT_KIND, show_default=True, help="The decision kind.")
reason_option = click.option("--reason", "-r", required=True, help="Why; it goes on the record.")


def dump_yaml(body: Any) -> str:
    """Write a policy's body as YAML."""
    import yaml

    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)


def load_policy(file: Path) -> Any:
    """Read YAML or JSON from a file; raises Invalid."""
    import yaml

    from intendant.kit.errors import Invalid

    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{file} is neither YAML nor JSON: {error}", field="file", remedy="Export a policy and edit that."
        ) from None
