"""What others do with loans, in one place: opening, recording, reversing, looking at books."""

from intendant.domains.lending.loans.books import book_of, book_of_loan
from intendant.domains.lending.loans.model import Loan, NewTransaction, Recorded
from intendant.domains.lending.loans.opening import cancel_loan, open_loan, record_disbursement, take_back_payout
from intendant.domains.lending.loans.recording import record, record_as, record_many, reverse, reverse_as
from intendant.domains.lending.loans.repository import find_loan_of, get_loan

__all__ = [
    "Loan",
    "NewTransaction",
    "Recorded",
    "book_of",
    "book_of_loan",
    "cancel_loan",
    "find_loan_of",
    "get_loan",
    "open_loan",
    "record",
    "record_as",
    "record_disbursement",
    "record_many",
    "reverse",
    "reverse_as",
    "take_back_payout",
]
