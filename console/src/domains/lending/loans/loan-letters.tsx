import type { Loan } from "./queries"

/** To come. */
export const LoanLetters = ({ loan }: { loan: Loan }) => <p>{loan.reference}</p>
