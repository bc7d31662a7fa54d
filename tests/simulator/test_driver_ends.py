"""The simulator of a demo ends when the demo is removed."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from intendant.kit.clock import BusinessClock
from intendant.simulator.driver import Driver


class _KnowsNobody(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Serve 401 to everybody."""
    server = HTTPServer(("127.0.0.1", 0), _KnowsNobody)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_simulator_whose_key_is_known_no_more_ends_by_itself(address: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    driver = Driver(address, "ik_gone", BusinessClock(now, now), 20, "D000000000000", "personal", per_second=100.0)
    running = threading.Thread(target=driver.run, args=(threading.Event(),), daemon=True)
    running.start()
    running.join(20.0)
    assert not running.is_alive()
