"""The hub's words: pure values, without SQL, HTTP or clock."""

from typing import Literal

Alias = Literal["champion", "challenger", "shadow"]
Role = Literal["champion", "challenger", "shadow", "version"]
"""By which alias a version answered; "version" where the caller named one."""
ModelState = Literal["draft", "training", "ready", "failed"]
Severity = Literal["low", "medium", "high", "critical"]
ForecastKind = Literal["revenue", "churn", "service_demand", "inventory"]
