"""A process that spends from one allowance at a given moment, for tests that overrun it from several processes at once."""

import json
import os
import sys
import time
from uuid import UUID

from intendant.domains.lending import usecases
from intendant.domains.lending.manifest import LENDING
from intendant.kernel.decisions import Decider
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Registry
from intendant.kit.database import Database, DatabaseUrls


def main() -> None:
    given = json.loads(os.environ["SPENDER"])
    database = Database(DatabaseUrls(given["app"], given["system"], given["owner"]))
    registry = Registry([LENDING])
    kind = registry.kind("lending.application")
    decider = Decider(database, registry)
    with database.transaction(UUID(given["organization"])) as tx:
        organization = get_organization(tx, UUID(given["organization"]))
        product = kind.catalogue.latest(tx, given["product"])
    proposals = [
        usecases.build_proposal(
            kind.catalogue, product, organization.id, given["inputs"],
            reference=f"{os.getpid()}-{number}", proposed_by="key:spender", now=organization.clock.now(),
        )
        for number in range(given["count"])
    ]  # fmt: skip
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    begins_at = float(sys.stdin.readline())
    while time.time() < begins_at:
        time.sleep(0.001)
    size = given["batch"]
    verdicts = [
        result.as_dict()["verdict"]
        for start in range(0, len(proposals), size)
        for result in decider.decide_many(proposals[start : start + size])
    ]
    sys.stdout.write(json.dumps(verdicts) + "\n")
    database.close()


if __name__ == "__main__":
    main()
