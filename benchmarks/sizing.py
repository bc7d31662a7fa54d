"""What a decision takes on disk: `python -m benchmarks.sizing [COUNT]`.

Decides `COUNT` applications (four of five approved, each with a payout that waits), without HTTP, and prints what tables with their
indexes and the write-ahead log have grown by, for 100,000 decisions.
"""

import sys
from random import Random

from tests.scenarios import chaos
from tests.support.installation import Installation, temporary_home
from tests.support.lending import BAD, GOOD

BATCH = 500
TABLES_SHOWN = 12
SCALE = 100_000


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    random = Random(1)
    with temporary_home() as home, Installation(home) as one:
        lender = chaos.open_for_chaos(one, "sizing")
        database = one.system.database

        def look() -> tuple[dict[str, int], int]:
            with database.system() as tx:
                rows = tx.all(
                    "select regexp_replace(relname, '_(\\d{6}|rest)$', '') as name,"
                    " sum(pg_total_relation_size(oid))::bigint as bytes"
                    " from pg_class where relkind in ('r', 'm') and relnamespace = 'public'::regnamespace group by 1"
                )
                # The position of the log, readable without any right.
                wal = tx.scalar("select pg_current_wal_lsn() - '0/0'::pg_lsn")
            return {row["name"]: int(row["bytes"]) for row in rows}, int(wal)

        before, log_before = look()
        for start in range(0, count, BATCH):
            proposals = [
                lender.proposal(
                    (GOOD if random.random() < 0.8 else BAD) | {"iban": f"DE{start + number:020d}"},
                    f"application-{start + number}",
                )
                for number in range(min(BATCH, count - start))
            ]
            lender.decide_many(*proposals)
        after, log_after = look()
    grown = sorted(((after[name] - before.get(name, 0), name) for name in after), reverse=True)
    total = sum(each for each, _ in grown)
    print(f"for {SCALE:,} decisions, measured on {count:,}")
    print(f"  tables and indexes   {total / count * SCALE / 1e6:8,.0f} MB")
    print(f"  write-ahead log      {(log_after - log_before) / count * SCALE / 1e6:8,.0f} MB, recycled")
    for size, name in grown[:TABLES_SHOWN]:
        print(f"    {name:<28} {size / count * SCALE / 1e6:8,.1f} MB")


if __name__ == "__main__":
    main()
