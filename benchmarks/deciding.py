"""`decide_many`: applications that are parsed already, decided in bulk on a real database, each with record, event and audit leaf.

python -m benchmarks.deciding [--rows 40000] [--batch 2000] [--threads 2] [--json]
"""

import argparse
import gc
import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from benchmarks.lender import installation, lenders

from intendant.domains.lending import usecases
from intendant.domains.lending.manifest import APPLICATION
from intendant.kernel.decisions import Decision
from intendant.kit import clock
from intendant.simulator.lender import applicants


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--batch", type=int, default=2_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with installation() as system:
        ((organization, _),) = lenders(system, 1)
        with system.database.transaction(organization.id) as tx:
            product = APPLICATION.catalogue.latest(tx, "short-loan")
        now = clock.system_now()
        began = time.perf_counter()
        proposals = [
            usecases.build_proposal(
                APPLICATION.catalogue, product, organization.id, person.inputs, proposed_by="benchmark", now=now
            )
            for person in islice(applicants(3, prefix="bulk"), options.rows + options.batch)
        ]
        building = (time.perf_counter() - began) / len(proposals)
        batches = [proposals[start : start + options.batch] for start in range(0, len(proposals), options.batch)]
        system.decider.decide_many(batches[0])
        gc.collect()
        gc.freeze()
        began, cpu = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(options.threads) as pool:
            decided = sum(
                sum(isinstance(result, Decision) for result in results)
                for results in pool.map(system.decider.decide_many, batches[1:])
            )
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    result = {
        "decisions_per_second": decided / seconds,
        "decided": decided,
        "python_microseconds_each": cpu / decided * 1e6,
        "parsing_microseconds_each": building * 1e6,
    }
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print(
            f"decide_many: {result['decisions_per_second']:,.0f}/s ({decided:,} in batches of {options.batch} on {options.threads}"
            f" threads), {result['python_microseconds_each']:.0f} us of Python each; parsing before it"
            f" {result['parsing_microseconds_each']:.0f} us each"
        )


if __name__ == "__main__":
    main()
