"""What the product is made of, and whether any of it is known to be unsafe: `python tools/supply_chain.py sbom|audit`.

`sbom` writes one CycloneDX document of all that is shipped: the Python packages of requirements.lock and the console's packages.
`audit` asks the advisory services of both ecosystems about every locked version, those for development too, and fails on what
tools/accepted_advisories.toml does not accept. A service that does not answer is said aloud; with --required that fails as well.
"""

import argparse
import base64
import datetime
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SBOM = ROOT / "dist" / "intendant.cdx.json"
LOCKS = ("requirements.lock", "requirements-dev.lock")
ACCEPTED = ROOT / "tools" / "accepted_advisories.toml"
SECONDS_MAX = 240


@dataclass(frozen=True)
class Advisory:
    """A known weakness of a locked version."""

    package: str
    version: str
    id: str
    aliases: tuple[str, ...]
    fixed_in: str

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {self.id}, {f'mended in {self.fixed_in}' if self.fixed_in else 'not mended yet'}"


@dataclass(frozen=True)
class Audit:
    """What a service answered about one set of packages; `unknown` are those it could say nothing about."""

    name: str
    packages: int
    advisories: tuple[Advisory, ...]
    unknown: int

    @property
    def is_answered(self) -> bool:
        """Say whether the service knew anything at all."""
        return self.packages > self.unknown


@dataclass(frozen=True)
class Acceptance:
    """An advisory that does not fail the audit before a date."""

    id: str
    package: str
    reason: str
    until: datetime.date


def read_accepted(path: Path = ACCEPTED) -> list[Acceptance]:
    """Read what is accepted; raises KeyError or TypeError where an entry lacks something."""
    with path.open("rb") as file:
        return [Acceptance(**each) for each in tomllib.load(file).get("accepted", [])]


def still_open(found: Iterable[Advisory], accepted: Sequence[Acceptance], today: datetime.date) -> list[Advisory]:
    """Return the advisories that no acceptance covers today."""
    covered = {(each.package.lower(), each.id) for each in accepted if each.until >= today}
    return [
        each for each in found if not any((each.package.lower(), name) in covered for name in (each.id, *each.aliases))
    ]


def read_pip_audit(name: str, answer: Mapping[str, Any]) -> Audit:
    """Read the JSON of pip-audit."""
    packages = answer["dependencies"]
    advisories = tuple(
        Advisory(p["name"], p["version"], v["id"], tuple(v["aliases"]), ", ".join(v["fix_versions"]))
        for p in packages
        for v in p.get("vulns", ())
    )
    return Audit(name, len(packages), advisories, sum("skip_reason" in p for p in packages))


def read_npm_audit(name: str, answer: Mapping[str, Any], versions: Mapping[str, str]) -> Audit:
    """Read the JSON of `npm audit`; an answer with an error says that the service did not answer."""
    if "vulnerabilities" not in answer:
        return Audit(name, len(versions), (), len(versions))
    advisories = tuple(
        Advisory(
            package,
            versions.get(package, ""),
            str(via["url"]).rpartition("/")[2],
            (),
            "a newer version" if found["fixAvailable"] else "",
        )
        for package, found in answer["vulnerabilities"].items()
        for via in found["via"]
        if isinstance(via, dict)
    )
    return Audit(name, len(versions), advisories, 0)


def audit_python(lock: str, *options: str) -> Audit:
    """Ask about the versions of a lock file."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(ROOT / lock), "--no-deps", "--disable-pip"]
    command += ["--progress-spinner", "off", "--format", "json", *options]
    done = _run(command)
    try:
        return read_pip_audit(lock, json.loads(done.stdout))
    except json.JSONDecodeError:
        count = sum(1 for line in (ROOT / lock).read_text().splitlines() if line.strip())
        return Audit(lock, count, (), count)


def audit_console() -> Audit:
    """Ask about the console's packages, those that build it too."""
    versions = {name: each["version"] for name, each in _console_packages().items()}
    done = _npm("audit", "--json", "--package-lock-only")
    try:
        return read_npm_audit("console/package-lock.json", json.loads(done.stdout), versions)
    except json.JSONDecodeError:
        return Audit("console/package-lock.json", len(versions), (), len(versions))


def build_sbom() -> dict[str, Any]:
    """Put the packages that are shipped into one CycloneDX document; the same locks give the same bytes."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(ROOT / LOCKS[0])]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--short-PURLs", "--no-validate"]
    document: dict[str, Any] = json.loads(_run(command, check=True).stdout)
    components = [*document["components"], *map(_component_of, _console_packages(shipped=True).items())]
    for component in components:
        # Where a package index lies is the builder's affair.
        component.pop("externalReferences", None)
        if str(component.get("description", "")).startswith("requirements line"):
            del component["description"]
    document["components"] = sorted(components, key=lambda component: str(component["purl"]))
    document["dependencies"] = [{"ref": each["bom-ref"]} for each in document["components"]] + [
        {
            "ref": document["metadata"]["component"]["bom-ref"],
            "dependsOn": [each["bom-ref"] for each in document["components"]],
        }
    ]
    return document


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["sbom", "audit"])
    parser.add_argument("--required", action="store_true", help="fail where a service does not answer")
    given = parser.parse_args(arguments)
    if given.what == "sbom":
        SBOM.parent.mkdir(exist_ok=True)
        document = build_sbom()
        SBOM.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        _say(f"{SBOM.relative_to(ROOT)}: {len(document['components'])} packages.")
        return 0
    return report([*(audit_python(lock) for lock in LOCKS), audit_console()], required=given.required)


def report(audits: Sequence[Audit], *, required: bool, accepted: Sequence[Acceptance] | None = None) -> int:
    """Say what was found; return 1 where something must be done."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    taken = read_accepted() if accepted is None else accepted
    status = 0
    for audit in audits:
        if not audit.is_answered:
            _say(f"{audit.name}: NOT AUDITED, the advisory service does not answer here.")
            status = max(status, int(required))
            continue
        open_now = still_open(audit.advisories, taken, today)
        rest = f", {audit.unknown} unknown to the service" if audit.unknown else ""
        _say(f"{audit.name}: {audit.packages} packages, {len(open_now)} with open advisories{rest}.")
        for advisory in open_now:
            _say(f"  {advisory}")
            status = 1
    return status


def _console_packages(*, shipped: bool = False) -> dict[str, dict[str, Any]]:
    """Return the locked packages by name; `shipped`: without those that only build."""
    lock = json.loads((ROOT / "console" / "package-lock.json").read_text(encoding="utf-8"))
    return {
        path.rpartition("node_modules/")[2]: each
        for path, each in lock["packages"].items()
        if path and not (shipped and (each.get("dev") or each.get("optional")))
    }


def _component_of(package: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    name, locked = package
    purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{locked['version']}"
    component: dict[str, Any] = {
        "bom-ref": purl,
        "type": "library",
        "name": name,
        "version": locked["version"],
        "purl": purl,
    }
    if "license" in locked:
        component["licenses"] = [{"license": {"name": locked["license"]}}]
    algorithm, _, digest = str(locked.get("integrity", "")).partition("-")
    if algorithm == "sha512":
        component["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]
    return component


def _npm(*arguments: str) -> "subprocess.CompletedProcess[str]":
    sys.path.insert(0, str(ROOT))
    from hatch_build import find_node

    node = find_node()
    return _run([node.program, node.npm, *arguments], cwd=ROOT / "console")


def _run(command: Sequence[object], *, check: bool = False, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, check=check, capture_output=True, text=True, timeout=SECONDS_MAX
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
