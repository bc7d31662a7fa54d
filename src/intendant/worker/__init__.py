"""The worker: carries out effects, runs durable tasks, and keeps time (schedules, deadlines, sealing) for all organisations."""

from intendant.worker._machines import record_invited, record_joined

__all__ = ["record_invited", "record_joined"]
