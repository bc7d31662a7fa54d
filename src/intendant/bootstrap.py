"""The one place that knows everything: settings, database, domains and connectors, put together into a `System`.

Importing this module is cheap; models, web framework and connectors are imported by what uses them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from intendant.domains.analytics.manifest import ANALYTICS
from intendant.domains.lending.manifest import LENDING
from intendant.kernel import audit, organizations
from intendant.kernel.access import CredentialCache
from intendant.kernel.autonomy import install_components
from intendant.kernel.decisions import Decider
from intendant.kernel.events import EventFeed
from intendant.kernel.files import FileStore, open_store
from intendant.kernel.organizations import Organization, OrganizationKind
from intendant.kernel.policies import install_policies, list_without_policies
from intendant.kernel.privacy import TASK as PERSON_TASK
from intendant.kernel.privacy import run_request
from intendant.kernel.registry import Registry
from intendant.kernel.usage import Meter
from intendant.kernel.vault import Keyring, LocalRing, Vault
from intendant.kit import clock
from intendant.kit.addresses import parse_outbound
from intendant.kit.database import Database
from intendant.kit.errors import Invalid
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import has_joined, prepare_database
from intendant.kit.settings import Settings, load_settings

DOMAINS = (LENDING, ANALYTICS)


@dataclass
class System:
    """A running installation, as seen from one process."""

    settings: Settings
    database: Database
    registry: Registry
    decider: Decider
    postgres: EmbeddedPostgres | None = None

    @cached_property
    def connectors(self) -> Mapping[str, Any]:
        """Return the adapters behind each port, by the name that effects use."""
        return connectors(self.settings)

    @property
    def meter(self) -> Meter:
        """Return what counts the use that callers make, and what is decided."""
        return self.decider.meter

    @cached_property
    def messages(self) -> Mapping[str, Any]:
        """Return the providers that carry messages to people, by the kind of channel."""
        return messengers(self.settings)

    @cached_property
    def credentials(self) -> CredentialCache:
        """Return the credentials in memory; they load on first use."""
        return CredentialCache(self.database)

    @cached_property
    def feed(self) -> EventFeed:
        """Return the feed that polls for new events for all listeners of this process."""
        return EventFeed(self.database)

    @cached_property
    def signer(self) -> Ed25519PrivateKey:
        """Return the key that signs audit checkpoints, made once."""
        return audit.open_signing_key(self.settings.keys)

    @cached_property
    def files(self) -> FileStore | None:
        """Return the file store of datasets and artifacts; None means that they lie in the database."""
        return open_store(self.settings.files_url)

    @cached_property
    def vault(self) -> Vault:
        """Return the vault; keys are read and key services asked on first use."""
        return Vault(self.database, open_keyring(self.settings))

    def make_keys(self) -> None:
        """Make the keys that would be made on first use, so that other machines get these and make none of their own."""
        assert self.signer  # noqa: S101 - reading it makes it
        LocalRing(self.settings.vault_ring).current_key_id()

    def organization(self, slug: str | None = None) -> Organization:
        """Return the organisation of that slug, or the only one there is; raises Invalid or OrganizationUnknown."""
        with self.database.system() as tx:
            if slug is not None:
                found = organizations.find_organization(tx, slug)
                if found is None:
                    raise organizations.OrganizationUnknown(
                        f"There is no organisation '{slug}'.",
                        field="organization",
                        remedy="`intendant organization list` shows them.",
                    )
                return found
            known = organizations.list_organizations(tx)
        candidates = [each for each in known if each.kind == "real"] or known
        if len(candidates) != 1:
            names = ", ".join(each.slug for each in candidates) or "none yet"
            raise Invalid(
                "Say which organisation is meant.",
                field="organization",
                remedy=f"Use --organization; there are: {names}.",
            )
        return candidates[0]

    def found_organization(
        self,
        *,
        slug: str,
        name: str,
        kind: OrganizationKind = "real",
        time_zone: str = "UTC",
        currency: str = "USD",
        business_clock: clock.BusinessClock = clock.REAL_TIME,
        by: str,
    ) -> Organization:
        """Create an organisation with the components and default policies of all domains, each component at observe."""
        now = clock.system_now()
        with self.database.system() as tx:
            organization = organizations.create_organization(
                tx,
                slug=slug,
                name=name,
                kind=kind,
                time_zone=time_zone,
                currency=currency,
                business_clock=business_clock,
            )
            install_components(tx, organization.id, self.registry, organization.clock.at(now))
            install_policies(tx, organization, self.registry, system_now=now)
            subject = f"organization:{organization.id}"
            detail: dict[str, object] = {"slug": slug, "kind": kind}
            audit.append(
                tx, [audit.Act(organization.id, by, "organizations.organization.created", subject, now, detail)]
            )
        return organization

    def remove_organization(self, organization_id: UUID) -> None:
        """Delete an organisation of kind demo or sandbox with everything that belongs to it."""
        with self.database.system() as tx:
            organizations.remove_organization(tx, organization_id)

    def close(self) -> None:
        """Let go of connections and threads."""
        if "feed" in self.__dict__:
            self.feed.close()
        if "credentials" in self.__dict__:
            self.credentials.close()
        if "vault" in self.__dict__:
            self.vault.close()
        self.database.close()


@contextmanager
def open_system(settings: Settings | None = None) -> Iterator[System]:
    """Open the installation: start the embedded database if none is given, bring the schema up to date, build the system."""
    settings = settings or load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    if settings.database_url is not None:
        with _built(settings, settings.database_url, None) as system:
            yield system
        return
    postgres = EmbeddedPostgres(settings.home / "postgres")
    with postgres.lease(), _built(settings, postgres.superuser_url(), postgres) as system:
        yield system


@contextmanager
def _built(settings: Settings, superuser_url: str, postgres: EmbeddedPostgres | None) -> Iterator[System]:
    system = build(settings, Database(prepare_database(superuser_url, settings.keys)), postgres)
    try:
        install_missing(system)
        yield system
    finally:
        system.close()


def install_missing(system: System) -> int:
    """Give organisations that are older than a decision kind its component and default policy; return how many lacked one."""
    with system.database.system() as tx:
        if not list_without_policies(tx, system.registry):
            return 0
        # Server and worker start together; whoever comes second finds nothing to do.
        tx.execute("select pg_advisory_xact_lock(hashtextextended('install', 0))")
        lacking = list_without_policies(tx, system.registry)
        now = clock.system_now()
        for organization in lacking:
            install_components(tx, organization.id, system.registry, organization.clock.at(now))
            install_policies(tx, organization, system.registry, system_now=now)
        return len(lacking)


def build(settings: Settings, database: Database, postgres: EmbeddedPostgres | None = None) -> System:
    """Put a system together on a database whose schema is current."""
    registry = Registry(DOMAINS)
    registry.tasks[PERSON_TASK] = run_request
    return System(
        settings=settings,
        database=database,
        registry=registry,
        decider=Decider(database, registry),
        postgres=postgres,
    )


def open_keyring(settings: Settings) -> Keyring:
    """Return the keepers of the vault's key-encryption keys; the ring of this installation is always among them."""
    ring = LocalRing(settings.vault_ring)
    if settings.vault_url is None:
        return Keyring([ring])
    from intendant.connectors.hashicorp.transit import HASHICORP, Transit, TransitAddress

    address = TransitAddress(
        settings.vault_url,
        mount=settings.vault_transit_mount,
        key=settings.vault_transit_key,
        namespace=settings.vault_namespace,
        ca_file=settings.vault_ca_file,
        token_file=settings.vault_token_file,
        role_id=settings.vault_role_id,
        secret_id_file=settings.vault_secret_id_file,
        approle_mount=settings.vault_approle_mount,
    )
    return Keyring([ring, Transit(address)], preferred=HASHICORP)


def connectors(settings: Settings) -> dict[str, Any]:
    """Return the adapters behind each port by the name that effects use. The explicit list of CONNECTORS."""
    # A sandbox inside this process keeps its own books: on a machine among several, a payout taken over would be paid twice.
    alone = settings.sandbox_payouts_url is not None or not has_joined(settings.keys)
    return {
        **({"payouts": _payouts(settings)} if alone else {}),
        "webhooks": _webhooks(settings),
        **_tracking(settings),
    }


def messengers(settings: Settings) -> dict[str, Any]:
    """Return the providers that carry messages to people, by the kind of channel."""
    from intendant.connectors.email import EmailMessages
    from intendant.connectors.pagerduty import PagerDutyMessages
    from intendant.connectors.slack import SlackMessages
    from intendant.connectors.telegram import TelegramMessages
    from intendant.connectors.webhook_message import WebhookMessages

    policy = parse_outbound(settings.outbound_allow)
    return {
        "email": EmailMessages(policy),
        "slack": SlackMessages(policy),
        "pagerduty": PagerDutyMessages(policy),
        "telegram": TelegramMessages(policy),
        "webhook": WebhookMessages(policy),
    }


def _payouts(settings: Settings) -> Any:
    if settings.sandbox_payouts_url is not None:
        from intendant.connectors.sandbox.payouts import SandboxPayouts

        return SandboxPayouts(settings.sandbox_payouts_url)
    from intendant.connectors.sandbox.embedded import EmbeddedPayouts

    return EmbeddedPayouts(settings.home / "sandbox" / "payouts.ndjson")


def _webhooks(settings: Settings) -> Any:
    from intendant.connectors.webhook.sender import WebhookSender

    return WebhookSender(parse_outbound(settings.outbound_allow))


def _tracking(settings: Settings) -> dict[str, Any]:
    if settings.mlflow_url is None:
        return {}
    from intendant.connectors.mlflow.tracking import MlflowTracking

    return {"tracking": MlflowTracking(settings.mlflow_url)}
