"""What may be done about a loan in its state, by somebody with certain permissions; so that a page offers nothing that is refused."""

from collections.abc import Mapping

from intendant.domains.lending.loans.model import SERVICING, Loan
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.kernel.access import Permission, Principal

REFINANCE, REVERSE, CANCEL = "refinance", "reverse", "cancel"
_T = TransactionType

_BY_STATE: Mapping[LoanState, tuple[TransactionType, ...]] = {
    LoanState.APPROVED: (_T.DISBURSEMENT,),
    LoanState.ACTIVE: (
        _T.REPAYMENT,
        _T.CHARGE,
        _T.DISBURSEMENT,
        _T.WAIVER,
        _T.RATE_CHANGE,
        _T.RESTRUCTURE,
        _T.PAUSE,
        _T.CHARGE_OFF,
        _T.WRITE_OFF,
    ),
    LoanState.OVERPAID: (_T.REPAYMENT, _T.REFUND),
    LoanState.CLOSED: (),
    LoanState.CHARGED_OFF: (_T.REPAYMENT, _T.REFUND, _T.WAIVER, _T.WRITE_OFF),
    LoanState.WRITTEN_OFF: (_T.REPAYMENT, _T.REFUND),
    LoanState.CANCELLED: (),
}


def list_acts(loan: Loan, by: Principal) -> list[str]:
    """List what a caller may do about a loan now."""
    service, relieve = Permission.LOAN_SERVICE in by.permissions, Permission.LOAN_RELIEVE in by.permissions
    acts = [each.value for each in _BY_STATE[loan.state] if (service if each in SERVICING else relieve)]
    if loan.principal >= loan.terms.amount and _T.DISBURSEMENT in acts:
        acts.remove(_T.DISBURSEMENT)
    if relieve and loan.state is LoanState.ACTIVE:
        acts.append(REFINANCE)
    if relieve and loan.transactions and loan.state is not LoanState.CANCELLED:
        acts.append(REVERSE)
    if relieve and loan.state is LoanState.APPROVED:
        acts.append(CANCEL)
    return acts
