"""What is shipped is written down whole, and a known weakness of it is found."""

import datetime
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tools import supply_chain
from tools.supply_chain import Acceptance, Advisory, Audit

WEAK = "GHSA-xxxx-yyyy-zzzz"
FOUND = Advisory("jinja2", "3.1.3", WEAK, ("CVE-2024-34064",), "3.1.4")


@pytest.fixture
def advisories() -> Iterator[str]:
    """Serve advisories as OSV publishes its API: POST /v1/query with a package and a version."""

    class Osv(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            weak = asked["package"] == {"name": "jinja2", "ecosystem": "PyPI"} and asked["version"] == "3.1.3"
            affected = {
                "package": asked["package"],
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.4"}]}],
            }
            found = {"id": WEAK, "aliases": ["CVE-2024-34064"], "summary": "Markup slips in.", "affected": [affected]}
            body = json.dumps({"vulns": [found]} if weak else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Osv)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_bill_of_materials_names_every_package_that_is_shipped_and_no_other() -> None:
    document = supply_chain.build_sbom()
    named = {component["purl"] for component in document["components"]}
    locked = (supply_chain.ROOT / "requirements.lock").read_text(encoding="utf-8").split()
    python = {f"pkg:pypi/{line.replace('==', '@').lower().replace('_', '-')}" for line in locked}
    assert python == {purl for purl in named if purl.startswith("pkg:pypi/")}
    console = {purl for purl in named if purl.startswith("pkg:npm/")}
    assert any(purl.startswith("pkg:npm/react@") for purl in console)
    assert not any("vitest" in purl for purl in console)
    assert document["metadata"]["component"]["name"] == "intendant"
    assert document == supply_chain.build_sbom()


def test_a_known_weakness_is_found(advisories: str, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("jinja2==3.1.3\nmarkupsafe==3.0.4\n")
    audit = supply_chain.audit_python(str(lock), "--vulnerability-service", "osv", "--osv-url", advisories)
    assert (audit.packages, audit.unknown, audit.is_answered) == (2, 0, True)
    assert [(each.package, each.id, each.aliases, each.fixed_in) for each in audit.advisories] == [
        ("jinja2", "CVE-2024-34064", (WEAK,), "3.1.4")
    ]
    assert supply_chain.report([audit], required=False, accepted=[]) == 1


def test_an_acceptance_holds_for_its_package_until_its_date() -> None:
    today = datetime.date(2026, 11, 21)
    taken = Acceptance("CVE-2024-34064", "Jinja2", "We render nothing of others.", today)
    assert supply_chain.still_open([FOUND], [taken], today) == []
    assert supply_chain.still_open([FOUND], [taken], today + datetime.timedelta(days=1)) == [FOUND]
    elsewhere = Acceptance("CVE-2024-34064", "other", "Not this one.", today)
    assert supply_chain.still_open([FOUND], [elsewhere], today) == [FOUND]


def test_a_service_that_does_not_answer_is_told_and_fails_where_an_answer_is_required(
    capsys: pytest.CaptureFixture[str],
) -> None:
    silent = Audit("requirements.lock", 3, (), 3)
    assert supply_chain.report([silent], required=False, accepted=[]) == 0
    assert "NOT AUDITED" in capsys.readouterr().out
    assert supply_chain.report([silent], required=True, accepted=[]) == 1
    assert not supply_chain.read_npm_audit("console", {"message": "404"}, {"react": "19.0.0"}).is_answered


def test_advisories_about_the_console_are_read() -> None:
    via = {"source": 1, "name": "left", "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc", "severity": "high"}
    answer = {
        "vulnerabilities": {
            "left": {"name": "left", "via": [via], "fixAvailable": True},
            "right": {"via": ["left"], "fixAvailable": False},
        }
    }
    audit = supply_chain.read_npm_audit("console", answer, {"left": "1.0.0", "right": "2.0.0"})
    assert [str(each) for each in audit.advisories] == ["left 1.0.0: GHSA-aaaa-bbbb-cccc, mended in a newer version"]


def test_what_is_accepted_says_why_and_until_when() -> None:
    for each in supply_chain.read_accepted():
        assert each.reason.strip()
        assert isinstance(each.until, datetime.date)
