"""Drafts of products: every fault at once and at its place, warnings, differences."""

from typing import Any

from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from tests.support.lending import PRODUCT, Lender
from tests.support.lending_door import Door
from tests.support.serving import People

from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.drafts import ROLE_HELP, check_draft, consequences, list_changes
from intendant.domains.lending.model import FieldRole, ProductInvalid
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization

AMOUNT = {"name": "amount", "type": "number", "role": "amount"}


def draft(*fields: Any, **more: Any) -> dict[str, Any]:
    """Return a draft with these fields."""
    return {"key": "car", "name": "Car loan", "currency": "USD", "form": [AMOUNT, *fields]} | more


def paths(given_draft: dict[str, Any]) -> list[str]:
    """Return where the findings lie."""
    return sorted(finding.path for finding in check_draft(given_draft))


def test_a_sound_draft_has_no_finding() -> None:
    assert check_draft(PRODUCT) == []
    assert check_draft(PRODUCT | {"replaces": 3, "author": "user:x"}) == []


def test_all_faults_are_told_at_once_each_at_its_place() -> None:
    wrong = draft(
        {"name": "age", "type": "integer"},
        {"name": "score", "type": "nmuber", "role": "featur", "minimum": "low"},
        {"name": "income", "type": "number", "role": "income", "minimum": 5, "maximum": 1},
        {"name": "purpose", "type": "text", "role": "purpose"},
        "nothing",
        currency="dollars",
        pricing={"gain_share": -1, "loss": 1},
        adjustable=[{"name": "amount", "minimum": 1, "maximum": 2, "step": 0}],
        colour="red",
    )
    assert paths(wrong) == sorted(
        [
            "colour",
            "currency",
            "form[1].role",
            "form[2].type",
            "form[2].role",
            "form[2].minimum",
            "form[3].minimum",
            "form[4].type",
            "form[5]",
            "pricing.gain_share",
            "pricing.loss",
            "adjustable[0]",
        ]
    )
    codes = {finding.path: finding.code for finding in check_draft(wrong)}
    assert codes["form[1].role"] == "protected_attribute_as_feature"
    assert all(finding.remedy and finding.severity == "error" for finding in check_draft(wrong))


def test_faults_of_the_whole_are_told_when_its_parts_are_sound() -> None:
    assert paths(draft(AMOUNT)) == ["form", "form"], "two of one name, and two amounts"
    assert paths({}) == ["currency", "form", "key", "name"]
    assert paths(draft(adjustable=[{"name": "x", "minimum": 1, "maximum": 2, "step": 1}], segment_by="x")) == [
        "adjustable",
        "segment_by",
    ]
    assert paths(draft({"name": "", "type": "text", "role": "information"})) == ["form[1].name"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_FIELD = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["amount", "age", "", "x"]) | _JSON,
        "type": st.sampled_from(["number", "category", "text"]) | _JSON,
        "role": st.sampled_from(["amount", "purpose", "feature"]) | _JSON,
        "required": _JSON,
        "minimum": _JSON,
        "choices": _JSON,
    },
)


@given(st.dictionaries(st.sampled_from(["key", "name", "currency", "payout", "pricing", "segment_by"]), _JSON),
       st.lists(_FIELD | _JSON, max_size=3) | _JSON)  # fmt: skip
def test_the_check_finds_nothing_exactly_where_publishing_would_refuse_nothing(rest: dict[str, Any], form: Any) -> None:
    for written in (PRODUCT | rest, PRODUCT | rest | {"form": form}):
        try:
            parse_product(written)
            sound = True
        except ProductInvalid:
            sound = False
        assert (check_draft(written) == []) == sound


def test_consequences_warn_of_a_model_that_no_longer_fits_and_of_forms_that_ask_for_more() -> None:
    old = parse_product(draft({"name": "score", "type": "number"}, {"name": "old", "type": "number"}))
    new = parse_product(draft({"name": "score", "type": "number"}, {"name": "new", "type": "number"}, currency="EUR"))
    found = {finding.code: finding for finding in consequences(new, old, ["score", "old"])}
    assert set(found) == {"model_would_not_fit", "newly_required", "field_removed", "currency_changed"}
    assert found["newly_required"].path == "form[2].required"
    assert consequences(old, old, ["score"]) == []
    assert consequences(new, None, None) == []


def test_changes_tell_fields_apart_by_name_and_say_when_the_order_changed() -> None:
    old = parse_product(draft({"name": "a", "type": "number"}, {"name": "b", "type": "number", "maximum": 5}))
    new = parse_product(draft({"name": "b", "type": "number", "maximum": 9}, {"name": "a", "type": "number"}))
    assert [(each.path, each.kind, each.old, each.new) for each in list_changes(old, new)] == [
        ("form.b.maximum", "changed", 5, 9),
        ("form_order", "changed", ["amount", "a", "b"], ["amount", "b", "a"]),
    ]
    added = list_changes(old, parse_product(draft(*[each | {} for each in ({"name": "a", "type": "number"},)])))
    assert [(each.path, each.kind) for each in added] == [("form.b", "removed")]
    assert list_changes(old, old) == []


def test_every_role_is_explained() -> None:
    assert set(ROLE_HELP) == set(FieldRole)


def test_versions_are_listed_shown_and_compared(door: Door) -> None:
    door.post("/products", PRODUCT | {"name": "Renamed"})
    versions = door.get("/products/personal/versions")
    assert [(row["version"], row["name"]) for row in versions["items"]] == [(2, "Renamed"), (1, "Personal loan")]
    assert versions["items"][0]["author"].startswith("key:")
    first = door.get("/products/personal/versions?limit=1")
    assert door.get(f"/products/personal/versions?after={first['next']}")["items"] == versions["items"][1:]
    assert door.get("/products/personal/versions/1")["name"] == "Personal loan"
    difference = door.get("/products/personal/diff?old=1&new=2")
    assert [each["path"] for each in difference["changes"]] == ["name"]
    assert door.get("/products/personal/versions/3", 404)["code"] == "product_version_unknown"
    assert door.get("/products/nothing/versions/1", 404)["code"] == "product_unknown"
    assert door.get("/products/nothing/versions", 404)["code"] == "product_unknown"
    assert "old" in str(door.get("/products/personal/diff?new=2", 422))
    assert "version" in str(door.get("/products/personal/versions/0", 422))


def test_what_was_read_can_be_sent_back(door: Door) -> None:
    read = door.get("/products/personal")
    again = door.post("/products", read | {"replaces": read["version"]})
    assert again["version"] == 2
    assert again["form"] == read["form"]


def test_no_edit_is_lost_when_somebody_was_faster(door: Door) -> None:
    door.post("/products", PRODUCT | {"replaces": 1, "name": "Mine"})
    problem = door.post("/products", PRODUCT | {"replaces": 1, "name": "Theirs"}, 409)
    assert (problem["code"], problem["field"], problem["data"]["version"]) == ("product_changed", "replaces", 2)
    assert problem["data"]["author"].startswith("key:")
    assert problem["data"]["published_at"]
    assert door.get("/products/personal")["name"] == "Mine"
    assert door.post("/products", PRODUCT | {"replaces": "1"}, 422)["field"] == "replaces"
    assert door.post("/products", PRODUCT | {"key": "new", "replaces": 1}, 409)["data"] == {"version": 0}
    assert door.post("/products", PRODUCT | {"key": "new", "replaces": 0})["version"] == 1
    assert door.post("/products", PRODUCT | {"key": "vocabulary"}, 422)["field"] == "key"


def test_a_draft_is_checked_over_the_wire_and_nothing_is_written(door: Door, lender: Lender) -> None:
    assert door.post("/products/check", PRODUCT, 200) == {"publishable": True, "findings": []}
    broken = door.post("/products/check", {"form": [{"name": "sex", "type": "category"}]}, 200)
    assert (broken["publishable"], {each["path"] for each in broken["findings"]}) == (
        False,
        {"key", "name", "currency", "form[0].role"},
    )
    form = [each for each in PRODUCT["form"] if each["name"] != "credit_score"]
    warned = door.post("/products/check", PRODUCT | {"form": form}, 200)
    assert warned["publishable"]
    assert {each["code"] for each in warned["findings"]} == {"model_would_not_fit", "field_removed"}
    stale = door.post("/products/check", PRODUCT | {"replaces": 7}, 200)
    assert [(each["severity"], each["code"]) for each in stale["findings"]] == [("error", "product_changed")]
    assert door.post("/products/check", PRODUCT | {"key": "check"}, 200)["findings"][0]["path"] == "key"
    assert lender.scalar("select count(*) from lending_products") == 1


def test_the_vocabulary_names_every_type_and_role(door: Door) -> None:
    vocabulary = door.get("/products/vocabulary")
    assert {each["role"] for each in vocabulary["roles"]} == {role.value for role in FieldRole}
    purpose = next(each for each in vocabulary["roles"] if each["role"] == "purpose")
    assert (purpose["types"], purpose["single"], purpose["scored"]) == (["category"], True, True)
    assert len(vocabulary["types"]) == 6


def test_products_are_edited_by_who_may_and_apart_from_other_organisations(
    client: TestClient, people: People, organization: Organization, other_organization: Organization, lender: Lender
) -> None:
    assert lender.product.key == "personal"
    reader, applicant = (Door(client, people.key(organization, role)) for role in (Role.READ_ONLY, Role.CLIENT))
    stranger = Door(client, people.key(other_organization, Role.OWNER))
    assert reader.post("/products", PRODUCT, 403)["code"] == "permission_missing"
    assert reader.post("/products/check", PRODUCT, 403)["code"] == "permission_missing"
    assert reader.get("/products/personal")["author"] == "test"
    assert applicant.get("/products/personal")["author"] is None
    assert applicant.get("/products/personal/versions")["items"][0]["author"] is None
    for path in ("/products/personal/versions", "/products/personal/versions/1", "/products/personal/diff?old=1&new=1"):
        assert stranger.get(path, 404)["code"] == "product_unknown"
