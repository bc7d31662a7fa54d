"""Alerts to an address of the organisation's own, signed by Standard Webhooks."""

from intendant.connectors.webhook_message._messages import WebhookMessages, body_of

__all__ = ["WebhookMessages", "body_of"]
