"""How many decisions the gate takes per second on one core, with zen-engine on the same table beside it.

    python benchmarks/gate.py [--cases 20000] [--rounds 5] [--json]

The table has 20 rules over 16 fields; about two thirds of the cases act. Both engines evaluate every rule of every case and
must find the same rules; the run fails if they do not. `decide_many` is the path of live traffic: every rule tested, the
fired ones recorded with the values that met them, confidence, limits and level weighed, budgets reserved. `explain` is the
trace of every comparison, fired or not, recomputed when someone looks. zen-engine is given its three ways: a decision table,
the same with its trace, and (without any engine around them, naming no values) the 20 bare expressions, precompiled.
Rates are per second of processor time, so that neighbours on the machine count less. Best and median of the rounds.
"""

import argparse
import json
import platform
import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from intendant.kernel.gate import (
    Allowances,
    Case,
    CompiledPolicy,
    ComponentState,
    Level,
    VerdictKind,
    compile_policy,
    parse_policy,
)

TARGET_PER_SECOND = 100_000
SEED = 7
BATCH = 500


def rule(name: str, effect: str, *when: tuple[str, str, object]) -> dict[str, object]:
    """Write one rule whose condition is a conjunction."""
    parts = [{"field": field, "op": op, "value": value} for field, op, value in when]
    return {
        "name": name,
        "effect": effect,
        "actions": ["approve"],
        "when": parts[0] if len(parts) == 1 else {"all": parts},
    }


RULES: list[dict[str, object]] = [
    rule("least score", "require", ("score", "ge", 600)),
    rule("adult", "require", ("age", "between", [18, 75])),
    rule("served country", "require", ("country", "in", ["DE", "AT", "CH", "FR"])),
    rule("least amount", "require", ("amount", "ge", 500)),
    rule("blocked", "forbid", ("blocked", "eq", True)),
    rule("bankrupt", "forbid", ("bankrupt", "eq", True)),
    rule("arrears", "forbid", ("arrears", "ge", 3)),
    rule("debt", "forbid", ("debt_to_income", "gt", 0.55)),
    rule("fraud", "forbid", ("fraud_score", "ge", 0.8)),
    rule("purpose", "forbid", ("purpose", "in", ["gambling", "crypto"])),
    rule("fraud suspected", "ask", ("fraud_score", "ge", 0.65), ("fraud_score", "lt", 0.8)),
    rule("debt is high", "ask", ("debt_to_income", "gt", 0.5), ("debt_to_income", "le", 0.55)),
    rule("inquiries", "ask", ("inquiries", "ge", 8)),
    rule("short employment", "ask", ("employed_months", "lt", 3)),
    rule("long term", "ask", ("term_months", "gt", 84)),
    rule("young business", "ask", ("employment", "eq", "self"), ("employed_months", "lt", 12)),
    rule("large and new", "ask", ("amount", "gt", 40_000), ("known_months", "lt", 3)),
    rule("thin file", "ask", ("accounts", "eq", 0), ("amount", "gt", 20_000)),
    {
        "name": "affordable",
        "effect": "ask",
        "actions": ["approve"],
        "when": {"field": "amount", "op": "gt", "other": "income", "factor": 1.5},
    },
    {
        "name": "largest amount",
        "effect": "limit",
        "actions": ["approve"],
        "cap": {"field": "amount", "at_most": 100_000},
    },
]

POLICY = {
    "kind": "benchmark.loan",
    "actions": {
        "approve": {
            "act_threshold": 0.75,
            "limits": [
                {"window": "day", "count": 10_000_000, "amount": "1e13"},
                {"window": "hour", "count": 10_000_000},
            ],
        }
    },
    "rules": RULES,
}


def make_cases(count: int) -> list[Case]:
    """Return loan applications drawn with a fixed seed."""
    draw = random.Random(SEED)
    return [
        Case(
            action="approve",
            values={
                "score": draw.randint(590, 850),
                "age": draw.randint(18, 76),
                "country": draw.choices(["DE", "AT", "CH", "FR", "US"], [70, 15, 10, 4, 1])[0],
                "amount": draw.randint(450, 52_000),
                "income": float(draw.randint(24_000, 120_000)),
                "blocked": draw.random() < 0.005,
                "bankrupt": draw.random() < 0.01,
                "arrears": draw.choices([0, 1, 2, 3], [85, 9, 5, 1])[0],
                "debt_to_income": draw.betavariate(3, 9),
                "fraud_score": draw.betavariate(2, 14),
                "purpose": draw.choices(["car", "home", "study", "crypto"], [50, 30, 19, 1])[0],
                "inquiries": draw.randint(0, 8),
                "employment": draw.choices(["employee", "self"], [85, 15])[0],
                "employed_months": draw.randint(2, 240),
                "term_months": draw.choice([12, 24, 36, 48, 60, 72, 84]),
                "known_months": draw.randint(0, 120),
                "accounts": draw.randint(0, 12),
            },
            confidence=draw.betavariate(12, 1.6),
            amount=Decimal(draw.randint(450, 52_000)),
            draw=draw.random(),
        )
        for _ in range(count)
    ]


ZEN_OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def zen_cell(comparison: dict[str, object], negated: bool) -> str:
    """Write one comparison as a cell of a decision table."""
    op, value = str(comparison["op"]), comparison.get("value")
    match op:
        case "between":
            low, high = value  # type: ignore[misc]
            return f"not ($ in [{low}..{high}])" if negated else f"[{low}..{high}]"
        case "in":
            return f"$ {'not in' if negated else 'in'} {json.dumps(value)}"
        case "eq":
            return f"$ {'!=' if negated else '=='} {json.dumps(value)}"
        case _:
            symbol = {">=": "<", ">": "<="}[ZEN_OPERATORS[op]] if negated else ZEN_OPERATORS[op]
            bound = f"{comparison['other']} * {comparison['factor']}" if "other" in comparison else json.dumps(value)
            return f"{symbol} {bound}"


def zen_table() -> dict[str, object]:
    """Write the same rules as a decision table that collects every rule that fires."""
    columns: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    for each in RULES:
        cap = each.get("cap")
        if isinstance(cap, dict):
            comparisons = [{"field": cap["field"], "op": "gt", "value": cap["at_most"]}]
        else:
            when = each["when"]
            assert isinstance(when, dict)
            comparisons = when.get("all", [when])
        cells: dict[str, list[str]] = {}
        for comparison in comparisons:
            column = columns.setdefault(comparison["field"], f"in{len(columns)}")
            cells.setdefault(column, []).append(zen_cell(comparison, each["effect"] == "require"))
        joined = {column: " and ".join(parts) for column, parts in cells.items()}
        rows.append({"_id": str(each["name"]), "out": json.dumps(each["name"]), **joined})
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": column, "field": field, "name": field} for field, column in columns.items()],
        "outputs": [{"id": "out", "field": "rule", "name": "rule"}],
        "rules": [{**dict.fromkeys(columns.values(), ""), **row} for row in rows],
    }
    return {
        "nodes": [
            {"id": "input", "type": "inputNode", "name": "input"},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
            {"id": "output", "type": "outputNode", "name": "output"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "input", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "output"},
        ],
    }


def zen_expressions(table: dict[str, object]) -> list[tuple[str, str]]:
    """Write the table's rows as whole expressions, by name."""
    content = table["nodes"][1]["content"]  # type: ignore[index]
    fields = {column["id"]: column["field"] for column in content["inputs"]}
    expressions = []
    for row in content["rules"]:
        parts = []
        for column, field in fields.items():
            for cell in filter(None, row[column].split(" and ")):
                if "$" in cell:
                    parts.append(cell.replace("$", field))
                else:
                    parts.append(f"{field} in {cell}" if cell.startswith("[") else f"{field} {cell}")
        expressions.append((row["_id"], " and ".join(parts)))
    return expressions


def rate(work: Callable[[], object], count: int, rounds: int) -> dict[str, float]:
    """Return decisions per second, best and median of the rounds."""
    rates = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        rates.append(count / (time.process_time() - began))
    return {"best_per_second": max(rates), "median_per_second": statistics.median(rates)}


def measure_gate(gate: CompiledPolicy, cases: list[Case], rounds: int) -> dict[str, dict[str, float]]:
    """Measure the gate's own paths."""
    state = ComponentState("benchmark", Level.FULL)
    some = cases[: max(1, len(cases) // 10)]

    def in_batches() -> None:
        allowances = Allowances()
        for start in range(0, len(cases), BATCH):
            allowances = allowances.after(gate.decide_many(cases[start : start + BATCH], state, allowances))

    return {
        f"gate: decide_many, batches of {BATCH}": rate(in_batches, len(cases), rounds),
        "gate: decide, one by one": rate(
            lambda: [gate.decide(case, state, NOTHING_USED) for case in cases], len(cases), rounds
        ),
        "gate: explain, every comparison": rate(
            lambda: [gate.explain(case, state, NOTHING_USED) for case in some], len(some), rounds
        ),
    }


NOTHING_USED = Allowances()


def measure_zen(cases: list[Case], fired: list[set[str]], rounds: int) -> dict[str, dict[str, float]]:
    """Measure zen-engine, after checking that it fires the same rules."""
    try:
        import zen
    except ImportError:
        return {}
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(zen_table())))
    some = cases[: max(1, len(cases) // 4)]
    for case, expected in zip(some, fired, strict=False):
        found = {each["rule"] for each in decision.evaluate(dict(case.values))["result"] or []}
        assert found == expected, (dict(case.values), found, expected)
    expressions = [(name, zen.compile_expression(text)) for name, text in zen_expressions(zen_table())]
    for case, expected in zip(some, fired, strict=False):
        assert {name for name, each in expressions if each.evaluate(dict(case.values))} == expected
    contexts = [dict(case.values) for case in some]
    traced = contexts[: max(1, len(contexts) // 4)]
    return {
        "zen-engine: evaluate": rate(lambda: [decision.evaluate(each) for each in contexts], len(contexts), rounds),
        "zen-engine: evaluate with trace": rate(
            lambda: [decision.evaluate(each, {"trace": True}) for each in traced], len(traced), rounds
        ),
        "zen-engine: bare expressions": rate(
            lambda: [[each.evaluate(context) for _, each in expressions] for context in contexts], len(contexts), rounds
        ),
    }


def main() -> None:
    """Run and print."""
    arguments = argparse.ArgumentParser(description="Measure the gate beside zen-engine on one table of 20 rules.")
    arguments.add_argument("--cases", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = arguments.parse_args()

    gate = compile_policy(parse_policy(POLICY))
    cases = make_cases(options.cases)
    state = ComponentState("benchmark", Level.FULL)
    verdicts = gate.decide_many(cases, state, Allowances())
    shares = {
        kind.value: sum(verdict.kind is kind for verdict in verdicts) / len(verdicts)
        for kind in (VerdictKind.ACT, VerdictKind.ASK, VerdictKind.REFUSE)
    }
    fired = [{each.rule for each in verdict.fired} for verdict in verdicts]
    results = {**measure_gate(gate, cases, options.rounds), **measure_zen(cases, fired, options.rounds)}
    met = results[f"gate: decide_many, batches of {BATCH}"]["best_per_second"] >= TARGET_PER_SECOND
    if options.json:
        report = {
            "rules": len(RULES),
            "cases": options.cases,
            "verdicts": shares,
            "results": results,
            "target_per_second": TARGET_PER_SECOND,
            "target_met": met,
            "python": platform.python_version(),
            "machine": platform.machine(),
        }
        print(json.dumps(report, indent=2))
        return
    print(
        f"{len(RULES)} rules, {options.cases} cases:", ", ".join(f"{name} {part:.0%}" for name, part in shares.items())
    )
    print(f"{'decisions per second of one core':40}{'best':>12}{'median':>12}")
    for name, result in results.items():
        print(f"{name:40}{result['best_per_second']:>12,.0f}{result['median_per_second']:>12,.0f}")
    if "zen-engine: evaluate" not in results:
        print("zen-engine is not installed; install the 'bench' extra to measure it beside.")
    print(f"target {TARGET_PER_SECOND:,}/s: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    main()
