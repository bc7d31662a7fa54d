"""Every command on a real installation: what it does, and how it refuses in one line with status 1."""

import gzip
import json
import subprocess
import sys
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import yaml
from tests.cli.conftest import Terminal
from tests.support.installation import environment_for
from tests.support.lending import BAD, GOOD, MIDDLING

from intendant.domains.lending.contract import COMPONENT
from intendant.kit.postgres import EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("lender")


def decide(terminal: Terminal, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    record: dict[str, Any] = terminal.does("decide", json.dumps({"inputs": inputs} | more), "--json").json
    return record


def ask(terminal: Terminal) -> str:
    """Have something decided that a person must answer; return the approval's id."""
    record = decide(terminal, MIDDLING)
    assert record["verdict"] == "ask"
    return str(record["approval_id"])


def test_help_and_version_need_no_installation(terminal):
    assert "decide" in terminal.does("--help").out
    assert terminal.does("--version").out.startswith("intendant")
    assert terminal.type("no-such-command").status == 2


def test_decide_takes_json_a_file_or_standard_input_and_a_key_decides_once(terminal, tmp_path):
    text = json.dumps({"reference": "A-1", "inputs": GOOD})
    said = terminal.does("decide", text, "--key", "k-1")
    assert said.out.startswith("ACT  approve  confidence 9")
    again = terminal.does("decide", text, "--key", "k-1", "--json").json
    assert str(again["id"]) in said.out
    file = tmp_path / "application.json"
    file.write_text(json.dumps({"inputs": BAD}))
    assert terminal.does("decide", file, "--json").json["action"] == "reject"
    assert terminal.does("decide", "-", "--json", stdin=json.dumps({"inputs": GOOD})).json["verdict"] == "act"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "cannot be read"),
        ("/no/such/file", "cannot be read"),
        ('{"amount": 1}', "inputs"),
        ('{"inputs": {}}', "amount"),
        ('{"inputs": {"amount": "lots"}}', "amount"),
        ('{"inputs": {"amount": NaN}}', "JSON"),
        ('{"product": "none", "inputs": {}}', "none"),
        ('{"inputs": {}, "amount": 4000}', "amount"),
    ],
)
def test_decide_refuses_what_it_cannot_read_and_names_the_field(terminal, source, words):
    assert words in terminal.refuses("decide", source)


def test_decide_refuses_a_reference_twice_and_a_key_for_another_body(terminal):
    decide(terminal, GOOD, reference="once")
    body = json.dumps({"reference": "once", "inputs": GOOD})
    assert "already" in terminal.refuses("decide", body)
    terminal.does("decide", json.dumps({"inputs": GOOD}), "--key", "k-2")
    assert "Idempotency-Key" in terminal.refuses("decide", json.dumps({"inputs": BAD}), "--key", "k-2")


def test_decisions_are_listed_and_shown(terminal):
    record = decide(terminal, BAD)
    assert str(record["id"]) in terminal.does("decisions", "list", "--limit", "5").out
    listed = terminal.does("decisions", "list", "--action", "reject", "--verdict", "act", "--json").json
    assert record["id"] in [row["id"] for row in listed]
    shown = terminal.does("decisions", "show", record["id"], "--json").json
    assert shown["id"] == record["id"]
    assert shown["explanation"]
    assert terminal.does("decisions", "show", record["id"]).out.startswith("ACT  reject")
    assert "no such decision" in terminal.refuses("decisions", "show", uuid4())
    assert terminal.type("decisions", "show", "nonsense").status == 2


def test_approvals_are_listed_and_answered_once(terminal):
    approval_id = ask(terminal)
    assert approval_id in terminal.does("approvals", "list").out
    assert approval_id in [row["id"] for row in terminal.does("approvals", "list", "--json").json]
    assert "reason" in terminal.refuses("approvals", "approve", approval_id, "--reason", " ")
    assert terminal.type("approvals", "approve", approval_id).status == 2
    said = terminal.does("approvals", "approve", approval_id, "--reason", "A regular customer.")
    assert said.out.startswith("act: approve (decision ")
    assert "an answer is taken once" in terminal.refuses("approvals", "decline", approval_id, "--reason", "No.")
    assert "no such approval" in terminal.refuses("approvals", "approve", uuid4(), "--reason", "Yes.")
    assert approval_id not in terminal.does("approvals", "list").out


def test_approvals_are_declined_and_amended(terminal):
    declined = terminal.does("approvals", "decline", ask(terminal), "--reason", "No.", "--json").json
    assert (declined["verdict"], declined["action"]) == ("act", "reject")
    approval_id = ask(terminal)
    assert "cannot be amended" in terminal.refuses(
        "approvals", "amend", approval_id, "--set", "colour=red", "-r", "So."
    )
    assert "no action" in terminal.refuses("approvals", "amend", approval_id, "--action", "give", "-r", "So.")
    assert terminal.type("approvals", "amend", approval_id, "--set", "nonsense", "-r", "So.").status == 2
    amended = terminal.does("approvals", "amend", approval_id, "--set", "amount=4200", "-r", "Less.", "--json").json
    assert (amended["action"], amended["parameters"]["amount"]) == ("approve", "4200.00")


def test_a_policy_goes_out_and_in_again_and_is_compared_and_rolled_back(terminal, tmp_path):
    before = terminal.does("policy", "show", "--json").json
    assert f"version {before['version']}" not in terminal.does("policy", "show").out.splitlines()[0]
    file = tmp_path / "policy.yaml"
    terminal.does("policy", "export", file)
    assert terminal.does("policy", "diff", before["version"], file).out == "No difference.\n"
    body = yaml.safe_load(file.read_text())
    assert body == before["body"]
    body["actions"]["approve"]["act_threshold"] = 0.95
    file.write_text(yaml.safe_dump(body))
    terminal.does("policy", "check", file)
    assert "0.95" in terminal.does("policy", "diff", before["version"], file).out
    terminal.does("policy", "publish", file, "--reason", "Stricter.", "--replaces", before["version"])
    assert decide(terminal, GOOD)["verdict"] == "ask"
    stale = terminal.refuses("policy", "publish", file, "--reason", "Again.", "--replaces", before["version"])
    assert f"Version {before['version'] + 1} is active" in stale
    terminal.does("policy", "rollback", before["version"], "--reason", "Too strict.")
    assert decide(terminal, GOOD)["verdict"] == "act"
    file.write_text(yaml.safe_dump(before["body"]))
    terminal.does("policy", "import", file, "--reason", "By its other name.")
    assert terminal.does("policy", "show", "--json").json["version"] == before["version"] + 3


def test_a_policy_that_cannot_be_is_refused(terminal, tmp_path):
    active = terminal.does("policy", "show", "--json").json
    file = tmp_path / "policy.yaml"
    for text, words in (
        ("rules: [", "neither YAML nor JSON"),
        ("just words", ""),
        (yaml.safe_dump(active["body"] | {"kind": "other"}), "other"),
        (yaml.safe_dump(active["body"] | {"unheard_of": 1}), "unheard_of"),
    ):
        file.write_text(text)
        assert words in terminal.refuses("policy", "publish", file, "--reason", "A try.")
    contradiction = [
        {"name": name, "effect": effect, "when": {"field": "amount", "op": "gt", "value": 1}, "actions": ["approve"]}
        for name, effect in (("must", "require"), ("must not", "forbid"))
    ]
    file.write_text(yaml.safe_dump(active["body"] | {"rules": contradiction}))
    assert "contradicts" in terminal.refuses("policy", "publish", file, "--reason", "A try.")
    said = terminal.type("policy", "check", file)
    assert said.status == 1
    assert "BLOCKS" in said.out
    assert "no version 999" in terminal.refuses("policy", "rollback", 999, "--reason", "A try.")
    assert "no version 999" in terminal.refuses("policy", "show", "--version", 999)
    assert "No policy is active" in terminal.refuses("policy", "show", "--kind", "no.kind")
    assert terminal.refuses("policy", "export", tmp_path / "no" / "folder.yaml")
    assert terminal.refuses("policy", "diff", 1, tmp_path / "nothing.yaml")
    assert terminal.does("policy", "show", "--json").json["version"] == active["version"]


def test_the_switch_stops_halts_and_starts(terminal):
    for command, state in (("stop", "stopped"), ("halt", "halted"), ("start", "running")):
        assert terminal.does(command, "--reason", "A test.").out == f"Acme Lending: {state}.\n"
        assert f"Acme Lending: {state}" in terminal.does("status").out
        assert decide(terminal, GOOD)["verdict"] == ("act" if state == "running" else "refuse")
    assert terminal.does("status", "--json").json["switch"]["state"] == "running"
    assert "reason" in terminal.refuses("stop", "--reason", " ")


def test_components_have_levels_and_people_take_control(terminal):
    assert COMPONENT in terminal.does("component", "list").out
    terminal.does("component", "level", COMPONENT, "observe", "--reason", "A look.")
    assert decide(terminal, GOOD)["verdict"] == "observe"
    terminal.does("component", "level", COMPONENT, "full", "--reason", "It does well.")
    terminal.does("component", "take-control", COMPONENT, "--reason", "I want to see.")
    assert decide(terminal, GOOD)["verdict"] == "ask"
    assert "under the control of" in terminal.does("status").out
    terminal.does("component", "hand-back", COMPONENT, "--reason", "Seen.")
    assert decide(terminal, GOOD)["verdict"] == "act"
    assert "Nobody has control" in terminal.refuses("component", "hand-back", COMPONENT, "--reason", "Again.")
    assert "no component" in terminal.refuses("component", "level", "nobody", "full", "--reason", "A try.")
    assert terminal.type("component", "level", COMPONENT, "godlike", "--reason", "A try.").status == 2
    rows = {row["name"]: row for row in terminal.does("component", "list", "--json").json}
    row = rows[COMPONENT]
    assert (row["level"], row["controlled_by"]) == ("full", None)


def test_the_audit_log_is_exported_and_verified_and_a_change_is_found(terminal, lender, tmp_path):
    record = decide(terminal, GOOD)
    file = tmp_path / "log.ndjson.gz"
    said = terminal.does("audit", "export", file)
    assert "leaves" in said.out
    assert "whole" in terminal.does("audit", "verify").out
    report = terminal.does("audit", "verify", file, "--json").json
    assert report["ok"]
    changed = tmp_path / "changed.ndjson.gz"
    text = gzip.decompress(file.read_bytes()).decode().replace("approve", "reject_", 1)
    changed.write_bytes(gzip.compress(text.encode()))
    said = terminal.type("audit", "verify", changed)
    assert said.status == 1
    assert "NOT whole" in said.out
    assert terminal.type("audit", "verify", tmp_path / "nothing").status == 2
    with psycopg.connect(lender.database.urls.owner) as connection:
        connection.execute("alter table decisions no force row level security")
        connection.execute("update decisions set confidence = 0.5 where id = %s", [record["id"]])
    try:
        said = terminal.type("audit", "verify")
        assert (said.status, "NOT whole" in said.out) == (1, True)
        assert record["id"] in said.out
    finally:
        with psycopg.connect(lender.database.urls.owner) as connection:
            connection.execute(
                "update decisions set confidence = (record::json ->> 'confidence')::float8 where id = %s",
                [record["id"]],
            )
            connection.execute("alter table decisions force row level security")
    assert terminal.does("audit", "verify").status == 0


def test_users_are_added_and_keys_made_and_revoked(terminal):
    said = terminal.does("user", "add", "ann@acme.test", "--role", "manager", "--name", "Ann")
    assert "http" in said.out
    assert "ann@acme.test" in terminal.does("user", "list").out
    terminal.does(
        "user", "add", "bob@acme.test", "--role", "operator", "--password-stdin", stdin="correct horse battery\n"
    )
    rows = {row["email"]: row for row in terminal.does("user", "list", "--json").json}
    assert (rows["ann@acme.test"]["password"], rows["bob@acme.test"]["password"]) == (False, True)
    assert "password" in terminal.refuses(
        "user", "add", "eve@acme.test", "--role", "client", "--password-stdin", stdin="x\n"
    )
    assert "e-mail" in terminal.refuses("user", "add", "nonsense", "--role", "client").lower()
    assert "no user" in terminal.refuses("user", "reset", "nobody@acme.test")
    assert "/sign-in/" in terminal.does("user", "link", "ann@acme.test").out
    terminal.does("user", "role", "ann@acme.test", "--role", "operator")
    terminal.does("user", "disable", "ann@acme.test")
    secret = terminal.does("user", "key", "create", "robot", "--role", "operator").out.strip()
    assert secret
    (key,) = terminal.does("user", "key", "list", "--json").json
    assert secret not in json.dumps(key)
    terminal.does("user", "key", "revoke", key["id"])
    assert terminal.refuses("user", "key", "revoke", uuid4())


def test_with_several_organisations_one_must_be_named(terminal):
    terminal.does("organization", "add", "globex", "--time-zone", "Europe/Berlin", "--currency", "EUR")
    try:
        assert "globex" in terminal.does("organization", "list").out
        assert "--organization" in terminal.refuses("decisions", "list")
        assert "Nothing was decided" in terminal.does("decisions", "list", "-o", "globex").out
        assert "no organisation 'nobody'" in terminal.refuses("status", "-o", "nobody")
        assert "already" in terminal.refuses("organization", "add", "globex")
        assert "slug" in terminal.refuses("organization", "add", "Not A Slug")
        assert "time_zone" in terminal.refuses("organization", "add", "mars", "--time-zone", "Mars/Base")
        assert "not deleted" in terminal.refuses("organization", "remove", "globex", "--yes")
        # Who decides on applications observes until somebody says otherwise; what follows an approval asks people.
        rows = terminal.does("component", "list", "-o", "globex", "--json").json
        assert {row["level"] for row in rows if row["name"] == COMPONENT} == {"observe"}
        assert {row["level"] for row in rows if row["name"] != COMPONENT} == {"assisted"}
    finally:
        with psycopg.connect(_superuser_url(terminal)) as connection:
            connection.execute("update organizations set removed_at = now() where slug = 'globex'")


def test_a_setting_that_is_none_stops_the_start_with_a_sentence(terminal, monkeypatch):
    monkeypatch.setenv("INTENDANT_COLOUR", "red")
    assert "INTENDANT_COLOUR is no setting" in terminal.refuses("status")


def test_the_database_is_looked_at_backed_up_and_restored(terminal, tmp_path):
    kept = decide(terminal, GOOD)
    assert "embedded PostgreSQL 18" in terminal.does("db", "status").out
    said = subprocess.run(
        [sys.executable, "-m", "intendant.cli.main", "db", "psql", "-qtAc", "select count(*) from decisions"],
        env=environment_for({"home": terminal.home}), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert int(said.stdout) > 0
    file = tmp_path / "backup"
    assert "rows of" in terminal.does("db", "backup", file).out
    assert terminal.refuses("db", "backup", file)
    lost = decide(terminal, GOOD)
    assert "in use" in terminal.refuses("db", "restore", file, "--yes")
    terminal.let_database_go()
    damaged = tmp_path / "damaged"
    damaged.write_bytes(file.read_bytes()[:-100])
    assert terminal.refuses("db", "restore", damaged, "--yes")
    assert terminal.type("db", "restore", tmp_path / "nothing", "--yes").status == 2
    assert terminal.type("db", "restore", file, stdin="n\n").status == 130
    assert "Restored." in terminal.does("db", "restore", file, "--yes").out
    terminal.hold_database()
    assert terminal.does("decisions", "show", kept["id"], "--json").json["id"] == kept["id"]
    assert "no such decision" in terminal.refuses("decisions", "show", lost["id"])
    assert decide(terminal, GOOD)["verdict"] == "act"


def _superuser_url(terminal: Terminal) -> str:
    return EmbeddedPostgres(terminal.home / "postgres").superuser_url()
