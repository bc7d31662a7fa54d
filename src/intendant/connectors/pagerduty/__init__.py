"""PagerDuty: the Events API v2."""

from intendant.connectors.pagerduty._messages import PagerDutyMessages, event_of

__all__ = ["PagerDutyMessages", "event_of"]
