"""A simulated business: it imports only the kit and speaks to the product through its doors, as anybody would."""
