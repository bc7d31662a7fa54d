"""The settings of a channel, by its kind: parsed once, with an error that names the field, and the hosts that its secret is for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intendant.kit.addresses import OutboundPolicy, parse_address
from intendant.kit.errors import Invalid

ChannelKind = Literal["email", "slack", "pagerduty", "telegram", "webhook"]
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
RECIPIENTS_MAX = 20
SECRET_LENGTH_MAX = 4_000

Host = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$")]
Address = Annotated[
    str,
    Field(max_length=254, pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$"),
]
Url = Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\s/?#@]+(?:[/?][^\s#]*)?$")]


class ChannelInvalid(Invalid):
    """The settings of a channel do not say where to send; `field` names what is wrong."""

    code = "channel_invalid"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EmailSettings(_Settings):
    """A mail server that takes messages for sending. The secret is the password of `username`."""

    host: Host
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Annotated[str, Field(max_length=254, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = None
    sender: Address
    recipients: Annotated[tuple[Address, ...], Field(min_length=1, max_length=RECIPIENTS_MAX)]


class SlackSettings(_Settings):
    """With `channel`, the secret is a bot's token (xoxb-...); without, the address of an incoming webhook."""

    channel: Annotated[str, Field(pattern=r"^(#?[a-z0-9_-]{1,80}|[CGD][A-Z0-9]{6,20})$")] | None = None
    api_url: Url = "https://slack.com/api"
    webhook_host: Host = "hooks.slack.com"
    """Where an incoming webhook's address must lie."""


class PagerDutySettings(_Settings):
    """A service with an Events API v2 integration, whose key is the secret."""

    region: Literal["us", "eu"] = "us"


class TelegramSettings(_Settings):
    """A chat that a bot may write to; the bot's token is the secret."""

    chat_id: Annotated[str, Field(pattern=r"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$")]
    api_url: Url = "https://api.telegram.org"


class WebhookSettings(_Settings):
    """An address of yours that takes signed requests. The secret signs them; without one given, one is made."""

    url: Url


Settings = EmailSettings | SlackSettings | PagerDutySettings | TelegramSettings | WebhookSettings
_MODELS: Mapping[ChannelKind, type[_Settings]] = {
    "email": EmailSettings,
    "slack": SlackSettings,
    "pagerduty": PagerDutySettings,
    "telegram": TelegramSettings,
    "webhook": WebhookSettings,
}
_PAGERDUTY_HOSTS = {"us": "events.pagerduty.com", "eu": "events.eu.pagerduty.com"}


@dataclass(frozen=True, slots=True)
class SecretShape:
    """What the secret of a kind of channel looks like, for the form that asks for it."""

    pattern: re.Pattern[str]
    remedy: str


_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{1,4000}")
_BOT = SecretShape(re.compile(r"xox[a-z]-[A-Za-z0-9-]{10,250}"), "Give the bot's token, which begins with xoxb-.")
_INCOMING = SecretShape(
    re.compile(r"https?://[^\s/?#@]+/[^\s#]+"),
    "Give the address of the incoming webhook, or name a `channel` and give a bot's token.",
)
_SHAPES: Mapping[ChannelKind, SecretShape] = {
    "email": SecretShape(_PRINTABLE, "Give the password of the user."),
    "pagerduty": SecretShape(re.compile(r"[A-Za-z0-9]{32}"), "Give the integration key of 32 letters and digits."),
    "telegram": SecretShape(re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,80}"), "Give the token that BotFather gave you."),
    "webhook": SecretShape(
        re.compile(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}"), "Give a secret such as whsec_ and 32 bytes in base64, or none."
    ),
}


def parse_settings(kind: ChannelKind, given: Mapping[str, Any]) -> Settings:
    """Parse the settings of a channel; raises ChannelInvalid naming the field."""
    try:
        settings = TypeAdapter(_MODELS[kind]).validate_python(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ChannelInvalid(
            f"The setting does not fit a channel of kind {kind}: {first['msg']}.",
            field=f"settings.{place}" if place else "settings",
            remedy="The fields of: " + ", ".join(_MODELS[kind].model_fields) + ".",
        ) from error
    assert isinstance(settings, Settings)  # noqa: S101 - one of the models above
    if isinstance(settings, EmailSettings) and settings.security == "none" and settings.username is not None:
        raise ChannelInvalid(
            "A password is not sent over a connection that anybody can read.",
            field="settings.security",
            remedy="Use starttls or tls, or no username.",
        )
    return settings


def check_secret(kind: ChannelKind, settings: Settings, secret: str) -> None:
    """Refuse a secret that cannot be one of this kind; raises ChannelInvalid, which does not repeat it."""
    shape = _SHAPES.get(kind, _BOT)
    if isinstance(settings, SlackSettings) and settings.channel is None:
        shape = _INCOMING
    if len(secret) > SECRET_LENGTH_MAX or not shape.pattern.fullmatch(secret):
        raise ChannelInvalid("This cannot be the secret of such a channel.", field="secret", remedy=shape.remedy)
    if shape is _INCOMING and _find_host(secret) != destination_of(settings):
        raise ChannelInvalid(
            f"The address of the incoming webhook is not at {destination_of(settings)}.",
            field="secret",
            remedy=shape.remedy,
        )
    if isinstance(settings, EmailSettings) and settings.username is None:
        raise ChannelInvalid(
            "A password needs a user.", field="settings.username", remedy="Name the user, or give no password."
        )


def check_addresses(settings: Settings, policy: OutboundPolicy) -> None:
    """Refuse an address that we never call; raises AddressRefused naming the field."""
    for field in ("url", "api_url"):
        given = getattr(settings, field, None)
        if given is not None:
            parse_address(given, policy, field=f"settings.{field}")


def needs_secret(settings: Settings) -> bool:
    """Say whether a channel sends nothing before it has its secret."""
    return not (isinstance(settings, EmailSettings) and settings.username is None)


def destination_of(settings: Settings) -> str:
    """Return the host that the channel's secret goes to."""
    match settings:
        case EmailSettings():
            return settings.host.lower()
        case PagerDutySettings():
            return _PAGERDUTY_HOSTS[settings.region]
        case SlackSettings(channel=None):
            return settings.webhook_host.lower()
        case SlackSettings() | TelegramSettings():
            return _host(settings.api_url)
        case WebhookSettings():
            return _host(settings.url)


def _host(url: str) -> str:
    return _find_host(url) or ""


def _find_host(url: str) -> str | None:
    """Return the host of an address, in lower case; None where it is none, such as one with half a bracket."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
