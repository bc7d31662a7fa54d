"""A worker that must be caught: it takes a new idempotency key for each attempt, and asks the provider for nothing."""

import secrets
from typing import Any

from intendant.bootstrap import open_system
from intendant.connectors.sandbox.payouts import SandboxPayouts
from intendant.kit.logging import configure_logging
from intendant.ports.payments import PayoutReceipt
from intendant.worker.main import run_worker
from tests.support.quick_worker import OPTIONS


class CarelessPayouts(SandboxPayouts):
    """Pays under another key each time, and so finds nothing that it has paid."""

    async def pay(self, *, idempotency_key: str, **terms: Any) -> PayoutReceipt:
        return await super().pay(idempotency_key=f"{idempotency_key}-{secrets.token_hex(4)}", **terms)

    async def find(self, idempotency_key: str) -> PayoutReceipt | None:
        return await super().find(idempotency_key)


def main() -> None:
    configure_logging("info")
    with open_system() as system:
        url = system.settings.sandbox_payouts_url
        assert url is not None
        # A cached property: what is put in its place is what the worker uses.
        system.__dict__["connectors"] = {**system.connectors, "payouts": CarelessPayouts(url)}
        run_worker(system, options=OPTIONS)


if __name__ == "__main__":
    main()
