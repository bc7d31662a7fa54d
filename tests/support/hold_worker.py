"""A process that carries out held answers, round after round, and can be killed at any moment."""

import json
import os
import sys

from intendant.domains.lending.manifest import LENDING
from intendant.kernel.decisions import Decider, carry_out_held
from intendant.kernel.registry import Registry
from intendant.kit.database import Database, DatabaseUrls


def main() -> None:
    given = json.loads(os.environ["HOLD_WORKER"])
    database = Database(DatabaseUrls(given["app"], given["system"], given["owner"]))
    decider = Decider(database, Registry([LENDING]))
    carry_out_held(decider)
    # Who waits for this line kills in the middle of what comes now.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        carry_out_held(decider)


if __name__ == "__main__":
    main()
