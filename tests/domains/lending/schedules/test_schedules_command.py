"""`intendant lending schedule`, in a process of its own: no database, no server, a quick start."""

import csv
import io
import json
import subprocess
import sys
from typing import Any

import pytest

from intendant.cli.main import main

PLAIN = (
    "lending schedule --amount 100 --rate 15.678 --periods 6 --every 1m --first 2024-01-01 "
    "--day-count ACT/365 --rounding half-even"
)


def said(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    main([*PLAIN.split(), *more])
    return capsys.readouterr().out


def shown(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    return json.loads(said(capsys, *more, "--json"))


def test_the_schedule_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys)
    rows = found["instalments"]
    assert [each["total"] for each in rows] == ["17.43"] * 5 + ["17.47"]
    assert [each["interest"] for each in rows] == ["1.33", "1.05", "0.90", "0.66", "0.46", "0.22"]
    assert [each["balance"] for each in rows] == ["83.90", "67.52", "50.99", "34.22", "17.25", "0.00"]
    assert [each["due"] for each in rows][::5] == ["2024-02-01", "2024-07-01"]
    assert (found["currency"], found["amount"], found["periods"]) == ("USD", "100.00", 6)
    assert (found["apr"], found["effective_rate"]) == ("15.6663", "16.8416")
    assert found["totals"]["interest"] == "4.62"


def test_the_schedule_is_printed_for_people_and_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    table = said(capsys)
    assert "6 instalments of 17.43 USD" in table
    assert "APR 15.6663 % a year" in table
    rows = list(csv.DictReader(io.StringIO(said(capsys, "--csv"))))
    assert [row["balance"] for row in rows][-2:] == ["17.25", "0.00"]
    assert rows[0]["from"] == "2024-01-01"


def test_every_term_has_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    options = (
        "--currency EUR --first-due 2024-02-10 --due-day 10 --method equal-instalment --formula nominal "
        "--rounding-unit 0.05 --instalment-rounding ceiling --instalment-rounding-unit 0.10 --broken-period spread "
        "--grace-principal 1 --grace-interest 1 --grace-free 1 --balloon 20% --down-payment 5 --penalty-rate 25 "
        "--penalty-grace-days 4 --penalty-from-due --allocation-order principal,interest,fee,penalty "
        "--allocation-by-kind --excess lower --basis scheduled --tolerance-amount 1 --tolerance-days 2 "
        "--close-tolerance 0.5 --pd 0.02 --lgd 0.4 --stage2-days 15 --stage3-days 60 --no-level-last "
        "--fee origination:disbursement:2%:deducted --fee account:instalment:1.50 --fee late:late:5%overdue"
    )
    terms = shown(capsys, *options.split())["terms"]
    # Each option says something else than the default, so what is still a default was not read.
    assert terms == {
        "amount": "100",
        "currency": "EUR",
        "rate": "15.678",
        "periods": 6,
        "start": "2024-01-01",
        "every": "1m",
        "first_due": "2024-02-10",
        "due_day": 10,
        "day_count": "ACT/365",
        "method": "equal_instalment",
        "formula": "nominal",
        "rounding": {"mode": "half-even", "unit": "0.05"},
        "instalment_rounding": {"mode": "ceiling", "unit": "0.10"},
        "level_last": False,
        "fixed_instalment": None,
        "broken_period": "spread",
        "grace": {"principal": 1, "interest": 1, "free": 1},
        "balloon": {"value": "20", "base": "principal"},
        "down_payment": {"value": "5", "base": "flat"},
        "fees": [
            {
                "name": "origination",
                "when": "disbursement",
                "portion": {"value": "2", "base": "principal"},
                "deducted": True,
            },
            {
                "name": "account",
                "when": "instalment",
                "portion": {"value": "1.50", "base": "flat"},
                "deducted": False,
            },
            {"name": "late", "when": "late", "portion": {"value": "5", "base": "overdue"}, "deducted": False},
        ],
        "penalty": {"rate": "25", "grace_days": 4, "from_due": True},
        "allocation": {
            "order": ["principal", "interest", "fee", "penalty"],
            "by_instalment": False,
            "excess": "lower",
        },
        "basis": "scheduled",
        "tolerance_amount": "1",
        "tolerance_days": 2,
        "close_tolerance": "0.5",
        "provisioning": {"pd": "0.02", "lgd": "0.4", "stage2_days": 15, "stage3_days": 60},
    }


def test_what_is_planned_changes_the_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    monthly = ("--rate", "7", "--day-count", "30/360")
    found = shown(capsys, *monthly, "--rate-change", "2024-02-15=4")
    assert [each["total"] for each in found["instalments"]] == ["17.01"] + ["16.90"] * 5
    tranches = ("--disburse", "2024-01-01=40", "--disburse", "2024-02-01=60")
    found = shown(capsys, *monthly, *tranches, "--pay", "2024-03-01=10", "--excess", "shorten")
    assert found["disbursed"] == found["totals"]["principal"] == "100.00"
    assert [each["number"] for each in found["instalments"]][:4] == [1, 2, 0, 3]


def test_a_stated_instalment_tells_how_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys, "--fixed-instalment", "30")
    assert found["periods"] == 4
    assert found["maturity"] == "2024-05-01"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("--amount -5", "--amount"),
        ("--amount much", "--amount"),
        ("--rate 1001", "--rate"),
        ("--periods 0", "--periods"),
        ("--periods x", "--periods"),
        ("--every 3x", "--every"),
        ("--first 2024-02-30", "--first"),
        ("--first-due 2023-01-01", "--first-due"),
        ("--day-count ACT/999", "--day-count"),
        ("--rounding nearest", "--rounding"),
        ("--rounding-unit 0.001", "--rounding-unit"),
        ("--instalment-rounding-unit 0", "--instalment-rounding-unit"),
        ("--grace-principal 6", "--grace-principal"),
        ("--grace-free -1", "--grace-"),
        ("--balloon 101", "--balloon"),
        ("--balloon 10%late", "--balloon"),
        ("--down-payment 100%", "--down-payment"),
        ("--fee two", "--fee"),
        ("--fee a:never:2", "--fee"),
        ("--fee a:disbursement:2%overdue", "--fee"),
        ("--fixed-instalment 1", "--fixed-instalment"),
        ("--currency dollar", "--currency"),
        ("--currency JPY --amount 10.5", "--amount"),
        ("--allocation-order fee", "--allocation-order"),
        ("--pd 2", "--pd"),
        ("--pay 2024-02-01", "--pay"),
        ("--pay 2024-02-01=0", "--pay"),
        ("--pay 2023-02-01=5", "--pay"),
        ("--disburse 2024-01-01=101", "--disburse"),
        ("--rate-change 2024-02-01=1001", "--rate-change"),
        ("--rate-change soon=5", "--rate-change"),
        ("--colour red", "--colour"),
    ],
)
def test_a_bad_option_is_named_and_ends_with_status_2(
    capsys: pytest.CaptureFixture[str], options: str, named: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*PLAIN.split(), *options.split()])
    assert ended.value.code == 2
    assert named in capsys.readouterr().err


def test_neither_database_nor_server_is_imported() -> None:
    code = (
        "import sys; from intendant.cli.main import main; main(sys.argv[1:]); "
        "print([name for name in ('psycopg', 'fastapi', 'pydantic', 'numpy', 'intendant.bootstrap') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *PLAIN.split(), "--csv"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.endswith("[]\n")
