"""Loans once booked: their transactions, their books on any day, and the end of day."""
