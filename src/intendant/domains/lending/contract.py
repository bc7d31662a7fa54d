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
OFFER_KIND = "lending.offer"
"""The decision kind: on what terms an approved application is offered a loan."""
OFFERS_COMPONENT = "lending.offers"
OFFER, CANCEL_OFFER = "offer", "decline_to_offer"
DISBURSEMENT_KIND = "lending.disbursement"
"""The decision kind: whether a tranche of an accepted loan is paid out now."""
DISBURSEMENTS_COMPONENT = "lending.disbursements"
DISBURSE, HOLD_BACK = "disburse", "hold_back"
DISBURSE_ACTION = "payouts.disburse"
"""The outside effect of paying a tranche."""
OFFER_MADE = "lending.offer.made"
OFFER_ACCEPTED = "lending.offer.accepted"
OFFER_DECLINED = "lending.offer.declined"
OFFER_WITHDRAWN = "lending.offer.withdrawn"
OFFER_EXPIRED = "lending.offer.expired"
CONDITION_ADDED = "lending.condition.added"
CONDITION_CHANGED = "lending.condition.changed"
TRANCHE_PAID = "lending.tranche.paid"
TRANCHE_FAILED = "lending.tranche.failed"
TRANCHE_PLANNED = "lending.tranche.planned"
TRANCHE_CANCELLED = "lending.tranche.cancelled"
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
LETTER_ISSUED = "lending.letter.issued"
LETTER_SENT = "lending.letter.sent"
LETTER_SETTINGS_CHANGED = "lending.letter_settings.changed"
BORROWER_LINK_MADE = "lending.borrower_link.made"
BORROWER_LINK_REVOKED = "lending.borrower_link.revoked"
BORROWER_PAGES = (
    "/borrower/{token}",
    "/borrower/{token}/letters/{letter_id}",
    "/borrower/{token}/letters/{letter_id}/pdf",
    "/borrower/{token}/offers/{offer_id}/{answer}",
)
"""The paths that anybody may ask for: a signed link opens them, and nothing else does."""
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
