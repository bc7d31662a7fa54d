"""`intendant demo`: a small simulated lender on its own fast business time, marked as a demo and removable."""

import signal
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from intendant.bootstrap import System
    from intendant.kernel.organizations import Organization

SLUG, NAME = "demo", "Demo Lending (simulated)"
SPEED = 1_440.0
"""A business day takes a minute."""
SEED = 20
HISTORY_ROWS = 3_000
ANSWER_HOURS = 24.0 * 10
RETRAINING_SECONDS = 60 * 86_400
"""Of business time: well before a model is stale."""
KEY_NAME = "simulator"
OPEN_LOANS_MAX = 2_000
"""Where there are nearly so many, only as many apply as loans end: a demo that runs for weeks must not grow without end."""
PACE_MIN = 0.02
STANDSTILL = timedelta(days=2)
"""Of business time: a longer one is left out of it."""


@click.group()
def demo() -> None:
    """Create, run or remove the demo organisation."""


@demo.command()
def create() -> None:
    """Create the demo organisation, with a model trained on simulated past applications."""
    from intendant.bootstrap import open_system

    with open_system() as system:
        click.echo("created" if ensure_demo(system) else "it is there already")


@demo.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Delete the demo organisation with everything that belongs to it; `up` does not bring it back."""
    from intendant.bootstrap import open_system

    if not yes:
        click.confirm("Delete the demo organisation with all its records?", abort=True)
    with open_system() as system:
        system.remove_organization(system.organization(SLUG).id)
        declined_file(system).touch()
    click.echo("Removed. `intendant demo create` makes a new one.")


@demo.command()
@click.option("--url", required=True, help="Where the server answers.")
@click.option("--per-second", default=2.0, show_default=True, type=click.FloatRange(0.01, 100))
def run(url: str, per_second: float) -> None:
    """Send simulated applications and outcomes to the server at URL until interrupted."""
    from intendant.bootstrap import open_system
    from intendant.kernel import access
    from intendant.kit.clock import system_now
    from intendant.kit.logging import configure_logging
    from intendant.kit.tls import client_trust
    from intendant.simulator.analysts import Analysts
    from intendant.simulator.driver import Driver
    from intendant.simulator.lender import HOME_LOAN, PRODUCT, prefix_of_run
    from intendant.simulator.servicing import BackOffice, PastBook, Servicing

    configure_logging("info")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with open_system() as system:
        organization = system.organization(SLUG)
        with system.database.system() as tx:
            for key in access.list_keys(tx, organization.id):
                if key.name == KEY_NAME and key.revoked_at is None:
                    access.revoke_key(tx, organization.id, key.id)
            secret, _ = access.create_key(
                tx,
                organization_id=organization.id,
                name=KEY_NAME,
                role=access.Role.ORGANIZATION_ADMIN,
                by="system:demo",
            )
        product, home_loan, clock = str(PRODUCT["key"]), str(HOME_LOAN["key"]), organization.clock
        servicing = Servicing(SEED, clock)
        past = PastBook(SEED, product, organization.created_at.date())
        driver = Driver(
            base_url=url,
            api_key=secret,
            clock=clock,
            seed=SEED,
            prefix=prefix_of_run(system_now()),
            product=product,
            per_second=per_second,
            home_loan=home_loan,
            works=(past, servicing, BackOffice(SEED, clock, home_loan)),
            verify=client_trust(system.settings),
            pace=lambda: max(PACE_MIN, 1 - servicing.open_loans / OPEN_LOANS_MAX),
        )
        # Beside the driver: applications must not wait for a file that is read or a model that is fetched.
        analysts = Analysts(SEED, clock, organization.created_at)
        beside = threading.Thread(
            target=analysts.run, args=(url, secret, ended, client_trust(system.settings)), name="analysts"
        )
        beside.start()
        driver.run(ended)
        ended.set()
        beside.join()


def ensure_demo(system: "System") -> bool:
    """Create the demo organisation unless it is there or was removed by hand; say whether it was created."""
    from intendant.kernel import organizations

    with system.database.system() as tx:
        if organizations.find_organization(tx, SLUG) is not None:
            return False
    from intendant.kit.clock import BusinessClock, system_now

    now = system_now()
    organization = system.found_organization(
        slug=SLUG, name=NAME, kind="demo", business_clock=BusinessClock(now, now, SPEED), by="system:demo"
    )
    _furnish(system, organization)
    declined_file(system).unlink(missing_ok=True)
    return True


def resume_demo(system: "System") -> None:
    """Let the demo's business time go on where it stood when everything was stopped, so that nobody has fallen behind since.

    To be called before anything runs. A night without its borrowers would be years in which nobody has paid.
    """
    from intendant.kernel import organizations
    from intendant.kit.clock import BusinessClock, system_now

    with system.database.system() as tx:
        organization = organizations.find_organization(tx, SLUG)
        if organization is None:
            return
        last = tx.scalar("select at from events where organization_id = %s order by id desc limit 1", [organization.id])
        now = system_now()
        if last is not None and organization.clock.at(now) - last > STANDSTILL:
            organizations.set_clock(tx, organization.id, BusinessClock(now, last, organization.clock.speed))


def wants_demo(system: "System") -> bool:
    """Say whether `up` should bring a demo: not where it was removed by hand."""
    return not declined_file(system).exists()


def declined_file(system: "System") -> Path:
    """Return the file that remembers that the demo was removed."""
    from intendant.kernel.organizations import REMOVED_DEMO_FILE

    return system.settings.home / REMOVED_DEMO_FILE


def _furnish(system: "System", organization: "Organization") -> None:
    """Give the demo its product, a model trained on simulated past applications, its policy and its level."""
    from dataclasses import replace
    from itertools import islice

    import pandas as pd

    from intendant.domains.lending import training, usecases
    from intendant.domains.lending.catalogue import parse_product
    from intendant.domains.lending.contract import DISBURSEMENTS_COMPONENT, OFFERS_COMPONENT, TRAINING_TASK
    from intendant.domains.lending.letters.settings import change_settings, sample_settings
    from intendant.domains.lending.manifest import APPLICATION
    from intendant.kernel import autonomy, policies
    from intendant.kernel.tasks import put_schedule
    from intendant.kit.clock import system_now
    from intendant.simulator.lender import HOME_LOAN, PRODUCT, applicants

    now = system_now()
    policy = APPLICATION.default_policy()
    patient = {name: replace(action, deadline_hours=ANSWER_HOURS) for name, action in policy.actions.items()}
    with system.database.transaction(organization.id) as tx:
        product, _ = (
            usecases.publish_product(tx, organization, APPLICATION.catalogue, parse_product(body), author="system:demo")
            for body in (PRODUCT, HOME_LOAN)
        )
        change_settings(tx, organization, sample_settings(NAME), replaces=0, by="system:demo", now=now)
        policies.publish(
            tx,
            organization,
            replace(policy, actions=patient),
            author="system:demo",
            reason="A business day takes a minute here, so people get ten of them to answer.",
            system_now=now,
        )
    people = list(islice(applicants(SEED, prefix="history"), HISTORY_ROWS))
    scored = {field.name for field in product.scored_fields}
    table = training.TrainingTable(
        frame=pd.DataFrame([{name: value for name, value in p.inputs.items() if name in scored} for p in people]),
        outcome=pd.Series([int(p.repays) for p in people]).to_numpy(),
        groups=pd.DataFrame([{"age": p.inputs["age"], "sex": p.inputs["sex"]} for p in people]),
        notices=("Trained on simulated past applications.",),
    )
    # Both products ask the same, so one model serves both.
    training.train(
        system.database, organization, APPLICATION.champions, product, table, by="system:demo", seed=SEED, policy=policy
    )
    with system.database.transaction(organization.id) as tx:
        for component in (APPLICATION.component, OFFERS_COMPONENT, DISBURSEMENTS_COMPONENT):
            autonomy.set_level(
                tx,
                organization,
                component,
                "full",
                by="system:demo",
                why="The demo shows a component at work; it pays nobody.",
                system_now=now,
            )
        put_schedule(
            tx, TRAINING_TASK, {"every_seconds": RETRAINING_SECONDS}, now=now, parameters={"product": product.key}
        )
