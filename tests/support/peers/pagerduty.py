"""PagerDuty's Events API v2, by its description of POST /v2/enqueue (developer.pagerduty.com, 2025)."""

import re

from tests.support.peers.http import Asked, Peer, Told

KEY = "0123456789abcdef0123456789abcdef"
_SEVERITIES = ("critical", "error", "warning", "info")


class PagerDuty(Peer):
    """Keeps one incident for each dedup key: triggered, acknowledged or resolved."""

    def __init__(self) -> None:
        super().__init__()
        self.incidents: dict[str, str] = {}
        self.taken = 0

    def answer(self, asked: Asked) -> Told:
        """Answer 202 with the dedup key, or 400 with errors."""
        if asked.path != "/v2/enqueue":
            return Told(404, b"")
        body, errors = asked.json, []
        if not re.fullmatch(r"[A-Za-z0-9]{32}", body.get("routing_key", "")):
            errors.append("'routing_key' is invalid (must be a string of length 32)")
        action = body.get("event_action")
        if action not in ("trigger", "acknowledge", "resolve"):
            errors.append("'event_action' is invalid")
        payload = body.get("payload", {})
        if action == "trigger":
            errors += [
                f"'payload.{name}' is missing or blank" for name in ("summary", "source") if not payload.get(name)
            ]
            if payload.get("severity") not in _SEVERITIES:
                errors.append("'payload.severity' is invalid")
            if len(payload.get("summary", "")) > 1_024:
                errors.append("'payload.summary' is too long")
        elif not body.get("dedup_key"):
            errors.append("'dedup_key' is missing or blank")
        if len(body.get("dedup_key", "")) > 255:
            errors.append("'dedup_key' is too long")
        if body.get("routing_key") != KEY and not errors:
            errors.append("Invalid routing key")
        if errors:
            return Told(400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors})
        self.taken += 1
        key = body["dedup_key"]
        if action == "trigger":
            if self.incidents.get(key, "resolved") == "resolved":
                self.incidents[key] = "triggered"
        elif self.incidents.get(key, "resolved") != "resolved":
            self.incidents[key] = "acknowledged" if action == "acknowledge" else "resolved"
        return Told(202, {"status": "success", "message": "Event processed", "dedup_key": key})
