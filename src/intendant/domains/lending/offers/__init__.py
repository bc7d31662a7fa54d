"""Offers: from an approval to money on its way. What is offered and paid out passes the gate like everything else."""
