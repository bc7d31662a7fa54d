"""Routes by which something happens to a loan: recorded, tried, reversed, restructured, refinanced, brought in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from intendant.domains.lending.http import loan_bodies as bodies
from intendant.domains.lending.http import loan_views as views
from intendant.domains.lending.http.loan_shown import money, show_effect, show_opened, show_recorded
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.loans import books, recording, repository
from intendant.domains.lending.loans.importing import import_loan
from intendant.domains.lending.loans.model import NewTransaction
from intendant.domains.lending.loans.opening import cancel_loan
from intendant.domains.lending.loans.refinance import refinance
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit.database import Transaction


def loan_act_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes by which something happens to a loan."""
    router = APIRouter(prefix="/api/v1/lending/loans", tags=["loans"])
    database, catalogue = doors.system.database, kind.catalogue

    def once_in(
        principal: Principal, once: Any, make: Callable[[Transaction], BaseModel], *, status: int = 201
    ) -> Response:
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, lambda: make(tx), status=status)
        return response

    def tried(principal: Principal, loan_id: UUID, new: NewTransaction) -> views.EffectPreview:
        principal.require(new.permission)
        with database.snapshot(principal.organization_id) as tx:
            moment = recording.moment_of(tx)
            loan = repository.get_loan(tx, loan_id)
            worked = recording.plan(tx, moment, loan, new)
            before = books.book_of_loan(tx, loan, on=worked.fold.book.on)
        value_on = new.value_on or moment.today
        return show_effect(new.type.value, value_on, new.amount, before, worked)

    @router.post("", summary="Bring a loan in", status_code=201, response_model=views.OpenedLoan)
    def bring_in(
        body: bodies.ImportBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Open a loan that was made elsewhere, on its terms, with what happened to it so far; all of it or none."""

        def work(tx: Transaction) -> views.OpenedLoan:
            loan = import_loan(
                tx,
                principal,
                catalogue.latest(tx, body.product),
                reference=body.reference,
                borrower=body.borrower,
                terms=body.terms,
                disbursed_on=body.disbursed_on,
                transactions=[each.as_transaction() for each in body.transactions],
            )
            return show_opened(loan)

        return once_in(principal, once, work)

    @router.post(
        "/{loan_id}/repayments", summary="Record a repayment", status_code=201, response_model=views.RecordedView
    )
    def record_repayment(
        loan_id: UUID,
        body: bodies.RepaymentBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Record a payment by the borrower, today or on an earlier day; twice with one reference is once."""
        new = body.as_transaction()
        return once_in(principal, once, lambda tx: show_recorded(recording.record(tx, principal, loan_id, new)))

    @router.post(
        "/{loan_id}/transactions", summary="Record a transaction", status_code=201, response_model=views.RecordedView
    )
    def record_transaction(
        loan_id: UUID,
        body: bodies.TransactionBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Record anything that may happen to a loan. What changes what is owed needs lending:loan:relieve and a reason."""
        new, version = body.as_transaction(), body.expected_version

        def work(tx: Transaction) -> views.RecordedView:
            return show_recorded(recording.record(tx, principal, loan_id, new, expected_version=version))

        return once_in(principal, once, work)

    @router.post("/{loan_id}/transactions/preview", summary="Try a transaction")
    def preview_transaction(
        loan_id: UUID,
        body: bodies.TransactionBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
    ) -> views.EffectPreview:
        """Say what recording a transaction would do, by the code that records it; nothing is written."""
        return tried(principal, loan_id, body.as_transaction())

    @router.post(
        "/{loan_id}/transactions/{transaction_id}/reverse",
        summary="Reverse a transaction",
        status_code=201,
        response_model=views.RecordedView,
    )
    def reverse_transaction(
        loan_id: UUID,
        transaction_id: UUID,
        body: bodies.ReversalBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Take a transaction back as if it had never been: the loan is replayed without it, and the ledger rebooked."""

        def work(tx: Transaction) -> views.RecordedView:
            recorded = recording.reverse(
                tx,
                principal,
                loan_id,
                transaction_id,
                reason=body.reason,
                expected_version=body.expected_version,
            )
            return show_recorded(recorded)

        return once_in(principal, once, work)

    @router.post(
        "/{loan_id}/restructure", summary="Restructure a loan", status_code=201, response_model=views.RecordedView
    )
    def restructure(
        loan_id: UUID,
        body: bodies.RestructureBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Set new terms for what is left: instalments, rate, first due date; with `capitalize` nothing is overdue any more."""
        new, version = body.as_transaction(), body.expected_version

        def work(tx: Transaction) -> views.RecordedView:
            return show_recorded(recording.record(tx, principal, loan_id, new, expected_version=version))

        return once_in(principal, once, work)

    @router.post("/{loan_id}/restructure/preview", summary="Try a restructure")
    def preview_restructure(
        loan_id: UUID,
        body: bodies.RestructureBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
    ) -> views.EffectPreview:
        """Say what a restructure would do, by the code that records it; nothing is written."""
        return tried(principal, loan_id, body.as_transaction())

    @router.post(
        "/{loan_id}/refinance", summary="Refinance a loan", status_code=201, response_model=views.RefinanceView
    )
    def refinance_loan(
        loan_id: UUID,
        body: bodies.RefinanceBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Open a new loan of the same product that pays this one off today, both or neither; cash moves for the difference."""

        def work(tx: Transaction) -> views.RefinanceView:
            product = catalogue.latest(tx, repository.get_loan(tx, loan_id).product)
            done = refinance(
                tx,
                principal,
                loan_id,
                product,
                amount=body.amount,
                term_months=body.term_months,
                rate=body.rate,
                number=body.number,
                reason=body.reason,
                expected_version=body.expected_version,
            )
            currency = done.loan.terms.currency
            return views.RefinanceView(
                loan_id=done.loan.id,
                reference=done.loan.reference,
                paid_off_loan_id=done.old.id,
                paid_off=money(done.paid_off, currency),
                deducted=money(done.deducted, currency),
                cash=money(done.cash, currency),
                currency=currency,
            )

        return once_in(principal, once, work)

    @router.post("/{loan_id}/cancel", summary="Cancel a loan", response_model=views.OpenedLoan)
    def cancel(
        loan_id: UUID,
        body: bodies.CancellationBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Cancel a loan of which nothing is paid out."""

        def work(tx: Transaction) -> views.OpenedLoan:
            loan = cancel_loan(
                tx, loan_id, by=principal.label, reason=body.reason, expected_version=body.expected_version
            )
            return show_opened(loan)

        return once_in(principal, once, work, status=200)

    return router
