"""A worker killed in the middle of sending: every event arrives all the same, and what comes twice is known by its id."""

import threading
from collections import Counter

from tests.scenarios import chaos
from tests.support.installation import Installation, temporary_home
from tests.support.peers.webhook_receiver import Receiver
from tests.support.waiting import wait_for

DECISIONS = 60
KILLS_AT = {5, 23, 41}
SECONDS_MAX = 120.0


def test_every_event_arrives_though_the_worker_is_killed_while_it_sends() -> None:
    killed = threading.Event()

    def answer(number: int) -> tuple[int, dict[str, str]]:
        if number in KILLS_AT:
            # The request is here and its answer is not there: nothing of it has been written down.
            one.children["worker-1"].kill()
            killed.set()
        return 204, {}

    with (
        temporary_home() as home,
        Installation(home, {"outbound_allow": "127.0.0.1"}) as one,
        Receiver(answer) as receiver,
    ):
        lender = chaos.open_for_chaos(one, "acme")
        headers = one.key(lender.organization)
        plan = chaos.Plan(decisions=DECISIONS, kills=0, clients=2, targets={"worker-1": 1})
        chaos.start_all(one, plan)
        with one.client(headers) as client:
            endpoint = {"url": receiver.url, "events": ["kernel.decision.made"]}
            client.post("/api/v1/webhooks/endpoints", json=endpoint).raise_for_status()
            channel = {"kind": "webhook", "name": "Ours", "settings": {"url": receiver.url}}
            made = client.post("/api/v1/channels", json=channel).raise_for_status().json()
        clients = chaos.Clients(one, headers, plan)
        sending = threading.Thread(target=clients.run)
        sending.start()
        starts = 1
        for _ in KILLS_AT:
            assert killed.wait(SECONDS_MAX)
            killed.clear()
            one.children["worker-1"].start_again()
            starts += 1
        sending.join()
        with one.client(headers) as client:
            client.post(f"/api/v1/channels/{made['id']}/test").raise_for_status()
        decided = {told["decision_id"] for told in clients.answers.values()}
        assert len(decided) == DECISIONS

        def subjects() -> set[str]:
            return {str(came.message["data"].get("body", {}).get("decision_id")) for came in list(receiver.came)}

        wait_for(lambda: decided <= subjects(), "the webhooks of all decisions", seconds=SECONDS_MAX)
        wait_for(
            lambda: any(came.message["type"].startswith("alert") for came in list(receiver.came)),
            "the message of the channel",
            seconds=SECONDS_MAX,
        )
        times = Counter(came.id for came in receiver.came)
        bodies = {(came.id, came.body) for came in receiver.came}
    assert starts == one.children["worker-1"].starts
    # What was on its way at a kill came again, under the same id and with the same words.
    assert any(count > 1 for count in times.values())
    assert len(bodies) == len(times)
