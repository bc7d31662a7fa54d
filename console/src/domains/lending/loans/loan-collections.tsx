import type { Loan } from "./queries"

/** To come. */
export const LoanCollections = ({ loan }: { loan: Loan }) => <p>{loan.reference}</p>
