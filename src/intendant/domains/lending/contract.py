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
LOAN_OPENED = "lending.loan.opened"
LOAN_DISBURSED = "lending.loan.disbursed"
LOAN_CHARGED = "lending.loan.charged"
LOAN_WAIVED = "lending.loan.waived"
LOAN_REFUNDED = "lending.loan.refunded"
LOAN_RATE_CHANGED = "lending.loan.rate_changed"
LOAN_RESTRUCTURED = "lending.loan.restructured"
LOAN_PAUSED = "lending.loan.paused"
LOAN_CHARGED_OFF = "lending.loan.charged_off"
LOAN_WRITTEN_OFF = "lending.loan.written_off"
LOAN_CLOSED = "lending.loan.closed"
LOAN_REOPENED = "lending.loan.reopened"
LOAN_CANCELLED = "lending.loan.cancelled"
PAYMENT_RECORDED = "lending.payment.recorded"
TRANSACTION_REVERSED = "lending.transaction.reversed"
INDEX_RATE_RECORDED = "lending.index_rate.recorded"
PERIOD_CLOSED = "lending.period.closed"
ACCOUNT_ADDED = "lending.account.added"
ACCOUNT_CHANGED = "lending.account.changed"
ACCOUNT_REMOVED = "lending.account.removed"
MODEL_TRAINED = "lending.model.trained"
MODEL_PROMOTED = "lending.model.promoted"
TRAINING_TASK = "lending.train"
"""Durable training of a product's model from the record; parameters `product` and `seed`."""
END_OF_DAY_TASK = "lending.end_of_day"
"""Books all loans of the organisation up to the present business day; no parameters."""

COLLECTION_KIND = "lending.collection"
"""The decision kind: what is done next about a loan in arrears."""
COLLECTIONS_COMPONENT = "lending.collections"
CURED = "cured"
"""The measure of a collection step's outcome: 1 where nothing was overdue within its days, else 0."""
COLLECTION_PLANNED = "lending.collection.planned"
COLLECTION_CLOSED = "lending.collection.closed"
COLLECTION_MARKED = "lending.collection.marked"
CONTACT_LOGGED = "lending.contact.logged"
PROMISE_RECORDED = "lending.promise.recorded"
PROMISE_KEPT = "lending.promise.kept"
PROMISE_BROKEN = "lending.promise.broken"
PROMISE_CANCELLED = "lending.promise.cancelled"
HARDSHIP_ASKED = "lending.hardship.asked"
HARDSHIP_GRANTED = "lending.hardship.granted"
HARDSHIP_REFUSED = "lending.hardship.refused"
