"""Signatures of webhooks, with the reference implementation of Standard Webhooks as the judge of both directions."""

import hashlib
import hmac
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from intendant.kit import clock, signing

NOW = clock.system_now()
SECRET = signing.new_secret()
bodies = st.text(st.characters(codec="utf-8"), max_size=200)


@settings(max_examples=50, deadline=None)
@given(bodies)
def test_what_we_sign_the_reference_takes_and_what_it_signs_we_take(text: str) -> None:
    body = text.encode()
    ours = signing.sign([SECRET], message_id="msg_1", at=clock.system_now(), body=body)
    Webhook(SECRET).verify(body, ours, json_parse=False)
    now = clock.system_now()
    theirs = {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_2", now, text),
    }
    assert signing.verify([SECRET], theirs, body, now=now) == "msg_2"


def test_a_message_signed_with_two_secrets_is_taken_by_who_knows_either() -> None:
    other = signing.new_secret()
    headers = signing.sign([other, SECRET], message_id="m", at=clock.system_now(), body=b"{}")
    for each in (SECRET, other):
        Webhook(each).verify(b"{}", headers, json_parse=False)
        assert signing.verify([each], headers, b"{}", now=clock.system_now()) == "m"
    assert signing.verify([signing.new_secret(), SECRET], headers, b"{}", now=clock.system_now()) == "m"


def altered(now: datetime) -> list[tuple[dict[str, str], bytes]]:
    headers = signing.sign([SECRET], message_id="m", at=now, body=b"{}")
    late = signing.sign([SECRET], message_id="m", at=now - timedelta(minutes=6), body=b"{}")
    early = signing.sign([SECRET], message_id="m", at=now + timedelta(minutes=6), body=b"{}")
    return [
        (headers, b"{ }"),
        (headers | {"webhook-id": "n"}, b"{}"),
        (headers | {"webhook-timestamp": str(int(now.timestamp()) + 1)}, b"{}"),
        (headers | {"webhook-timestamp": "soon"}, b"{}"),
        (headers | {"webhook-timestamp": "9" * 12}, b"{}"),
        (headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")}, b"{}"),
        (headers | {"webhook-signature": "v1,"}, b"{}"),
        (headers | {"webhook-signature": "v1,ü"}, b"{}"),
        ({name: value for name, value in headers.items() if name != "webhook-id"}, b"{}"),
        (signing.sign([signing.new_secret()], message_id="m", at=now, body=b"{}"), b"{}"),
        (late, b"{}"),
        (early, b"{}"),
    ]


@pytest.mark.parametrize("number", range(12))
def test_an_altered_old_or_foreign_message_is_refused_here_and_by_the_reference(number: int) -> None:
    now = clock.system_now()
    headers, body = altered(now)[number]
    with pytest.raises(signing.SignatureRefused):
        signing.verify([SECRET], headers, body, now=now)
    with pytest.raises((WebhookVerificationError, ValueError, TypeError)):
        Webhook(SECRET).verify(body, headers, json_parse=False)


def test_the_schemes_of_other_senders_hold_and_refuse() -> None:
    body = b'{"zen":1}'
    digest = hmac.new(b"topsecret", body, hashlib.sha256).hexdigest()
    signing.verify_plain(["old", "topsecret"], f"sha256={digest}", body)
    for signature in (
        digest,
        f"sha256={digest[:-1]}0" if digest[-1] != "0" else f"sha256={digest[:-1]}1",
        "sha256=",
        "",
    ):
        with pytest.raises(signing.SignatureRefused):
            signing.verify_plain(["topsecret"], signature, body)
    seconds = str(int(NOW.timestamp()))
    timed = hmac.new(b"topsecret", seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    signing.verify_timed(["topsecret"], f"t={seconds},v1={'0' * 64},v1={timed},v0=x", body, now=NOW)
    for signature in (f"t={seconds},v1={digest}", f"v1={timed}", f"t=1,v1={timed}", f"t={seconds}"):
        with pytest.raises(signing.SignatureRefused):
            signing.verify_timed(["topsecret"], signature, body, now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "whsec_!!!" + "a" * 40, "whsec_" + "A" * 200])
def test_a_secret_that_is_too_short_long_or_not_base64_is_refused(secret: str) -> None:
    with pytest.raises(signing.SecretMalformed):
        signing.parse_secret(secret)
