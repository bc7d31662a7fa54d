"""Servicing: what becomes of a loan day by day, as a pure fold over its transactions. No input or output.

`replay(terms, transactions, until)` is the whole truth: the same terms and transactions give the same book, in whatever order
they became known. A payment that came late to our knowledge, or was taken back, is replayed; nothing is edited.
"""
