"""The portfolio as a whole: volume, arrears, provisions, income, and how loans of one time age. Reading only."""
