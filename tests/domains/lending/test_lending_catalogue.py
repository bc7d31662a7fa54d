"""Products in memory: the latest version counts only while somebody looks at what has changed, in whatever process it did."""

from tests.support.lending import PRODUCT, Lender, open_lender

from intendant.domains.lending import usecases
from intendant.domains.lending.catalogue import Catalogue, parse_product
from intendant.kernel.organizations import Organization, set_clock
from intendant.kit import clock
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database


def load(lender: Lender, catalogue: Catalogue) -> None:
    """Have the product in memory, looked at just now."""
    catalogue.refresh(lender.database)
    with lender.database.transaction(lender.organization.id) as tx:
        catalogue.offer(tx, "personal")


def test_a_version_published_elsewhere_is_seen_at_the_next_look(lender: Lender) -> None:
    catalogue = Catalogue()
    load(lender, catalogue)
    offer = catalogue.peek(lender.organization.id, "personal")
    assert offer is not None
    assert offer.product.version == 1
    with lender.database.transaction(lender.organization.id) as tx:
        usecases.publish_product(tx, lender.organization, Catalogue(), parse_product(PRODUCT), author="elsewhere")
    catalogue.refresh(lender.database)
    assert catalogue.peek(lender.organization.id, "personal") is None
    load(lender, catalogue)
    offer = catalogue.peek(lender.organization.id, "personal")
    assert offer is not None
    assert offer.product.version == 2


def test_a_clock_that_was_set_is_seen_at_the_next_look(lender: Lender) -> None:
    catalogue = Catalogue()
    load(lender, catalogue)
    now = clock.system_now()
    with lender.database.system() as tx:
        set_clock(tx, lender.organization.id, BusinessClock(now, now, 60.0))
    catalogue.refresh(lender.database)
    assert catalogue.peek(lender.organization.id, "personal") is None


def test_without_a_look_nothing_counts_as_the_latest(lender: Lender) -> None:
    catalogue = Catalogue()
    with lender.database.transaction(lender.organization.id) as tx:
        catalogue.offer(tx, "personal")
    assert catalogue.peek(lender.organization.id, "personal") is None


def test_what_one_organisation_changes_leaves_the_others_in_memory(
    lender: Lender, database: Database, other_organization: Organization
) -> None:
    other = open_lender(database, other_organization)
    catalogue = Catalogue()
    for each in (lender, other):
        load(each, catalogue)
    with database.system() as tx:
        tx.execute("update lending_products set created_at = created_at - interval '1 hour'")
        tx.execute("update organizations set system_anchor = system_anchor - interval '1 hour'")
    with database.transaction(lender.organization.id) as tx:
        usecases.publish_product(tx, lender.organization, Catalogue(), parse_product(PRODUCT), author="elsewhere")
    catalogue.refresh(database)
    assert catalogue.peek(lender.organization.id, "personal") is None
    assert catalogue.peek(other.organization.id, "personal") is not None
