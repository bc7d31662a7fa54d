"""Tokens of borrowers' links: read back as written, and worthless when a single character of them differs."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from intendant.domains.lending.borrower.tokens import LinkKey, LinkToken

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = LinkKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TOKEN = LinkToken(uuid4(), uuid4(), NOW + timedelta(days=90))
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_a_token_is_read_as_it_was_written() -> None:
    assert KEY.read(KEY.write(TOKEN), NOW) == TOKEN


@given(st.integers(0, 95), st.sampled_from(_ALPHABET))
def test_a_token_with_one_character_changed_is_worthless(place: int, character: str) -> None:
    text = KEY.write(TOKEN)
    assert len(text) == 96
    changed = text[:place] + character + text[place + 1 :]
    assert changed == text or KEY.read(changed, NOW) is None


@given(st.text(max_size=200))
def test_any_other_text_is_worthless(text: str) -> None:
    assert KEY.read(text, NOW) is None


def test_a_token_of_another_installation_is_worthless() -> None:
    other = LinkKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert KEY.read(other.write(TOKEN), NOW) is None


def test_a_token_ends_to_the_second() -> None:
    text = KEY.write(TOKEN)
    assert KEY.read(text, TOKEN.expires_at - timedelta(seconds=1)) == TOKEN
    assert KEY.read(text, TOKEN.expires_at) is None


@pytest.mark.parametrize("padding", ["=", "==", "\n", " ", "A", "%3D"])
def test_nothing_may_be_added_to_a_token(padding: str) -> None:
    assert KEY.read(KEY.write(TOKEN) + padding, NOW) is None


def test_a_proof_is_for_one_link_one_act_and_one_version() -> None:
    offer = uuid4()
    proof = KEY.proof(TOKEN, "accept", offer, 1)
    others = [
        KEY.proof(TOKEN, "decline", offer, 1),
        KEY.proof(TOKEN, "accept", offer, 2),
        KEY.proof(TOKEN, "accept", uuid4(), 1),
        KEY.proof(LinkToken(TOKEN.organization_id, uuid4(), TOKEN.expires_at), "accept", offer, 1),
    ]
    assert proof not in others
    assert len(set(others)) == 4
