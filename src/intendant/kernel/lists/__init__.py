"""Lists of entities that rules look at: allowed, blocked, with expiry."""

__all__ = []
