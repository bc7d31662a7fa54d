"""What every payout connector must keep, run against each: the sandbox inside the process and the sandbox over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.payouts import Process, start_provider

from intendant.connectors.sandbox._ledger import list_entries
from intendant.connectors.sandbox.embedded import EmbeddedPayouts
from intendant.connectors.sandbox.payouts import SandboxPayouts
from intendant.kit.money import Money
from intendant.ports.calls import FateUncertain, ProviderCannotSay, ProviderRefused, ProviderUnavailable
from intendant.ports.payments import PayoutPort, PayoutReceipt, receipt_from_record, receipt_to_record

TEN = Money(Decimal("10.50"), "EUR")
Story = Callable[[PayoutPort], Awaitable[None]]


class Place:
    """Where the sandbox of one test keeps its ledger and listens."""

    def __init__(self, folder: Path) -> None:
        self.ledger, self.socket = folder / "ledger", folder / "s"
        self.processes: list[Process] = []

    def start(self, *faults: str) -> Process:
        self.processes.append(start_provider(self.ledger, self.socket, *faults))
        return self.processes[-1]

    def connect(self, **options: float) -> SandboxPayouts:
        return SandboxPayouts("http://sandbox", socket=str(self.socket), **options)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    for process in place.processes:
        if process.is_alive:
            process.kill()


@pytest.fixture(params=["embedded", "http"])
def tell(request: pytest.FixtureRequest, place: Place) -> Callable[[Story], None]:
    """Run a story against the connector named by the parameter."""
    if request.param == "http":
        place.start()

    async def run(story: Story) -> None:
        port = place.connect() if request.param == "http" else EmbeddedPayouts(place.ledger)
        try:
            await story(port)
        finally:
            await port.close()

    return lambda story: asyncio.run(run(story))


def pay(
    port: PayoutPort, key: str = "key-1", amount: Money = TEN, destination: str = "DE02"
) -> Awaitable[PayoutReceipt]:
    return port.pay(idempotency_key=key, amount=amount, destination=destination, reference="loan 7")


def test_a_receipt_says_what_was_paid_and_that_nobody_was(tell):
    async def story(port: PayoutPort) -> None:
        receipt = await pay(port)
        assert (receipt.amount, receipt.destination, receipt.reference) == (TEN, "DE02", "loan 7")
        assert receipt.idempotency_key == "key-1"
        assert receipt.pays_nobody
        assert receipt_from_record(receipt_to_record(receipt)) == receipt

    tell(story)


def test_the_same_key_pays_once_however_often_and_at_once_it_is_sent(tell, place):
    async def story(port: PayoutPort) -> None:
        receipts = await asyncio.gather(*(pay(port) for _ in range(12)))
        assert len({receipt.provider_id for receipt in receipts}) == 1

    tell(story)
    assert len(list_entries(place.ledger)) == 1


def test_the_same_key_with_other_terms_is_refused(tell, place):
    async def story(port: PayoutPort) -> None:
        await pay(port)
        with pytest.raises(ProviderRefused):
            await pay(port, amount=Money(Decimal(11), "EUR"))
        with pytest.raises(ProviderRefused):
            await pay(port, destination="XX99")

    tell(story)
    assert len(list_entries(place.ledger)) == 1


def test_a_key_is_found_when_it_was_booked_and_only_then(tell):
    async def story(port: PayoutPort) -> None:
        assert await port.find("key-1") is None
        receipt = await pay(port)
        assert await port.find("key-1") == receipt
        assert await port.find("key-2") is None

    tell(story)


def test_a_payout_is_reversed_once_and_in_full(tell):
    async def story(port: PayoutPort) -> None:
        receipt = await pay(port)
        reversals = [
            await port.reverse(idempotency_key="key-2", provider_id=receipt.provider_id, reason="wrong account")
            for _ in range(2)
        ]
        assert reversals[0] == reversals[1] == await port.find("key-2")
        assert (reversals[0].reversal_of, reversals[0].amount) == (receipt.provider_id, TEN)
        with pytest.raises(ProviderRefused):
            await port.reverse(idempotency_key="key-3", provider_id=receipt.provider_id, reason="again")
        with pytest.raises(ProviderRefused):
            await port.reverse(idempotency_key="key-4", provider_id="no such payout", reason="again")

    tell(story)


def test_a_ledger_shared_by_processes_pays_each_key_once(place):
    place.start()

    async def story() -> None:
        ports: list[PayoutPort] = [place.connect(), EmbeddedPayouts(place.ledger), EmbeddedPayouts(place.ledger)]
        await asyncio.gather(*(pay(port, f"key-{number}") for number in range(20) for port in ports))
        for port in ports:
            await port.close()

    asyncio.run(story())
    keys = [entry["key"] for entry in list_entries(place.ledger)]
    assert sorted(keys) == sorted({f"key-{number}" for number in range(20)})


def test_a_line_that_a_crash_left_unfinished_was_not_booked(place):
    async def book(key: str) -> PayoutReceipt | None:
        port = EmbeddedPayouts(place.ledger)
        try:
            found = await port.find("key-torn")
            await pay(port, key)
            return found
        finally:
            await port.close()

    asyncio.run(book("key-1"))
    with place.ledger.open("ab") as file:
        file.write(b'{"id": "sandbox-x", "key": "key-torn", "kind": "pay')
    assert asyncio.run(book("key-2")) is None
    assert [entry["key"] for entry in list_entries(place.ledger)] == ["key-1", "key-2"]


@asynccontextmanager
async def connected(place: Place, **options: float) -> AsyncIterator[SandboxPayouts]:
    port = place.connect(**options)
    try:
        yield port
    finally:
        await port.close()


def test_a_provider_that_does_not_listen_or_is_busy_is_unavailable(place):
    async def story() -> None:
        async with connected(place) as port:
            with pytest.raises(ProviderUnavailable):
                await pay(port)
            with pytest.raises(ProviderUnavailable):
                await port.find("key-1")
            place.start("--busy", "1")
            with pytest.raises(ProviderUnavailable):
                await pay(port)

    asyncio.run(story())
    assert list_entries(place.ledger) == []


@pytest.mark.parametrize(
    ("fault", "booked"), [(("--crash-before", "1"), 0), (("--crash-after", "1"), 1), (("--drop-response", "1"), 1)]
)
def test_a_lost_answer_leaves_the_fate_uncertain_until_the_provider_is_asked(place, fault, booked):
    async def story() -> None:
        place.start(*fault)
        async with connected(place) as port:
            with pytest.raises(FateUncertain):
                await pay(port)
        for process in place.processes:
            process.kill()
        place.start()
        async with connected(place) as port:
            assert (await port.find("key-1") is not None) == bool(booked)

    asyncio.run(story())
    assert len(list_entries(place.ledger)) == booked


def test_an_answer_that_takes_too_long_leaves_the_fate_uncertain(place):
    async def story() -> None:
        place.start("--delay", "2")
        async with connected(place, answer_timeout_seconds=0.2) as port:
            with pytest.raises(FateUncertain):
                await pay(port)

    asyncio.run(story())


def test_a_provider_without_keys_cannot_say(place):
    async def story() -> None:
        place.start("--no-find")
        async with connected(place) as port:
            with pytest.raises(ProviderCannotSay):
                await port.find("key-1")

    asyncio.run(story())


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_only_a_positive_amount_is_paid_out(tell, amount):
    async def story(port: PayoutPort) -> None:
        with pytest.raises(ProviderRefused):
            await pay(port, amount=Money(Decimal(amount), "EUR"))

    tell(story)
