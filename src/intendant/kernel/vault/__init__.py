"""The vault: secrets encrypted at rest, bound to an organisation, a connection and destinations."""

__all__ = []
