"""The Merkle tree against the definition in RFC 6962, and its proofs."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.kernel.audit import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    merkle_root,
    verify_consistency,
    verify_inclusion,
)

leaf_lists = st.lists(st.binary(min_size=32, max_size=32), max_size=70)
filled_lists = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def by_definition(leaves: list[bytes]) -> bytes:
    """Write down MTH of RFC 6962 as it stands there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def other(value: bytes) -> bytes:
    """Return a hash that differs from `value`."""
    return sha256(value).digest()


@given(leaf_lists)
def test_the_root_is_the_one_of_the_definition(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == by_definition(leaves)


def test_the_empty_tree_has_the_root_of_the_definition() -> None:
    assert merkle_root([]) == EMPTY_ROOT == sha256(b"").digest()


@given(leaf_lists, st.integers(0, 70))
def test_a_tree_grown_from_a_stored_frontier_has_the_same_root(leaves: list[bytes], cut: int) -> None:
    first = Frontier()
    first.extend(leaves[:cut])
    second = Frontier(first.size, list(first.peaks))
    second.extend(leaves[cut:])
    assert second.root() == merkle_root(leaves)


@given(leaf_lists)
def test_a_copy_grows_apart(leaves: list[bytes]) -> None:
    frontier = Frontier()
    frontier.extend(leaves)
    frontier.copy().append(b"x" * 32)
    assert frontier.root() == merkle_root(leaves)


def test_a_frontier_with_the_wrong_number_of_peaks_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, [b"x" * 32])


@given(filled_lists, st.data())
def test_a_leaf_is_shown_to_be_in_the_tree_and_no_other_is(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, index), merkle_root(leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not verify_inclusion(other(leaves[index]), index, len(leaves), proof, root)
    assert not verify_inclusion(leaves[index], index, len(leaves), [*proof, root], root)
    assert not verify_inclusion(leaves[index], len(leaves), len(leaves), proof, root)
    if proof:
        assert not verify_inclusion(leaves[index], index, len(leaves), proof[:-1], root)


@given(filled_lists, st.data())
def test_an_earlier_tree_is_shown_to_be_a_prefix_and_no_other_is(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    proof, root, old = consistency_proof(leaves, size), merkle_root(leaves), merkle_root(leaves[:size])
    assert verify_consistency(size, old, len(leaves), root, proof)
    assert not verify_consistency(size, other(old), len(leaves), root, proof)
    assert not verify_consistency(size, old, len(leaves), other(root), proof)
    assert not verify_consistency(size, old, len(leaves), root, [*proof, root])
    assert not verify_consistency(len(leaves) + 1, old, len(leaves), root, proof)
