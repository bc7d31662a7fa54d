"""Models with a life: created, trained, deployed, compared, rolled back, retrained."""
