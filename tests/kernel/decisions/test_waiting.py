"""What came while everything was stopped is decided when the business runs again: once, by the policy that holds then."""

from tests.support.deciding import set_level, switch, together
from tests.support.lending import BAD, GOOD, MIDDLING, Lender

from intendant.kernel.decisions import decide_waiting


def states(lender: Lender, records: list[dict[str, object]]) -> list[str]:
    return [lender.state(record["subject_id"])[0] for record in records]


def test_what_waited_is_decided_once_the_business_runs_again(lender):
    for state in ("stopped", "halted"):
        switch(lender, state)
        waiting = [lender.decide(each) for each in (GOOD, BAD, MIDDLING)]
        assert {record["verdict"] for record in waiting} == {"refuse"}
        assert decide_waiting(lender.decider) == 0
        assert states(lender, waiting) == ["submitted"] * 3
        switch(lender, "running")
        assert decide_waiting(lender.decider) == 3
        assert states(lender, waiting) == ["approved", "rejected", "referred"]
        assert decide_waiting(lender.decider) == 0
    assert lender.scalar("select count(*) from effects") == 2
    assert lender.scalar("select count(*) from approvals where state = 'open'") == 2
    assert lender.scalar("select count(*) from decisions where record::json ->> 'proposed_by' = 'system:waiting'") == 6


def test_a_component_that_is_stopped_lets_wait_too_and_does_not_keep_other_organisations(lender, other_lender):
    set_level(lender, "stopped")
    switch(other_lender, "stopped")
    ours, theirs = lender.decide(GOOD), other_lender.decide(GOOD)
    switch(other_lender, "running")
    assert decide_waiting(lender.decider) == 1
    assert (states(lender, [ours]), states(other_lender, [theirs])) == (["submitted"], ["approved"])
    set_level(lender, "full")
    assert decide_waiting(lender.decider) == 1
    assert states(lender, [ours]) == ["approved"]


def test_several_workers_decide_what_waited_once(lender):
    switch(lender, "stopped")
    lender.decide_many(*[lender.proposal(GOOD, f"r{number}") for number in range(40)])
    switch(lender, "running")
    counts = together([lambda: decide_waiting(lender.decider) for _ in range(4)])
    assert sum(counts) == 40
    assert lender.scalar("select count(*) from effects") == 40
    assert lender.scalar("select sum(count) from allowances where action = 'approve'") == 40
