"""Channels of an organisation: where people are told of alerts. Their secrets lie in the vault; their state follows from what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import events, vault
from intendant.kernel.access import Principal
from intendant.kernel.alerts import By
from intendant.kernel.channels._rules import begin_reading, make_first_rule, take_out_of_rules
from intendant.kernel.channels._settings import (
    ChannelInvalid,
    ChannelKind,
    Settings,
    WebhookSettings,
    check_secret,
    destination_of,
    needs_secret,
    parse_settings,
)
from intendant.kit import ids, signing
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound

CHANNELS_MAX = 50
NAME_LENGTH_MAX = 100
ChannelState = Literal["ok", "failing", "never_used", "not_connected", "paused"]


class ChannelUnknown(NotFound):
    """No such channel in this organisation."""

    code = "channel_unknown"


class ChannelNameTaken(Conflict):
    """Another channel has this name."""

    code = "channel_name_taken"


class ChannelChanged(Conflict):
    """Somebody changed the channel meanwhile."""

    code = "channel_changed"


class TooManyChannels(Conflict):
    """The organisation has as many channels as it may have."""

    code = "too_many_channels"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel. `failing_since` is the first failure after what went well last."""

    id: UUID
    kind: ChannelKind
    name: str
    settings: Settings
    secret_id: UUID | None
    enabled: bool
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    last_ok_at: datetime | None
    failing_since: datetime | None
    last_error: str | None
    retry_at: datetime | None

    @property
    def destination(self) -> str:
        """Return the host that its messages go to."""
        return destination_of(self.settings)

    @property
    def secret_destination(self) -> str | None:
        """Return the host that its secret goes to; None where it only signs and stays here."""
        return None if isinstance(self.settings, WebhookSettings) else self.destination

    @property
    def is_connected(self) -> bool:
        """Say whether it has the secret that it needs."""
        return self.secret_id is not None or not needs_secret(self.settings)

    @property
    def state(self) -> ChannelState:
        """Return its state, from what came of its deliveries."""
        if not self.is_connected:
            return "not_connected"
        if not self.enabled:
            return "paused"
        if self.failing_since is not None:
            return "failing"
        return "never_used" if self.last_ok_at is None else "ok"


def list_channels(tx: Transaction, *, after: UUID | None = None, limit: int = 50) -> list[Channel]:
    """List channels in the order of their making."""
    rows = tx.all(
        "select * from channels where organization_id = %s and removed_at is null and (%s::uuid is null or id > %s)"
        " order by id limit %s",
        [tx.organization_id, after, after, min(limit, 201)],
    )
    return [channel_of(row) for row in rows]


def get_channel(tx: Transaction, channel_id: UUID) -> Channel:
    """Get a channel; raises ChannelUnknown."""
    row = tx.find(
        "select * from channels where organization_id = %s and id = %s and removed_at is null",
        [tx.organization_id, channel_id],
    )
    if row is None:
        raise ChannelUnknown("There is no such channel.", field="channel_id", remedy="List the channels.")
    return channel_of(row)


def create_channel(
    tx: Transaction,
    keyring: vault.Keyring,
    *,
    kind: ChannelKind,
    name: str,
    settings: Mapping[str, Any],
    secret: str | None,
    principal: Principal,
    by: By,
) -> tuple[Channel, str | None]:
    """Create a channel; return it with the signing secret that was made for a webhook without one, which is shown once.

    The first channel of an organisation brings a rule: high and critical alerts go there. Raises ChannelInvalid,
    ChannelNameTaken or TooManyChannels.
    """
    parsed = parse_settings(kind, settings)
    _lock(tx)
    names = tx.all(
        "select lower(name) as name from channels where organization_id = %s and removed_at is null",
        [tx.organization_id],
    )
    if len(names) >= CHANNELS_MAX:
        raise TooManyChannels(f"There are {len(names)} channels.", remedy="Remove one that you do not need any more.")
    _check_name(tx, name, None)
    channel_id = ids.new_id()
    made = None
    if secret is None and kind == "webhook":
        secret = made = signing.new_secret()
    secret_id = None
    if secret is not None:
        check_secret(kind, parsed, secret)
        secret_id = _keep(tx, keyring, channel_id, name, parsed, secret, principal, by)
    tx.execute(
        "insert into channels (organization_id, id, kind, name, settings, secret_id, created_by, created_at, updated_by, updated_at)"
        " values (%s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s)",
        [tx.organization_id, channel_id, kind, name.strip(), _written(parsed), secret_id, by.label, by.system_now,
         by.label, by.system_now],
    )  # fmt: skip
    _tell(tx, channel_id, "created", by, {"kind": kind, "name": name.strip(), "destination": destination_of(parsed)})
    begin_reading(tx)
    make_first_rule(tx, channel_id, by)
    return get_channel(tx, channel_id), made


def change_channel(
    tx: Transaction,
    keyring: vault.Keyring,
    channel_id: UUID,
    *,
    revision: int,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    secret: str | None = None,
    enabled: bool | None = None,
    principal: Principal,
    by: By,
) -> Channel:
    """Change what is given of a channel; raises ChannelUnknown, ChannelChanged, ChannelNameTaken or ChannelInvalid.

    A channel that shall send to another host needs its secret again: the old one is bound to the old host.
    """
    _lock(tx)
    before = get_channel(tx, channel_id)
    if before.revision != revision:
        raise ChannelChanged(
            f"The channel was changed by {before.updated_by} meanwhile.", field="revision", remedy="Load it again."
        )
    parsed = before.settings if settings is None else parse_settings(before.kind, settings)
    if name is not None:
        _check_name(tx, name, channel_id)
    secret_id = before.secret_id
    if secret is not None:
        check_secret(before.kind, parsed, secret)
        if secret_id is not None and before.kind == "webhook":
            # Both sign for a while, so that the receiver can change over at leisure.
            vault.rotate(tx, keyring, secret_id, value=secret, by=principal, system_now=by.system_now)
        else:
            _forget(tx, keyring, secret_id, principal, by)
            secret_id = _keep(tx, keyring, channel_id, name or before.name, parsed, secret, principal, by)
    elif secret_id is not None and not needs_secret(parsed):
        _forget(tx, keyring, secret_id, principal, by)
        secret_id = None
    elif (
        secret_id is not None
        and before.kind != "webhook"
        and (destination_of(parsed) != before.destination or _secret_shape(parsed) != _secret_shape(before.settings))
    ):
        raise ChannelInvalid(
            f"The secret was given for {before.destination} and is sent nowhere else.",
            field="secret",
            remedy=f"Give the secret for {destination_of(parsed)}.",
        )
    tx.execute(
        "update channels set name = %s, settings = %s::jsonb, secret_id = %s, enabled = %s, revision = revision + 1,"
        " updated_by = %s, updated_at = %s, retry_at = null where organization_id = %s and id = %s",
        [
            (name or before.name).strip(),
            _written(parsed),
            secret_id,
            before.enabled if enabled is None else enabled,
            by.label,
            by.system_now,
            tx.organization_id,
            channel_id,
        ],
    )
    verb = "changed"
    if enabled is not None and enabled != before.enabled:
        verb = "resumed" if enabled else "paused"
    if verb == "paused":
        _drop_queued(tx, channel_id, "The channel was paused.")
    told = {"settings": settings is not None, "name": name, "secret": secret is not None}
    _tell(tx, channel_id, verb, by, {"changed": [field for field, value in told.items() if value]})
    return get_channel(tx, channel_id)


def remove_channel(tx: Transaction, keyring: vault.Keyring, channel_id: UUID, *, principal: Principal, by: By) -> None:
    """Remove a channel and take it out of the rules; what it has sent stays on record. Raises ChannelUnknown."""
    _lock(tx)
    before = get_channel(tx, channel_id)
    tx.execute(
        "update channels set removed_at = %s, updated_by = %s, updated_at = %s, secret_id = null, enabled = false"
        " where organization_id = %s and id = %s",
        [by.system_now, by.label, by.system_now, tx.organization_id, channel_id],
    )
    _forget(tx, keyring, before.secret_id, principal, by)
    _drop_queued(tx, channel_id, "The channel was removed.")
    take_out_of_rules(tx, channel_id, by)
    _tell(tx, channel_id, "removed", by, {"name": before.name})


def connection_of(channel_id: UUID) -> str:
    """Return the name under which the vault binds the secret of a channel."""
    return f"channel:{channel_id}"


def channel_of(row: Row) -> Channel:
    """Build a channel from its row."""
    names = Channel.__dataclass_fields__
    return Channel(
        **{name: row[name] for name in names if name != "settings"},
        settings=parse_settings(row["kind"], row["settings"]),
    )


def names_of_channels(tx: Transaction, channel_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of channels, removed ones too."""
    rows = tx.all(
        "select id, name from channels where organization_id = %s and id = any(%s)",
        [tx.organization_id, list(channel_ids)],
    )
    return {row["id"]: row["name"] for row in rows}


def _secret_shape(settings: Settings) -> object:
    """Return what else decides which secret belongs to the settings: the user of a mail server, the way into Slack."""
    if "username" in type(settings).model_fields:
        return getattr(settings, "username", None)
    return getattr(settings, "channel", None) is None


def _keep(
    tx: Transaction,
    keyring: vault.Keyring,
    channel_id: UUID,
    name: str,
    settings: Settings,
    secret: str,
    principal: Principal,
    by: By,
) -> UUID:
    kept = vault.put(
        tx,
        keyring,
        name=vault.name_of(f"Channel {name}", channel_id),
        connection=connection_of(channel_id),
        destinations=[] if isinstance(settings, WebhookSettings) else [destination_of(settings)],
        value=secret,
        by=principal,
        system_now=by.system_now,
    )
    return kept.id


def _forget(tx: Transaction, keyring: vault.Keyring, secret_id: UUID | None, principal: Principal, by: By) -> None:
    if secret_id is not None:
        vault.remove(tx, keyring, secret_id, by=principal, system_now=by.system_now)


def _drop_queued(tx: Transaction, channel_id: UUID, why: str) -> None:
    """Give up what waits for a channel that was paused or removed; a person may send it again."""
    tx.execute(
        "update deliveries set state = 'dead', why = %s where organization_id = %s and channel_id = %s and state = 'queued'",
        [why, tx.organization_id, channel_id],
    )


def _check_name(tx: Transaction, name: str, own: UUID | None) -> None:
    if not name.strip() or len(name.strip()) > NAME_LENGTH_MAX or not name.isprintable():
        raise ChannelInvalid(
            f"A channel's name has 1 to {NAME_LENGTH_MAX} printable characters.",
            field="name",
            remedy="Give such a name.",
        )
    taken = tx.scalar(
        "select id from channels where organization_id = %s and lower(name) = lower(%s) and removed_at is null",
        [tx.organization_id, name.strip()],
    )
    if taken is not None and taken != own:
        raise ChannelNameTaken(
            f"There is a channel '{name.strip()}' already.", field="name", remedy="Choose another name."
        )


def _written(settings: Settings) -> str:
    return canonical_json(settings.model_dump(mode="json")).decode()


def _tell(tx: Transaction, channel_id: UUID, verb: str, by: By, detail: dict[str, object]) -> None:
    body = {"channel_id": channel_id, **detail}
    events.emit(
        tx,
        [
            events.Event(
                tx.organization_id,
                f"kernel.channel.{verb}",
                f"channel:{channel_id}",
                body,
                by.now,
                by.system_now,
                actor=by.label,
            )
        ],
    )


def _lock(tx: Transaction) -> None:
    # So that two at once cannot both take a name, or both be the first.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"channels:{tx.organization_id}"])
