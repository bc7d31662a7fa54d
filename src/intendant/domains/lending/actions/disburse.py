"""Paying a tranche of an accepted loan out: the effect of a decision on disbursement, with its reversal."""

from collections.abc import Mapping
from typing import Any

from intendant.domains.lending.actions.payout import HOLD_SECONDS, REVERSAL_ACTION, find, money_of, pay
from intendant.domains.lending.contract import DISBURSE_ACTION, PAYOUT_CONNECTOR
from intendant.domains.lending.offers.paying import follow
from intendant.kernel.registry import ActionSpec, Preview


def _preview(parameters: Mapping[str, Any]) -> Preview:
    money = money_of(parameters)
    return Preview(
        f"Pay {money} to {parameters['destination']} for loan {parameters['reference']}.",
        ("Money leaves the lender's account.", "The loan counts as disbursed once the provider confirms."),
        money,
    )


DISBURSEMENT = ActionSpec(
    name=DISBURSE_ACTION,
    connector=PAYOUT_CONNECTOR,
    reversible=True,
    preview=_preview,
    undo=REVERSAL_ACTION,
    hold_seconds=HOLD_SECONDS,
    perform=pay,
    find=find,
    settled=follow,
)
