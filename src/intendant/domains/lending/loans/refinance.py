"""Refinancing: a new loan that pays an old one off on the same day, both in one transaction; cash moves only for the difference."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.credit_terms import CreditTerms, IndexRate
from intendant.domains.lending.loans import books, repository
from intendant.domains.lending.loans.index_rates import find_rate
from intendant.domains.lending.loans.model import Loan, NewTransaction
from intendant.domains.lending.loans.opening import open_loan, record_disbursement
from intendant.domains.lending.loans.parameters import refuse
from intendant.domains.lending.loans.planning import LoanNotOpen
from intendant.domains.lending.loans.recording import moment_of, record_as, require_reason, require_version
from intendant.domains.lending.model import Product
from intendant.domains.lending.servicing.model import Account, LoanState, TransactionType
from intendant.domains.lending.servicing.payoff import payoff
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid
from intendant.kit.money import Money

ZERO = Decimal(0)
NUMBERS_TRIED_MAX = 100


class ProductWithoutTerms(Invalid):
    """The product says nothing of the terms on which it lends."""

    code = "product_without_terms"


@dataclass(frozen=True, slots=True)
class Refinanced:
    """The new loan, the old one after it was paid off, and where the money went."""

    loan: Loan
    old: Loan
    paid_off: Decimal
    deducted: Decimal
    """Fees kept back from the new loan."""
    cash: Decimal
    """What is left to be paid to the borrower."""


def refinance(
    tx: Transaction,
    by: Principal,
    loan_id: UUID,
    product: Product,
    *,
    amount: Decimal,
    term_months: int,
    rate: Decimal | None = None,
    number: str | None = None,
    reason: str | None,
    expected_version: int | None = None,
) -> Refinanced:
    """Open a loan of a product, whose ranges hold, and pay another one off with it today.

    `rate` is percent a year, by default the product's fixed one. Raises LoanNotOpen, TermsInvalid, TransactionInvalid where the
    new loan does not cover the old one, ProductWithoutTerms, LoanChanged.
    """
    by.require(Permission.LOAN_RELIEVE)
    why = require_reason(reason)
    old = repository.get_loan(tx, loan_id, lock=True)
    require_version(tx, old, expected_version)
    if old.state is not LoanState.ACTIVE:
        raise LoanNotOpen(f"The loan is {old.state.value}.", field="loan", remedy="Refinance one that is active.")
    moment = moment_of(tx)
    owed = payoff(books.book_of_loan(tx, old), moment.today).total
    credit = _terms_of(product)
    agreed, floating = _price(tx, credit, rate, moment.today)
    terms = credit.loan_terms(amount, term_months, agreed, moment.today, old.terms.provisioning.pd)
    if terms.currency != old.terms.currency:
        refuse("product", f"It lends in {terms.currency}, not in {old.terms.currency}.", "Choose another product.")
    loan = open_loan(
        tx,
        moment.organization,
        terms=terms,
        reference=_number(tx, old) if number is None else number,
        borrower=old.borrower,
        product=product.key,
        product_version=product.version,
        by=by.label,
        floating=floating,
    )
    paid_out = record_disbursement(
        tx, loan.id, amount=amount, by=by.label, value_on=moment.today, reference=f"refinance:{loan.id}:out"
    )
    deducted = amount - _cash_out(tx, paid_out.transaction_id)
    if amount - deducted < owed:
        refuse(
            "amount",
            f"{Money(amount, terms.currency)} less {Money(deducted, terms.currency)} of fees does not cover the"
            f" {Money(owed, terms.currency)} that are owed.",
            f"Give at least {Money(owed + deducted, terms.currency)}.",
        )
    settled = old
    if owed > 0:
        payment = NewTransaction(
            type=TransactionType.REPAYMENT,
            amount=owed,
            value_on=moment.today,
            reference=f"refinance:{loan.id}:in",
            reason=f"Paid off by the loan {loan.reference}: {why}",
        )
        settled = record_as(tx, by.label, old.id, payment).loan
    return Refinanced(paid_out.loan, settled, owed, deducted, amount - deducted - owed)


def _terms_of(product: Product) -> CreditTerms:
    if product.credit_terms is None:
        raise ProductWithoutTerms(
            f"The product '{product.key}' has no credit terms.",
            field="product",
            remedy="Publish a version of it that says on what terms it lends.",
        )
    return product.credit_terms


def _price(tx: Transaction, credit: CreditTerms, rate: Decimal | None, on: date) -> tuple[Decimal, IndexRate | None]:
    """Return the rate of the new loan, and what it follows; a rate that is given moves the margin over an index along."""
    floating = credit.rate if isinstance(credit.rate, IndexRate) else None
    index_rate = None if floating is None else find_rate(tx, floating.index, on)
    if floating is not None and index_rate is None:
        refuse("rate", f"No rate of the index '{floating.index}' is recorded.", "Record the index's rate.")
    if rate is not None:
        if floating is not None and index_rate is not None:
            floating = replace(floating, margin=rate - index_rate)
        return rate, floating
    price = credit.price(index_rate=index_rate)
    if price is None:
        refuse("rate", "The product has no one rate.", "Give the rate of the new loan.")
    return price.rate, floating


def _cash_out(tx: Transaction, transaction_id: UUID) -> Decimal:
    """Return what left the till for a disbursement, which is less where fees were kept back."""
    found: Decimal = tx.scalar(
        "select coalesce(sum(case when p.credit = a.code then p.amount else -p.amount end), 0)"
        " from ledger_accounts a join ledger_postings p"
        "  on p.organization_id = a.organization_id and a.code in (p.debit, p.credit)"
        " where a.organization_id = %s and a.purpose = %s and p.transaction_id = %s",
        [tx.organization_id, Account.CASH.value, transaction_id],
    )
    return found


def _number(tx: Transaction, old: Loan) -> str:
    """Return a number for the new loan: that of the old one with the first free ending."""
    numbers = [f"{old.reference}-R{place}" for place in range(1, NUMBERS_TRIED_MAX + 1)]
    rows = tx.all(
        "select reference from loans where organization_id = %s and reference = any(%s)", [tx.organization_id, numbers]
    )
    taken = {row["reference"] for row in rows}
    free = next((each for each in numbers if each not in taken), None)
    if free is None:
        refuse("number", "There is no number left.", "Give the new loan a number.")
    return free
