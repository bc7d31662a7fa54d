"""What cannot be replayed is refused in one line that names field and remedy, and leaves nothing behind."""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.domains.lending.replay.conftest import Replays, Write
from tests.support.past_loans import borrowers, pure_noise

from intendant.domains.lending.policy import default_policy
from intendant.kernel.gate import dump_policy

HEADER = "id,amount,income,age,status\n"


def rows(count: int, *, seed: int = 1, status: tuple[str, ...] = ("paid", "default")) -> str:
    """Return lines of a plain table."""
    chance = random.Random(seed)
    return "".join(
        f"{n},{chance.randint(500, 30_000)},{chance.randint(9, 90) * 1_000},{chance.randint(20, 70)},{chance.choice(status)}\n"
        for n in range(count)
    )


def refused(replay: Replays, path: Path, *arguments: str, code: int = 1) -> str:
    """Run, expect one line of refusal and nothing half-done; return the line."""
    result = replay(path, *arguments)
    assert result.exit_code == code, (result.output, result.exception)
    assert "Traceback" not in result.output
    if code == 1:
        errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert len(errors) == 1
        assert len(errors[0]) < 600
    assert replay.count("select count(*) from organizations where kind = 'sandbox'") == 0
    return result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "blanks"),
        (HEADER.encode(), "no rows"),
        ((HEADER + rows(3)).encode(), "3 rows; at least 20"),
        ((HEADER + rows(60, status=("paid",))).encode(), "paid"),
        (gzip.compress((HEADER + rows(4_000)).encode())[:-9_000], "cut off or damaged"),
        (b"%PDF-1.7 of something else altogether", "not read"),
        ((HEADER + rows(40).replace("paid", "maybe").replace("default", "perhaps")).encode(), "--outcome COLUMN --good VALUE"),
    ],
)  # fmt: skip
def test_a_file_that_teaches_nothing_is_refused_with_the_remedy(
    replay: Replays, write: Write, content: bytes, words: str
) -> None:
    assert words in refused(replay, write("table.csv", content))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--outcome", "statsu", "--good", "paid"), "Perhaps you mean 'status'"),
        (("--outcome", "status", "--good", "repaid"), "'status' has no value 'repaid'"),
        (("--outcome", "income"), "mean repaid"),
        (("--good", "paid"), "Add --outcome COLUMN"),
        (("--speed", "100x"), "no time"),
        (("--encoding", "utf-99"), "encoding"),
        (("--delimiter", "|||"), "delimiter"),
    ],
)
def test_an_option_that_does_not_fit_the_table_is_named(
    replay: Replays, write: Write, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(replay, write("table.csv", HEADER + rows(300)), *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--train-until", "0%"),
        ("--train-until", "100%"),
        ("--train-until", "x"),
        ("--train-until", "nan"),
        ("--speed", "fast"),
        ("--speed", "0x"),
        ("--loss", "-1"),
        ("--mapping", "/nowhere/mapping.yaml"),
    ],
)
def test_an_option_that_makes_no_sense_is_a_mistake_of_use(
    replay: Replays, write: Write, arguments: tuple[str, ...]
) -> None:
    assert arguments[0] in refused(replay, write("table.csv", HEADER + rows(300)), *arguments, code=2)


def test_a_wrong_path_or_a_folder_is_a_mistake_of_use(replay: Replays, tmp_path: Path) -> None:
    assert "does not exist" in refused(replay, tmp_path / "nothing.csv", code=2)
    assert "is a directory" in refused(replay, tmp_path, code=2)


def test_a_file_of_more_than_two_gigabytes_is_refused_at_once(replay: Replays, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(3 << 30)
    assert "Split the file" in refused(replay, path)


def test_a_report_folder_that_cannot_be_written_is_found_before_anything_else(replay: Replays, write: Write) -> None:
    table = write("table.csv", HEADER + rows(300))
    assert "--report" in refused(replay, table, "--report", str(table / "report"))


GOOD_MAPPING = """
version: 1
outcome: {column: status, good: [paid], bad: [default]}
roles: {id: id, amount: amount}
protected: [age]
features: {amount: numeric, income: numeric}
"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("features: {", "features: {age: numeric, "), "features.age"),
        (lambda text: text.replace("income: numeric", "incom: numeric"), "no column 'incom'"),
        (lambda text: text.replace("income: numeric", "income: number"), "unknown type 'number'"),
        (lambda text: text + "  : [", "no valid YAML"),
        (lambda text: text.replace("good: [paid]", "good: [yes]"), "has no value 'yes'"),
        (lambda text: text.replace("bad: [default]", "bad: [paid]"), "more than one list"),
        (lambda text: text.replace("amount: amount", "amount: status"), "roles.amount"),
        (lambda text: text.replace("roles:", "role:"), "'role' is not known"),
        (lambda text: text.replace("income: numeric", "status: category"), "features.status"),
        (lambda _: "\x00\x01", "YAML"),
        (lambda _: "- a\n- b\n", "named entries"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_its_place(
    replay: Replays, write: Write, change: Callable[[str], str], words: str
) -> None:
    mapping = write("mapping.yaml", change(GOOD_MAPPING))
    assert words in refused(replay, write("table.csv", HEADER + rows(300)), "--mapping", str(mapping))


def test_a_mapping_in_another_encoding_is_refused(replay: Replays, write: Write) -> None:
    mapping = write("mapping.yaml", "outcome: {column: Rückzahlung}".encode("cp1252"))
    assert "not UTF-8" in refused(replay, write("table.csv", HEADER + rows(300)), "--mapping", str(mapping))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("rules: [", "no valid YAML"),
        ("{}", "kind"),
        ("kind: lending.application\nrules: []\nactions: {}\n", "approve"),
        ("kind: lending.application\nrules: 7\n", "rules"),
    ],
)
def test_a_broken_policy_is_refused_before_the_table_is_read(
    replay: Replays, write: Write, content: str, words: str
) -> None:
    policy = write("policy.yaml", content)
    assert words in refused(replay, write("table.csv", HEADER + rows(300)), "--policy", str(policy))


def test_a_policy_that_contradicts_itself_is_refused(replay: Replays, write: Write) -> None:
    body = dump_policy(default_policy())
    body["rules"] = [body["rules"][0], body["rules"][0]]
    policy = write("policy.yaml", yaml.safe_dump(body))
    assert "min_credit_score" in refused(replay, write("table.csv", HEADER + rows(300)), "--policy", str(policy))


def test_too_few_of_one_outcome_in_the_earlier_part_is_said_before_a_sandbox_is_founded(
    replay: Replays, write: Write
) -> None:
    lines = [
        f"2020-{1 + n // 28:02d}-{1 + n % 28:02d},{1000 + n},{'default' if n > 200 else 'paid'}" for n in range(300)
    ]
    table = write("table.csv", "date,amount,status\n" + "\n".join(lines) + "\n")
    line = refused(replay, table)
    assert "0 defaulted" in line
    assert "--train-until 80%" in line


def test_after_a_correction_the_same_table_goes_through(replay: Replays, write: Write) -> None:
    table = write("table.csv", HEADER + rows(300))
    refused(replay, table, "--outcome", "statsu", "--good", "paid")
    assert replay(table, "--outcome", "status", "--good", "paid").exit_code == 0
    assert replay.count("select count(*) from organizations where kind = 'sandbox'") == 1
    assert replay.count("select count(*) from replays where state = 'done'") == 1


def test_unusable_rows_stand_in_quarantine_and_the_counts_add_up(replay: Replays, tmp_path: Path) -> None:
    b = borrowers(31, rows=700)
    lines = ["application_id,loan_amount,income,credit_score,defaulted"]
    amounts: list[object] = [int(amount) for amount in b.amount]
    for place, odd in enumerate(["-500", "0", "NaN", "1e300", "inf", "much", "", "12,5,6"]):
        amounts[60 * place + 7] = odd
    for n in range(b.rows):
        number = 5 if n == 99 else n
        outcome = "" if n % 50 == 3 else int(not b.repaid[n])
        lines.append(f"{number},{amounts[n]},{b.income[n]},{b.score[n]},{outcome}")
    lines.insert(200, "1,2")
    lines.insert(300, "1,2,3,4,5,6,7,8,9")
    path = tmp_path / "odd.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = replay(path)
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    parts = [report[f"rows_{part}"] for part in ("trained_on", "skipped", "decided", "quarantined")]
    assert report["rows_in_file"] == sum(parts) == b.rows + 2
    assert report["rows_quarantined"] == sum(report["quarantine"]["counts"].values()) >= 7
    assert {"amount_not_positive", "amount_absurd", "id_repeated"} <= set(report["quarantine"]["counts"])
    assert report["rows_decided"] == sum(
        report[name] for name in ("approved", "rejected", "asked", "refused", "observed")
    )
    assert replay.count("select count(*) from quarantine") == report["rows_quarantined"]


def test_a_model_that_learnt_nothing_is_said_first_and_everything_is_asked(replay: Replays, tmp_path: Path) -> None:
    report = replay.report(pure_noise(tmp_path))
    assert not report["model"]["validated"]
    assert "did not pass its validation" in report["notices"][0]
    assert report["approved"] == report["rejected"] == 0
    assert report["asked"] + report["refused"] == report["rows_decided"]
    assert report["scores_beside"]
    assert 0.4 < report["auc"] < 0.6
    assert "decided nothing" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
