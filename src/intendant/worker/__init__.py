"""The worker: carries out effects, runs durable tasks, and keeps time (schedules, deadlines, sealing) for all organisations."""
