"""The general ledger: a chart of accounts, postings in double entry, balances, closed periods, exports.

A posting is one movement from an account to another, so that no write can put the books out of balance. Postings are inserted
and never changed; a correction reverses and books anew. Loans say what should be booked (`servicing`); here it is booked.
"""
