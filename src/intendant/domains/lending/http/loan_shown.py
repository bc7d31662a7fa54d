"""Loans, books and transactions as they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from intendant.domains.lending.http import loan_views as views
from intendant.domains.lending.loans.acts import list_acts
from intendant.domains.lending.loans.books import DayInvalid
from intendant.domains.lending.loans.model import Loan, Recorded
from intendant.domains.lending.loans.planning import Worked
from intendant.domains.lending.loans.wording import describe
from intendant.domains.lending.schedules.terms_json import dump_terms
from intendant.domains.lending.servicing.book import Book
from intendant.domains.lending.servicing.model import Allocated, Instalment, LoanState, Owed
from intendant.domains.lending.servicing.payoff import Payoff
from intendant.domains.lending.servicing.summary import summarize
from intendant.kernel.access import Principal
from intendant.kit.database import Row
from intendant.kit.money import minor_unit

ROW_FIELDS = tuple(views.LoanRow.model_fields)
_ROW_MONEY = ("principal", "outstanding", "owed", "arrears", "provision", "next_due")


def money(amount: Decimal, currency: str) -> Decimal:
    """Return an amount with the digits of its currency, or all it has where those are more."""
    shown = amount.quantize(minor_unit(currency))
    return shown if shown == amount else amount.normalize()


def show_row(row: Mapping[str, Any]) -> views.LoanRow:
    """Return a loan of a list."""
    amounts = {name: money(row[name], row["currency"]) for name in _ROW_MONEY if row[name] is not None}
    return views.LoanRow.model_validate({**row, **amounts})


def show_loan(
    loan: Loan,
    book: Book,
    by: Principal,
    links: Mapping[str, object],
    *,
    known_at: datetime | None,
) -> views.LoanView:
    """Return everything that a page about a loan needs."""
    floating = None
    if loan.floating is not None:
        floating = views.FloatingView(
            index=loan.floating.index,
            margin=loan.floating.margin,
            floor=loan.floating.floor,
            cap=loan.floating.cap,
            reset_every=str(loan.floating.reset_every),
            next_on=loan.reset_on,
        )
    values = {name: getattr(loan, name) for name in ROW_FIELDS if name != "currency"}
    row = show_row(values | {"currency": loan.terms.currency})
    return views.LoanView(
        **dict(row),
        on=book.on,
        known_at=known_at,
        terms=dump_terms(loan.terms),
        terms_in_words=describe(loan.terms, loan.floating),
        floating=floating,
        figures=show_figures(book, cancelled=loan.state is LoanState.CANCELLED),
        instalments=show_instalments(book),
        transactions=loan.transactions,
        application_reference=links["application_reference"],
        decision_id=loan.decision_id,
        offer_id=links["offer_id"],
        updated_at=loan.updated_at,
        acts=list_acts(loan, by),
    )


def show_figures(book: Book, *, cancelled: bool = False) -> views.BookFigures:
    """Return a book's figures."""
    summary, shown = summarize(book), partial(money, currency=book.terms.currency)
    return views.BookFigures(
        state=LoanState.CANCELLED if cancelled else book.state,
        rate=book.rate,
        disbursed=shown(book.disbursed),
        outstanding=shown(summary.outstanding),
        accrued=shown(book.accrued),
        owed=shown(summary.owed),
        arrears=shown(book.arrears),
        days_past_due=book.days_past_due,
        bucket=book.bucket,
        stage=book.stage,
        provision=shown(book.provision),
        credit=shown(book.credit),
        next_due_on=summary.next_due_on,
        next_due=None if summary.next_due is None else shown(summary.next_due),
        closed_on=book.closed_on,
        charged_off_on=book.charged_off_on,
    )


def show_instalments(book: Book) -> list[views.InstalmentView]:
    """Return a book's instalments with what has become of each."""
    return [_instalment(each, book.on, book.terms.currency) for each in book.instalments]


def _instalment(each: Instalment, on: date, currency: str) -> views.InstalmentView:
    parts = [each.principal, each.interest, each.fee, each.penalty]
    return views.InstalmentView(
        number=each.number,
        begins=each.begins,
        due=each.due,
        principal=_owed(each.principal, currency),
        interest=_owed(each.interest, currency),
        fee=_owed(each.fee, currency),
        penalty=_owed(each.penalty, currency),
        total=money(each.total, currency),
        paid=money(sum((part.paid for part in parts), Decimal(0)), currency),
        left=money(each.left, currency),
        balance=money(each.balance, currency),
        settled_on=each.settled_on,
        status=_status(each, on),
    )


def _owed(owed: Owed, currency: str) -> views.OwedView:
    return views.OwedView(
        due=money(owed.due, currency),
        paid=money(owed.paid, currency),
        waived=money(owed.waived, currency),
        written_off=money(owed.written_off, currency),
        left=money(owed.left, currency),
    )


def _status(each: Instalment, on: date) -> views.InstalmentStatus:
    if each.settled_on is not None or (each.left <= 0 and each.total > 0):
        return "paid"
    if each.left > 0 and each.due < on:
        return "overdue"
    if any(part.paid for part in (each.principal, each.interest, each.fee, each.penalty)):
        return "partly_paid"
    return "due" if each.due <= on else "upcoming"


def show_allocations(allocations: Iterable[Allocated], currency: str) -> list[views.AllocationView]:
    """Return what payments paid."""
    return [
        views.AllocationView(
            on=each.on, instalment=each.instalment, component=each.component, amount=money(each.amount, currency)
        )
        for each in allocations
    ]


def show_transactions(rows: Sequence[Row], book: Book | None) -> list[views.TransactionView]:
    """Return recorded transactions with what each paid, as the book has it."""
    reversed_by = {row["reverses"]: row["id"] for row in rows if row["reverses"] is not None}
    paid: dict[UUID | None, list[Allocated]] = {}
    for each in book.allocations if book is not None else ():
        paid.setdefault(each.transaction_id, []).append(each)
    return [
        views.TransactionView.model_validate(
            row
            | {
                "reversed_by": reversed_by.get(row["id"]),
                "allocations": show_allocations(paid.get(row["id"], ()), row["currency"]),
                "amount": money(row["amount"], row["currency"]),
            }
        )
        for row in rows
    ]


def show_payoff(loan: Loan, quoted: Payoff) -> views.PayoffView:
    """Return what pays a loan off."""
    shown = partial(money, currency=loan.terms.currency)
    return views.PayoffView(
        loan_id=loan.id,
        on=quoted.on,
        principal=shown(quoted.principal),
        interest=shown(quoted.interest),
        fees=shown(quoted.fees),
        penalties=shown(quoted.penalties),
        credit=shown(quoted.credit),
        total=shown(quoted.total),
        currency=loan.terms.currency,
    )


def show_opened(loan: Loan) -> views.OpenedLoan:
    """Show a loan that was brought in or cancelled."""
    return views.OpenedLoan(
        id=loan.id,
        reference=loan.reference,
        state=loan.state,
        version=loan.version,
        transactions=loan.transactions,
    )


def show_recorded(recorded: Recorded) -> views.RecordedView:
    """Return what was recorded, with the loan after it."""
    loan = recorded.loan
    return views.RecordedView(
        transaction_id=recorded.transaction_id,
        loan_id=loan.id,
        version=loan.version,
        state=loan.state,
        booked_to=loan.booked_to,
        outstanding=money(loan.outstanding, loan.terms.currency),
        arrears=money(loan.arrears, loan.terms.currency),
        days_past_due=loan.days_past_due,
        backdated=recorded.backdated,
        replayed=recorded.replayed,
    )


def show_effect(kind: str, value_on: date, amount: Decimal, before: Book, worked: Worked) -> views.EffectPreview:
    """Return what recording something would do, compared on one day."""
    after = worked.fold.book
    if before.on != after.on:
        raise DayInvalid(f"The books of {before.on} and {after.on} cannot be compared.")
    ids = {transaction.id for _, transaction in worked.accepted}
    return views.EffectPreview(
        type=kind,
        value_on=value_on,
        amount=money(amount, after.terms.currency),
        on=after.on,
        before=show_figures(before),
        after=show_figures(after),
        allocations=show_allocations(
            (each for each in after.allocations if each.transaction_id in ids), currency=after.terms.currency
        ),
        instalments_before=show_instalments(before),
        instalments_after=show_instalments(after),
    )
