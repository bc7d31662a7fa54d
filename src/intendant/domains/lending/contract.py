"""What other domains may know of lending: ids, names of its decisions and outcomes, events (*it happened*)."""

from typing import NewType
from uuid import UUID

ApplicationId = NewType("ApplicationId", UUID)
ProductKey = NewType("ProductKey", str)

APPLICATION_KIND = "lending.application"
"""The decision kind: what becomes of one loan application."""
COMPONENT = "lending.decisions"
MODEL_KIND = APPLICATION_KIND
"""Under which kind credit models stand in `models`."""

APPROVE, REJECT, REFER, EXPIRE = "approve", "reject", "refer", "expire"
ACTIONS = (APPROVE, REJECT, REFER, EXPIRE)

REPAID = "repaid"
"""The measure of an application's outcome: 1 repaid as agreed, 0 defaulted."""

PAYOUT_CONNECTOR, PAYOUT_ACTION = "payouts", "payouts.pay"
"""The outside effect of an approval."""

# What becomes of an application by a decision is told by the kernel's own event `kernel.decision.made`; these are the moves
# that no decision makes.
APPLICATION_WITHDRAWN = "lending.application.withdrawn"
APPLICATION_TAKEN_BACK = "lending.application.taken_back"
APPLICATION_DISBURSED = "lending.application.disbursed"
PRODUCT_PUBLISHED = "lending.product.published"
PERIOD_CLOSED = "lending.period.closed"
ACCOUNT_ADDED = "lending.account.added"
ACCOUNT_CHANGED = "lending.account.changed"
ACCOUNT_REMOVED = "lending.account.removed"
MODEL_TRAINED = "lending.model.trained"
MODEL_PROMOTED = "lending.model.promoted"
TRAINING_TASK = "lending.train"
"""Durable training of a product's model from the record; parameters `product` and `seed`."""
