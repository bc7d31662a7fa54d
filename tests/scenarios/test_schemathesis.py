"""Whatever OpenAPI allows, and much that it does not, is answered as documented and without a fault of ours, over real HTTP."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.support.estate import Estate, open_estate

from intendant.bootstrap import build
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.server.main import build_server

EXAMPLES_PER_OPERATION = 3
SECONDS_MAX = 15.0
"""After so long, on a busy machine, each operation that is left is asked once."""
ANSWER_SECONDS_MAX = 20.0
START_SECONDS_MAX = 30.0
AS_DOCUMENTED = [status_code_conformance, content_type_conformance, response_schema_conformance]
LAST = ("halt", "stop", "sign-out")
"""Paths that change what all others answer."""


@pytest.fixture
def estate(
    database: Database, organization: Organization, other_organization: Organization, tmp_path: Path
) -> Iterator[tuple[Estate, str]]:
    """Serve a furnished installation on a port of its own; return it with its address."""
    system = build(Settings(home=tmp_path), database)
    server = build_server(system, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, name="uvicorn", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    port = server.servers[0].sockets[0].getsockname()[1]
    for estate in open_estate(system, server.config.app, organization, other_organization):  # type: ignore[arg-type]
        yield estate, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(START_SECONDS_MAX)
    system.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "unsound"])
@pytest.mark.timeout(240)
def test_no_request_finds_a_fault_of_ours(estate: tuple[Estate, str], mode: GenerationMode) -> None:
    installation, address = estate
    headers = installation.people.key(installation.acme.organization, Role.OWNER)
    schema = schemathesis.openapi.from_dict(installation.app.openapi())
    operations = [result.ok() for result in schema.get_all_operations()]
    operations.sort(key=lambda each: (each.path.endswith(LAST), each.path, each.method))
    assert len(operations) >= 60
    faults: list[str] = []
    statuses: dict[int, int] = {}
    began = time.monotonic()
    with requests.Session() as session:
        session.trust_env = False
        for operation in operations:
            examples = EXAMPLES_PER_OPERATION if time.monotonic() - began < SECONDS_MAX else 1
            send = _sender(
                operation, mode, examples, address, session, headers, installation.acme.ids, faults, statuses
            )
            # An operation without parameters cannot be asked in an unsound way.
            with contextlib.suppress(Unsatisfiable):
                send()
    assert not faults, "\n".join(faults[:20])
    assert sum(statuses.values()) > len(operations)
    assert any(status < 300 for status in statuses)
    assert any(400 <= status < 500 for status in statuses)


def _sender(
    operation: Any,
    mode: GenerationMode,
    examples: int,
    address: str,
    session: requests.Session,
    headers: dict[str, str],
    ids: dict[str, str],
    faults: list[str],
    statuses: dict[int, int],
) -> Callable[[], None]:
    """Make a function that sends some requests of one operation and writes down what went wrong."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), with_our_ids=st.booleans())
    def send(case: Any, with_our_ids: bool) -> None:
        if with_our_ids:
            # Ids that exist lead behind the first look-up.
            known = {name: ids[name] for name in case.path_parameters or {} if name in ids}
            case.path_parameters = {**case.path_parameters, **known} if known else case.path_parameters
        try:
            response = case.call(base_url=address, session=session, headers=headers, timeout=ANSWER_SECONDS_MAX)
        except (UnicodeError, requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL):
            return  # it cannot be put on the wire
        status = response.status_code
        statuses[status] = statuses.get(status, 0) + 1
        told = f"{operation.method.upper()} {operation.path} -> {status}: {response.content[:300]!r}\n  {case.as_curl_command()[:600]}"
        if status >= 500:
            faults.append(told)
        elif status >= 400:
            kind = response.headers.get("content-type", [""])[0]
            if not kind.startswith("application/problem+json") or not response.json().get("code"):
                faults.append(told)
        else:
            try:
                case.validate_response(response, checks=AS_DOCUMENTED)
            except FailureGroup as error:
                faults.append(f"{told}\n  {[str(each)[:400] for each in error.exceptions]}")

    return send
