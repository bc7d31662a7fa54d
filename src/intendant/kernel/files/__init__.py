"""Files: bytes of an organisation by their digest, in the database or in a file store of the operator's choice."""

__all__: list[str] = []
