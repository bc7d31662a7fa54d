"""Messages over every provider, against peers that speak its protocol: taken, refused, busy, broken, and never as markup."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.peers import pagerduty, slack, smtp, telegram
from tests.support.peers.http import Told
from tests.support.peers.receiver import Receiver

from intendant.connectors.email import EmailMessages, letter_of
from intendant.connectors.pagerduty import PagerDutyMessages
from intendant.connectors.slack import SlackMessages
from intendant.connectors.telegram import TelegramMessages
from intendant.connectors.webhook_message import WebhookMessages
from intendant.kit import ids
from intendant.kit.addresses import OutboundPolicy, parse_outbound
from intendant.kit.signing import new_secret
from intendant.ports.calls import FateUncertain, ProviderRefused, ProviderUnavailable
from intendant.ports.messages import Message, MessageAlert, MessagePort, Receipt, Target

POLICY = parse_outbound("127.0.0.1")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVIL = "Fees <script>alert(1)</script> & <!channel> *bold* _it_ [x](http://x) </b>"


def alert(**changes: Any) -> MessageAlert:
    made = MessageAlert(
        ids.new_id(),
        "anomaly",
        "critical",
        EVIL,
        "limit:fees",
        "lending.fees",
        "open",
        AT,
        3,
        "https://x.test/alerts?peek=1",
    )
    return replace(made, **changes)


def message(*alerts: MessageAlert, what: Any = "alert", **changes: Any) -> Message:
    found = alerts or (() if what == "test" else (alert(),))
    made = Message(ids.new_id(), what, "Acme", f"Critical: {EVIL}", EVIL, found, "https://x.test/alerts", AT)
    return replace(made, **changes)


def send(port: MessagePort, target: Target, sent: Message) -> Receipt:
    return asyncio.run(port.send(target, sent))


class Peers:
    """Every HTTP peer, the port that speaks to it and a target that it takes."""

    def __init__(self, stack: ExitStack) -> None:
        self.slack = slack.Slack()
        self.pagerduty = pagerduty.PagerDuty()
        self.telegram = telegram.Telegram()
        self.receiver = Receiver()
        for peer in (self.slack, self.pagerduty, self.telegram, self.receiver):
            stack.enter_context(peer.serving())
        self.secret = new_secret()
        self.receiver.secrets = [self.secret]
        self.ports: dict[str, tuple[Any, MessagePort, Target]] = {
            "slack": (
                self.slack,
                SlackMessages(POLICY),
                Target({"channel": "#alerts", "api_url": f"{self.slack.url}/api"}, slack.TOKEN),
            ),
            "incoming": (
                self.slack,
                SlackMessages(POLICY),
                Target({"channel": None, "api_url": "https://slack.com/api"}, self.slack.url + slack.HOOK),
            ),
            "pagerduty": (
                self.pagerduty,
                PagerDutyMessages(POLICY, {"us": self.pagerduty.url}),
                Target({"region": "us"}, pagerduty.KEY),
            ),
            "telegram": (
                self.telegram,
                TelegramMessages(POLICY),
                Target({"chat_id": telegram.CHAT, "api_url": self.telegram.url}, telegram.TOKEN),
            ),
            "webhook": (
                self.receiver,
                WebhookMessages(POLICY),
                Target({"url": f"{self.receiver.url}/in"}, self.secret),
            ),
        }


@pytest.fixture(scope="module")
def peers() -> Iterator[Peers]:
    """Lend the peers."""
    with ExitStack() as stack:
        yield Peers(stack)


KINDS = ("slack", "incoming", "pagerduty", "telegram", "webhook")


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_takes_every_kind_of_message(peers: Peers, kind: str) -> None:
    _, port, target = peers.ports[kind]
    for what in ("alert", "digest", "acknowledged", "ended", "test"):
        assert send(port, target, message(what=what)).answer


@pytest.mark.parametrize("kind", KINDS)
def test_a_busy_provider_says_when_to_come_back(peers: Peers, kind: str) -> None:
    peer, port, target = peers.ports[kind]
    bodies: dict[str, Any] = {
        "telegram": {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests",
            "parameters": {"retry_after": 7},
        },
        "slack": {"ok": False, "error": "ratelimited"},
    }
    peer.faults.append(Told(429, bodies.get(kind, b""), {"Retry-After": "7"}))
    with pytest.raises(ProviderUnavailable) as caught:
        send(port, target, message())
    assert caught.value.data["retry_after_seconds"] == 7.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_the_provider_is_tried_again(peers: Peers, kind: str) -> None:
    peer, port, target = peers.ports[kind]
    peer.faults.append(Told(503, b"<html>away</html>"))
    with pytest.raises(ProviderUnavailable):
        send(port, target, message())


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_answer_leaves_the_fate_uncertain(peers: Peers, kind: str) -> None:
    peer, port, target = peers.ports[kind]
    peer.faults.append(Told(200, lost=True))
    with pytest.raises(FateUncertain):
        send(port, target, message())


@pytest.mark.parametrize("kind", ["slack", "incoming", "pagerduty", "telegram"])
@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[1]", b"{}", b""])
def test_an_answer_that_is_none_is_not_taken_for_a_yes(peers: Peers, kind: str, body: bytes) -> None:
    peer, port, target = peers.ports[kind]
    peer.faults.append(Told(200, body))
    with pytest.raises(FateUncertain):
        send(port, target, message())


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("slack", lambda target: replace(target, secret="xoxb-another-token-1")),
        ("slack", lambda target: replace(target, settings={**target.settings, "channel": "#nobody"})),
        ("pagerduty", lambda target: replace(target, secret="f" * 32)),
        ("telegram", lambda target: replace(target, secret="123:wrongwrongwrongwrongwrong")),
        ("telegram", lambda target: replace(target, settings={**target.settings, "chat_id": "-5"})),
        ("webhook", lambda target: replace(target, secret=new_secret())),
    ],
)
def test_a_refusal_is_told_in_plain_words_without_the_secret(
    peers: Peers, kind: str, wrong: Callable[[Target], Target], caplog: pytest.LogCaptureFixture
) -> None:
    _, port, target = peers.ports[kind]
    mistaken = wrong(target)
    with caplog.at_level(logging.WARNING), pytest.raises(ProviderRefused) as caught:
        send(port, mistaken, message())
    assert len(str(caught.value)) > 20
    assert str(mistaken.secret) not in str(caught.value) + caplog.text + repr(mistaken)


def test_slack_shows_what_alerts_say_as_plain_text_and_answers_in_the_thread(peers: Peers) -> None:
    _, port, target = peers.ports["slack"]
    first = send(port, target, message())
    send(port, target, message(what="ended", thread=first.thread))
    raised, ended = peers.slack.posted[-2:]
    assert ended["thread_ts"] == first.thread
    assert "thread_ts" not in raised
    blocks: Any = raised["blocks"]
    assert {block["text"]["type"] for block in blocks} == {"plain_text"}
    assert "<" not in str(raised["text"]) + "".join(block["text"]["text"] for block in blocks)
    assert "&lt;!channel&gt;" in str(raised["text"])


def test_pagerduty_has_one_incident_for_an_alert_whatever_is_sent_twice(peers: Peers) -> None:
    _, port, target = peers.ports["pagerduty"]
    one = alert()
    key = f"intendant:{one.id}"
    for what, state in (
        ("alert", "triggered"),
        ("alert", "triggered"),
        ("acknowledged", "acknowledged"),
        ("ended", "resolved"),
    ):
        send(port, target, message(one, what=what))
        assert peers.pagerduty.incidents[key] == state
    payload = peers.pagerduty.asked[-4].json["payload"]
    assert (payload["severity"], payload["component"]) == ("critical", "lending.fees")


def test_a_test_leaves_no_incident_behind(peers: Peers) -> None:
    _, port, target = peers.ports["pagerduty"]
    tried = message(what="test")
    send(port, target, tried)
    assert peers.pagerduty.incidents[f"intendant:test:{tried.id}"] == "resolved"


def test_telegram_gets_no_markup_and_never_too_much(peers: Peers) -> None:
    _, port, target = peers.ports["telegram"]
    first = send(port, target, message(text="😀" * 3_000))
    send(port, target, message(thread=first.thread))
    long, answer = peers.telegram.sent[-2:]
    assert "parse_mode" not in answer
    assert answer["text"] == EVIL
    reply: Any = answer["reply_parameters"]
    assert reply["message_id"] == int(first.thread or 0)
    assert str(long["text"]).endswith("…")


def test_a_signed_request_holds_by_the_old_and_the_new_secret_and_keeps_its_id(peers: Peers) -> None:
    _, port, target = peers.ports["webhook"]
    sent = message()
    renewed = replace(target, secret=f"{new_secret()}\n{peers.secret}")
    send(port, renewed, sent)
    send(port, target, sent)
    assert peers.receiver.asked[-1].headers["webhook-id"] == peers.receiver.asked[-2].headers["webhook-id"]
    taken: Any = peers.receiver.taken[f"msg_{sent.id.hex}"]
    assert (taken["type"], taken["data"]["alerts"][0]["title"]) == ("alerts.alert", EVIL)


@pytest.mark.parametrize("kind", ["slack", "incoming", "pagerduty", "telegram", "webhook"])
def test_an_address_that_is_not_public_is_not_called(peers: Peers, kind: str) -> None:
    peer, port, target = peers.ports[kind]
    before = len(peer.asked)
    guarded = type(port)(OutboundPolicy(), {"us": peer.url}) if kind == "pagerduty" else type(port)(OutboundPolicy())
    with pytest.raises(ProviderRefused):
        send(guarded, target, message())
    assert len(peer.asked) == before


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[smtp.MailServer, EmailMessages, dict[str, Any]]]:
    """Lend a mail server with STARTTLS, the port that trusts it and settings."""
    server, client = smtp.contexts(tmp_path_factory.mktemp("tls"))
    with smtp.MailServer().serving(server) as peer:
        settings = {
            "host": "127.0.0.1",
            "port": peer.port,
            "security": "starttls",
            "username": smtp.USER,
            "sender": "alerts@acme.test",
            "recipients": ["ann@acme.test", "bob@acme.test"],
        }
        yield peer, EmailMessages(POLICY, client), settings


def test_an_email_goes_over_starttls_with_both_parts_and_one_id(mail: Any) -> None:
    peer, port, settings = mail
    sent = message()
    target = Target(settings, smtp.PASSWORD)
    send(port, target, sent)
    send(port, target, sent)
    first, second = peer.letters[-2:]
    assert first["Message-ID"] == second["Message-ID"] == f"<{sent.id}@acme.test>"
    assert str(sent.alerts[0].id) in first["References"]
    html = first.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert EVIL in first.get_body(("plain",)).get_content()


def test_what_is_no_line_of_a_header_cannot_become_one(mail: Any) -> None:
    _, _, settings = mail
    with pytest.raises(ValueError, match=r"newline|linefeed|CR or LF|carriage"):
        letter_of(settings, message(subject="Hello\r\nBcc: eve@evil.test"))


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 4.3.0 Try later", ProviderUnavailable), ("554 5.7.1 Spam", ProviderRefused)],
)
def test_a_mail_server_refuses_for_now_or_for_good(mail: Any, answer: str, error: type[Exception]) -> None:
    peer, port, settings = mail
    peer.faults.append(answer)
    with pytest.raises(error, match=answer[:3]):
        send(port, Target(settings, smtp.PASSWORD), message())


def test_a_wrong_password_is_refused_and_not_repeated(mail: Any, caplog: pytest.LogCaptureFixture) -> None:
    _, port, settings = mail
    with caplog.at_level(logging.DEBUG, logger="smtplib"), pytest.raises(ProviderRefused, match="password") as caught:
        send(port, Target(settings, "another-password"), message())
    assert "another-password" not in str(caught.value) + caplog.text


def test_one_unknown_recipient_keeps_nobody_else_waiting(mail: Any) -> None:
    peer, port, settings = mail
    peer.unknown = {"bob@acme.test"}
    assert "bob@acme.test" in send(port, Target(settings, smtp.PASSWORD), message()).answer
    peer.unknown = {"ann@acme.test", "bob@acme.test"}
    with pytest.raises(ProviderRefused, match="No such user"):
        send(port, Target(settings, smtp.PASSWORD), message())
    peer.unknown = set()


def test_a_certificate_that_nobody_vouches_for_gets_no_password(mail: Any) -> None:
    _, _, settings = mail
    with pytest.raises(ProviderRefused, match="certificate"):
        send(EmailMessages(POLICY), Target(settings, smtp.PASSWORD), message())


def test_a_mail_server_inside_the_house_is_not_called_unless_allowed(mail: Any) -> None:
    _, _, settings = mail
    with pytest.raises(ProviderRefused, match="not public"):
        send(EmailMessages(OutboundPolicy()), Target(settings, smtp.PASSWORD), message())


def test_an_email_goes_over_tls_from_the_first_byte(tmp_path: Path) -> None:
    server, client = smtp.contexts(tmp_path)
    with smtp.MailServer().serving(server, tls=True) as peer:
        settings = {
            "host": "127.0.0.1",
            "port": peer.port,
            "security": "tls",
            "username": smtp.USER,
            "sender": "alerts@acme.test",
            "recipients": ["ann@acme.test"],
        }
        send(EmailMessages(POLICY, client), Target(settings, smtp.PASSWORD), message(what="test"))
        assert len(peer.letters) == 1
