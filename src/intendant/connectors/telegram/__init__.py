"""Telegram: the Bot API."""

from intendant.connectors.telegram._messages import TelegramMessages

__all__ = ["TelegramMessages"]
