"""No table is forgotten: each that may hold words is declared personal, or free of personal data with a reason."""

from tests.architecture import catalog

from intendant.bootstrap import DOMAINS
from intendant.kernel import privacy
from intendant.kernel.registry import Registry
from intendant.kit.database import Database

WORDS = ("text", "text[]", "json", "jsonb", "bytea")
_COLUMNS = """
select c.relname, array_agg(a.attname::text) as columns,
    bool_or(format_type(a.atttypid, null) = any(%s)) as has_words
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition group by 1
"""


def test_every_table_says_what_it_holds_about_people(database: Database) -> None:
    registry = Registry(DOMAINS)
    with database.system() as tx:
        rows = {row["relname"]: row for row in tx.all(_COLUMNS, [list(WORDS)])}
    personal = [table.table for table in privacy.tables_of(registry)]
    free = privacy.free_of(registry)
    assert len(personal) == len(set(personal))
    assert not set(personal) & set(free)
    sorted_out = set(personal) | set(free) | catalog.NOT_OURS
    forgotten = {name for name, row in rows.items() if row["has_words"]} - sorted_out
    assert not forgotten, "declare these in the domain's manifest or in kernel/privacy/_tables.py"
    assert not sorted_out - set(rows), "these are declared and are no tables"
    assert all(reason.strip() for reason in free.values())


def test_every_declaration_names_columns_that_are_there(database: Database) -> None:
    registry = Registry(DOMAINS)
    with database.system() as tx:
        for table in privacy.tables_of(registry):
            names = [*table.keys, *table.follows, *table.searched, *(table.blanks or {}), table.id]
            blanked = ", ".join(f"{column} = {value}" for column, value in (table.blanks or {}).items())
            tx.execute(f"select {', '.join(names)} from {table.table} limit 0")
            if blanked:
                tx.execute(f"explain update {table.table} set {blanked}")
            if table.erasing == "keep":
                assert table.why, table.table
        for each in privacy.classes_of(registry).values():
            tx.execute(f"select {each.ended}, {each.label}, {', '.join(each.search)} from {each.table} limit 0")
            assert each.legal_reason
            assert each.legal_days > 0
