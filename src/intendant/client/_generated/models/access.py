"""Models of access. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model

Permission = Literal[
    "kernel:decision:read",
    "kernel:decision:create",
    "kernel:approval:read",
    "kernel:approval:answer",
    "kernel:policy:read",
    "kernel:policy:publish",
    "kernel:component:read",
    "kernel:component:control",
    "kernel:effect:read",
    "kernel:effect:undo",
    "kernel:audit:read",
    "kernel:audit:export",
    "kernel:event:read",
    "kernel:alert:read",
    "kernel:alert:resolve",
    "kernel:list:read",
    "kernel:list:manage",
    "kernel:channel:read",
    "kernel:channel:manage",
    "kernel:secret:read",
    "kernel:secret:manage",
    "kernel:webhook:read",
    "kernel:webhook:manage",
    "kernel:usage:read",
    "kernel:system:read",
    "kernel:person:read",
    "kernel:person:consent",
    "kernel:person:erase",
    "kernel:retention:manage",
    "kernel:evidence:read",
    "kernel:evidence:state",
    "kernel:config:read",
    "kernel:config:update",
    "kernel:switch:read",
    "kernel:switch:use",
    "kernel:task:read",
    "kernel:task:manage",
    "access:self:read",
    "access:user:read",
    "access:user:manage",
    "access:key:read",
    "access:key:manage",
    "organizations:organization:read",
    "organizations:organization:manage",
    "lending:product:read",
    "lending:product:manage",
    "lending:application:read",
    "lending:application:create",
    "lending:outcome:record",
    "lending:loan:read",
    "lending:loan:service",
    "lending:loan:relieve",
    "lending:ledger:read",
    "lending:ledger:manage",
    "ai_analytics:read",
    "ai_analytics:create",
    "ai_analytics:update",
    "ai_analytics:predict",
    "ai_analytics:manage",
    "ai_analytics:detect",
    "ai_analytics:generate",
    "ai_analytics:feedback",
    "ai_analytics:automation",
]
"""What a caller may do, as `domain:resource:verb`. Every route names one."""

Role = Literal["owner", "organization_admin", "manager", "operator", "client", "read_only"]
"""A place in an organisation. A super administrator is a flag of the user: owner of every organisation."""


class AlertChoice(Model):
    """For one kind of alert, the least severity at which each way of the console tells of it; null is never."""

    badge: Literal["low", "medium", "high", "critical"] | None
    browser: Literal["low", "medium", "high", "critical"] | None
    kind: Literal["intervention", "anomaly", "performance", "security"]
    toast: Literal["low", "medium", "high", "critical"] | None


class ChannelView(Model):
    """A way out of the console. None is connected: nothing is sent there."""

    name: Literal["email", "slack", "teams", "webhook"]
    state: Literal["not_connected"]


class Ended(Model):
    """How many sessions ended."""

    sessions_ended: int


class KeyBody(Model):
    """An API key to create."""

    expires_at: datetime.datetime | None = None
    name: str
    role: Role


class KeyCreated(Model):
    """An API key with its secret, shown once."""

    key: KeyView
    secret: str | None


class KeyView(Model):
    """An API key without its secret."""

    created_at: datetime.datetime
    created_by: str
    expires_at: datetime.datetime | None
    id: uuid.UUID
    name: str
    revoked_at: datetime.datetime | None
    role: Role


class KeyViewPage(Model):
    """Key view page."""

    items: list[KeyView]
    next: str | None = None


class LinkMade(Model):
    """The path of a one-time link, shown once; it works for 15 minutes."""

    link: str | None


class Me(Model):
    """Who is asking, and what they may do in this organisation. `email` is null for an API key.

    `time_zone` is the one in which the user wants to read times, null for the organisation's.
    """

    email: str | None
    id: uuid.UUID
    is_super_admin: bool
    kind: Literal["user", "key", "system"]
    label: str
    name: str
    organization: OrganizationHere
    organization_id: uuid.UUID
    permissions: list[Permission]
    places: list[PlaceView]
    role: Role
    tier: str | None
    time_zone: str | None


class NotificationsBody(Model):
    """One's choices; kinds that are left out go back to their default."""

    alerts: list[AlertChoice]


class NotificationsView(Model):
    """One's choices for every kind of alert in this organisation, and the channels."""

    alerts: list[AlertChoice]
    channels: list[ChannelView]


class OrganizationHere(Model):
    """The organisation one is acting in."""

    currency: str
    kind: Literal["real", "demo", "sandbox"]
    name: str
    slug: str
    time_zone: str


class PasswordBody(Model):
    """A change of one's own password."""

    current: str
    password: str


class PlaceView(Model):
    """An organisation one may act in: its slug (for the header X-Organization), name and kind."""

    kind: Literal["real", "demo", "sandbox"]
    name: str
    organization: str
    role: Role


class ProfileBody(Model):
    """What shall change of one's own profile; what is left out stays. `time_zone` null follows the organisation."""

    name: str | None = None
    time_zone: str | None = None


class RoleBody(Model):
    """A role to give."""

    role: Role


class SessionView(Model):
    """A session of one's own."""

    created_at: datetime.datetime
    current: bool
    expires_at: datetime.datetime
    id: uuid.UUID
    last_seen_at: datetime.datetime
    user_agent: str | None


class SessionViewPage(Model):
    """Session view page."""

    items: list[SessionView]
    next: str | None = None


class SignInAnswer(Model):
    """A new session. `token` is null where it came as a cookie."""

    expires_at: datetime.datetime
    token: str | None
    user_id: uuid.UUID


class SignInBody(Model):
    """E-mail and password; `session` says whether the token comes in the answer or as a cookie."""

    email: str
    password: str
    session: Literal["bearer", "cookie"] = "bearer"


class UserAdded(Model):
    """A user with a one-time link to choose a password, shown once; null where they have one already."""

    link: str | None
    user: UserView


class UserBody(Model):
    """A user to add; they get in by the link in the answer."""

    email: str
    name: str = ""
    role: Role


class UserView(Model):
    """A user of this organisation. `last_seen_at` is when a session of theirs was used last, to the minute."""

    created_at: datetime.datetime
    disabled_at: datetime.datetime | None
    email: str
    has_password: bool
    id: uuid.UUID
    is_super_admin: bool
    last_seen_at: datetime.datetime | None
    name: str
    role: Role


class UserViewPage(Model):
    """User view page."""

    items: list[UserView]
    next: str | None = None
