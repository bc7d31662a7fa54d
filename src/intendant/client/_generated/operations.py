"""The groups that a client has, imported when they are first used. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from intendant.client._groups import AsyncGroups, Groups

if TYPE_CHECKING:
    from intendant.client._generated.access import Access, AsyncAccess
    from intendant.client._generated.ai_analytics import AiAnalytics, AsyncAiAnalytics
    from intendant.client._generated.alerts import Alerts, AsyncAlerts
    from intendant.client._generated.approvals import Approvals, AsyncApprovals
    from intendant.client._generated.audit import AsyncAudit, Audit
    from intendant.client._generated.channels import AsyncChannels, Channels
    from intendant.client._generated.collections import AsyncCollections, Collections
    from intendant.client._generated.components import AsyncComponents, Components
    from intendant.client._generated.controller import AsyncController, Controller
    from intendant.client._generated.datasets import AsyncDatasets, Datasets
    from intendant.client._generated.decisions import AsyncDecisions, Decisions
    from intendant.client._generated.effects import AsyncEffects, Effects
    from intendant.client._generated.events import AsyncEvents, Events
    from intendant.client._generated.evidence import AsyncEvidence, Evidence
    from intendant.client._generated.health import AsyncHealth, Health
    from intendant.client._generated.ledger import AsyncLedger, Ledger
    from intendant.client._generated.lending import AsyncLending, Lending
    from intendant.client._generated.lists import AsyncLists, Lists
    from intendant.client._generated.loans import AsyncLoans, Loans
    from intendant.client._generated.mutes import AsyncMutes, Mutes
    from intendant.client._generated.offers import AsyncOffers, Offers
    from intendant.client._generated.organization import AsyncOrganization, Organization
    from intendant.client._generated.overview import AsyncOverview, Overview
    from intendant.client._generated.policies import AsyncPolicies, Policies
    from intendant.client._generated.portfolio import AsyncPortfolio, Portfolio
    from intendant.client._generated.privacy import AsyncPrivacy, Privacy
    from intendant.client._generated.system import AsyncSystem, System
    from intendant.client._generated.tasks import AsyncTasks, Tasks
    from intendant.client._generated.usage import AsyncUsage, Usage
    from intendant.client._generated.vault import AsyncVault, Vault
    from intendant.client._generated.views import AsyncViews, Views
    from intendant.client._generated.webhooks import AsyncWebhooks, Webhooks


class Operations(Groups):
    """Every group."""

    @cached_property
    def access(self) -> Access:
        """Return the operations of access."""
        from intendant.client._generated.access import Access

        return Access(self._transport)

    @cached_property
    def ai_analytics(self) -> AiAnalytics:
        """Return the operations of ai analytics."""
        from intendant.client._generated.ai_analytics import AiAnalytics

        return AiAnalytics(self._transport)

    @cached_property
    def alerts(self) -> Alerts:
        """Return the operations of alerts."""
        from intendant.client._generated.alerts import Alerts

        return Alerts(self._transport)

    @cached_property
    def approvals(self) -> Approvals:
        """Return the operations of approvals."""
        from intendant.client._generated.approvals import Approvals

        return Approvals(self._transport)

    @cached_property
    def audit(self) -> Audit:
        """Return the operations of audit."""
        from intendant.client._generated.audit import Audit

        return Audit(self._transport)

    @cached_property
    def channels(self) -> Channels:
        """Return the operations of channels."""
        from intendant.client._generated.channels import Channels

        return Channels(self._transport)

    @cached_property
    def collections(self) -> Collections:
        """Return the operations of collections."""
        from intendant.client._generated.collections import Collections

        return Collections(self._transport)

    @cached_property
    def components(self) -> Components:
        """Return the operations of components."""
        from intendant.client._generated.components import Components

        return Components(self._transport)

    @cached_property
    def controller(self) -> Controller:
        """Return the operations of controller."""
        from intendant.client._generated.controller import Controller

        return Controller(self._transport)

    @cached_property
    def datasets(self) -> Datasets:
        """Return the operations of datasets."""
        from intendant.client._generated.datasets import Datasets

        return Datasets(self._transport)

    @cached_property
    def decisions(self) -> Decisions:
        """Return the operations of decisions."""
        from intendant.client._generated.decisions import Decisions

        return Decisions(self._transport)

    @cached_property
    def effects(self) -> Effects:
        """Return the operations of effects."""
        from intendant.client._generated.effects import Effects

        return Effects(self._transport)

    @cached_property
    def events(self) -> Events:
        """Return the operations of events."""
        from intendant.client._generated.events import Events

        return Events(self._transport)

    @cached_property
    def evidence(self) -> Evidence:
        """Return the operations of evidence."""
        from intendant.client._generated.evidence import Evidence

        return Evidence(self._transport)

    @cached_property
    def health(self) -> Health:
        """Return the operations of health."""
        from intendant.client._generated.health import Health

        return Health(self._transport)

    @cached_property
    def ledger(self) -> Ledger:
        """Return the operations of ledger."""
        from intendant.client._generated.ledger import Ledger

        return Ledger(self._transport)

    @cached_property
    def lending(self) -> Lending:
        """Return the operations of lending."""
        from intendant.client._generated.lending import Lending

        return Lending(self._transport)

    @cached_property
    def lists(self) -> Lists:
        """Return the operations of lists."""
        from intendant.client._generated.lists import Lists

        return Lists(self._transport)

    @cached_property
    def loans(self) -> Loans:
        """Return the operations of loans."""
        from intendant.client._generated.loans import Loans

        return Loans(self._transport)

    @cached_property
    def mutes(self) -> Mutes:
        """Return the operations of mutes."""
        from intendant.client._generated.mutes import Mutes

        return Mutes(self._transport)

    @cached_property
    def offers(self) -> Offers:
        """Return the operations of offers."""
        from intendant.client._generated.offers import Offers

        return Offers(self._transport)

    @cached_property
    def organization(self) -> Organization:
        """Return the operations of organization."""
        from intendant.client._generated.organization import Organization

        return Organization(self._transport)

    @cached_property
    def overview(self) -> Overview:
        """Return the operations of overview."""
        from intendant.client._generated.overview import Overview

        return Overview(self._transport)

    @cached_property
    def policies(self) -> Policies:
        """Return the operations of policies."""
        from intendant.client._generated.policies import Policies

        return Policies(self._transport)

    @cached_property
    def portfolio(self) -> Portfolio:
        """Return the operations of portfolio."""
        from intendant.client._generated.portfolio import Portfolio

        return Portfolio(self._transport)

    @cached_property
    def privacy(self) -> Privacy:
        """Return the operations of privacy."""
        from intendant.client._generated.privacy import Privacy

        return Privacy(self._transport)

    @cached_property
    def system(self) -> System:
        """Return the operations of system."""
        from intendant.client._generated.system import System

        return System(self._transport)

    @cached_property
    def tasks(self) -> Tasks:
        """Return the operations of tasks."""
        from intendant.client._generated.tasks import Tasks

        return Tasks(self._transport)

    @cached_property
    def usage(self) -> Usage:
        """Return the operations of usage."""
        from intendant.client._generated.usage import Usage

        return Usage(self._transport)

    @cached_property
    def vault(self) -> Vault:
        """Return the operations of vault."""
        from intendant.client._generated.vault import Vault

        return Vault(self._transport)

    @cached_property
    def views(self) -> Views:
        """Return the operations of views."""
        from intendant.client._generated.views import Views

        return Views(self._transport)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Return the operations of webhooks."""
        from intendant.client._generated.webhooks import Webhooks

        return Webhooks(self._transport)


class AsyncOperations(AsyncGroups):
    """Every group, for asynchronous programs."""

    @cached_property
    def access(self) -> AsyncAccess:
        """Return the operations of access."""
        from intendant.client._generated.access import AsyncAccess

        return AsyncAccess(self._transport)

    @cached_property
    def ai_analytics(self) -> AsyncAiAnalytics:
        """Return the operations of ai analytics."""
        from intendant.client._generated.ai_analytics import AsyncAiAnalytics

        return AsyncAiAnalytics(self._transport)

    @cached_property
    def alerts(self) -> AsyncAlerts:
        """Return the operations of alerts."""
        from intendant.client._generated.alerts import AsyncAlerts

        return AsyncAlerts(self._transport)

    @cached_property
    def approvals(self) -> AsyncApprovals:
        """Return the operations of approvals."""
        from intendant.client._generated.approvals import AsyncApprovals

        return AsyncApprovals(self._transport)

    @cached_property
    def audit(self) -> AsyncAudit:
        """Return the operations of audit."""
        from intendant.client._generated.audit import AsyncAudit

        return AsyncAudit(self._transport)

    @cached_property
    def channels(self) -> AsyncChannels:
        """Return the operations of channels."""
        from intendant.client._generated.channels import AsyncChannels

        return AsyncChannels(self._transport)

    @cached_property
    def collections(self) -> AsyncCollections:
        """Return the operations of collections."""
        from intendant.client._generated.collections import AsyncCollections

        return AsyncCollections(self._transport)

    @cached_property
    def components(self) -> AsyncComponents:
        """Return the operations of components."""
        from intendant.client._generated.components import AsyncComponents

        return AsyncComponents(self._transport)

    @cached_property
    def controller(self) -> AsyncController:
        """Return the operations of controller."""
        from intendant.client._generated.controller import AsyncController

        return AsyncController(self._transport)

    @cached_property
    def datasets(self) -> AsyncDatasets:
        """Return the operations of datasets."""
        from intendant.client._generated.datasets import AsyncDatasets

        return AsyncDatasets(self._transport)

    @cached_property
    def decisions(self) -> AsyncDecisions:
        """Return the operations of decisions."""
        from intendant.client._generated.decisions import AsyncDecisions

        return AsyncDecisions(self._transport)

    @cached_property
    def effects(self) -> AsyncEffects:
        """Return the operations of effects."""
        from intendant.client._generated.effects import AsyncEffects

        return AsyncEffects(self._transport)

    @cached_property
    def events(self) -> AsyncEvents:
        """Return the operations of events."""
        from intendant.client._generated.events import AsyncEvents

        return AsyncEvents(self._transport)

    @cached_property
    def evidence(self) -> AsyncEvidence:
        """Return the operations of evidence."""
        from intendant.client._generated.evidence import AsyncEvidence

        return AsyncEvidence(self._transport)

    @cached_property
    def health(self) -> AsyncHealth:
        """Return the operations of health."""
        from intendant.client._generated.health import AsyncHealth

        return AsyncHealth(self._transport)

    @cached_property
    def ledger(self) -> AsyncLedger:
        """Return the operations of ledger."""
        from intendant.client._generated.ledger import AsyncLedger

        return AsyncLedger(self._transport)

    @cached_property
    def lending(self) -> AsyncLending:
        """Return the operations of lending."""
        from intendant.client._generated.lending import AsyncLending

        return AsyncLending(self._transport)

    @cached_property
    def lists(self) -> AsyncLists:
        """Return the operations of lists."""
        from intendant.client._generated.lists import AsyncLists

        return AsyncLists(self._transport)

    @cached_property
    def loans(self) -> AsyncLoans:
        """Return the operations of loans."""
        from intendant.client._generated.loans import AsyncLoans

        return AsyncLoans(self._transport)

    @cached_property
    def mutes(self) -> AsyncMutes:
        """Return the operations of mutes."""
        from intendant.client._generated.mutes import AsyncMutes

        return AsyncMutes(self._transport)

    @cached_property
    def offers(self) -> AsyncOffers:
        """Return the operations of offers."""
        from intendant.client._generated.offers import AsyncOffers

        return AsyncOffers(self._transport)

    @cached_property
    def organization(self) -> AsyncOrganization:
        """Return the operations of organization."""
        from intendant.client._generated.organization import AsyncOrganization

        return AsyncOrganization(self._transport)

    @cached_property
    def overview(self) -> AsyncOverview:
        """Return the operations of overview."""
        from intendant.client._generated.overview import AsyncOverview

        return AsyncOverview(self._transport)

    @cached_property
    def policies(self) -> AsyncPolicies:
        """Return the operations of policies."""
        from intendant.client._generated.policies import AsyncPolicies

        return AsyncPolicies(self._transport)

    @cached_property
    def portfolio(self) -> AsyncPortfolio:
        """Return the operations of portfolio."""
        from intendant.client._generated.portfolio import AsyncPortfolio

        return AsyncPortfolio(self._transport)

    @cached_property
    def privacy(self) -> AsyncPrivacy:
        """Return the operations of privacy."""
        from intendant.client._generated.privacy import AsyncPrivacy

        return AsyncPrivacy(self._transport)

    @cached_property
    def system(self) -> AsyncSystem:
        """Return the operations of system."""
        from intendant.client._generated.system import AsyncSystem

        return AsyncSystem(self._transport)

    @cached_property
    def tasks(self) -> AsyncTasks:
        """Return the operations of tasks."""
        from intendant.client._generated.tasks import AsyncTasks

        return AsyncTasks(self._transport)

    @cached_property
    def usage(self) -> AsyncUsage:
        """Return the operations of usage."""
        from intendant.client._generated.usage import AsyncUsage

        return AsyncUsage(self._transport)

    @cached_property
    def vault(self) -> AsyncVault:
        """Return the operations of vault."""
        from intendant.client._generated.vault import AsyncVault

        return AsyncVault(self._transport)

    @cached_property
    def views(self) -> AsyncViews:
        """Return the operations of views."""
        from intendant.client._generated.views import AsyncViews

        return AsyncViews(self._transport)

    @cached_property
    def webhooks(self) -> AsyncWebhooks:
        """Return the operations of webhooks."""
        from intendant.client._generated.webhooks import AsyncWebhooks

        return AsyncWebhooks(self._transport)
