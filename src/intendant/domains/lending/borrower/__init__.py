"""What a borrower sees of their own loan or application, behind a signed link, without signing in; and nothing else."""
