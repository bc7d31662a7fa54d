"""Privacy: what is held about a person, its export and erasure, consent, retention."""

__all__ = []
