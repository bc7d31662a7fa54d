"""Slack: chat.postMessage with a bot's token, or an incoming webhook."""

from intendant.connectors.slack._messages import SlackMessages, blocks_of, escape

__all__ = ["SlackMessages", "blocks_of", "escape"]
