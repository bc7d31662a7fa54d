"""A lender at work, and another beside it."""

from tests.support.deciding import lender, other_lender

__all__ = ["lender", "other_lender"]
