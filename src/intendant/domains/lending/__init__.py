"""Lending: loan applications from the door to the payout, decided, explained and accounted for."""
