"""E-mail over SMTP."""

from intendant.connectors.email._messages import EmailMessages, letter_of

__all__ = ["EmailMessages", "letter_of"]
