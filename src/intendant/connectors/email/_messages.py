"""Messages as e-mail over SMTP (RFC 5321), with STARTTLS or TLS, on a thread of their own.

The Message-ID is that of the delivery, the same at every attempt, so a mail server or reader that sees it twice can tell.
Headers are built by the standard library, which refuses line breaks in them; what alerts say is escaped in the HTML part.
"""

import asyncio
import html
import smtplib
import socket
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from intendant.kit.addresses import Address as NetworkAddress
from intendant.kit.addresses import OutboundPolicy, find_address, may_call
from intendant.ports.calls import FateUncertain, ProviderRefused, ProviderUnavailable
from intendant.ports.messages import Message, Receipt, Target

TIMEOUT_SECONDS = 15.0
ADDRESSES_READ_MAX = 16
SAID_LENGTH_MAX = 200


class EmailMessages:
    """The port of messages, over SMTP. `context` says which certificates are trusted."""

    def __init__(self, policy: OutboundPolicy, context: ssl.SSLContext | None = None) -> None:
        self._policy = policy
        self._context = context or ssl.create_default_context()

    async def send(self, target: Target, message: Message) -> Receipt:
        """Hand a message to the mail server for all recipients."""
        return await asyncio.to_thread(self._send, target, message)

    def _send(self, target: Target, message: Message) -> Receipt:
        settings = target.settings
        letter = letter_of(settings, message)
        address = self._resolve(settings["host"], settings["port"])
        try:
            with self._connect(settings, address) as server:
                if settings["security"] == "starttls":
                    server.starttls(context=self._context)
                if settings.get("username"):
                    server.login(settings["username"], target.secret or "")
                refused = _hand_over(server, letter, settings)
        except smtplib.SMTPAuthenticationError as error:
            raise ProviderRefused(
                f"The mail server does not accept the user or password ({error.smtp_code})."
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise ProviderRefused(f"The mail server does not offer what the settings ask for: {_said(error)}") from None
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, error.smtp_error) from None
        except ssl.SSLCertVerificationError:
            raise ProviderRefused("The mail server's certificate is not valid for its name.") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ProviderUnavailable(f"The mail server was not reached ({type(error).__name__}).") from None
        said = f"The mail server took the message for {len(settings['recipients']) - len(refused)} recipients"
        if refused:
            said += "; it refused " + ", ".join(sorted(refused))
        return Receipt(f"{said}.", provider_id=letter["Message-ID"])

    def _resolve(self, host: str, port: int) -> NetworkAddress:
        """Return one checked address of the host, to which the connection goes and no other."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:ADDRESSES_READ_MAX]
        except OSError:
            raise ProviderUnavailable(f"The name {host} is not known.") from None
        addresses = [each for one in found if (each := find_address(str(one[4][0]))) is not None]
        if not addresses or not all(may_call(each, host, self._policy) for each in addresses):
            raise ProviderRefused(
                f"The host {host} stands for an address that is not public.",
                remedy="Use a public mail server, or let the operator allow it in INTENDANT_OUTBOUND_ALLOW.",
            )
        return addresses[0]

    def _connect(self, settings: Any, address: NetworkAddress) -> smtplib.SMTP:
        if settings["security"] == "tls":
            return _PinnedTls(settings["host"], settings["port"], address, self._context)
        return _Pinned(settings["host"], settings["port"], address)


class _Pinned(smtplib.SMTP):
    """Connects to an address that was checked; TLS keeps the name."""

    def __init__(self, host: str, port: int, address: NetworkAddress) -> None:
        self._address = address
        super().__init__(host, port, local_hostname="localhost", timeout=TIMEOUT_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - as the library calls it
        return socket.create_connection((str(self._address), port), timeout)


class _PinnedTls(smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""

    def __init__(self, host: str, port: int, address: NetworkAddress, context: ssl.SSLContext) -> None:
        self._address = address
        super().__init__(host, port, local_hostname="localhost", timeout=TIMEOUT_SECONDS, context=context)

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        plain = socket.create_connection((str(self._address), port), timeout)
        return self.context.wrap_socket(plain, server_hostname=host)


def letter_of(settings: Any, message: Message) -> EmailMessage:
    """Return the e-mail: plain text and simple HTML, threaded by alert."""
    letter = EmailMessage(policy=SMTP)
    domain = settings["sender"].rpartition("@")[2]
    letter["From"] = Address(message.organization[:100], addr_spec=settings["sender"])
    letter["To"] = tuple(Address(addr_spec=each) for each in settings["recipients"])
    letter["Subject"] = f"[{message.organization[:60]}] {message.subject}"
    letter["Date"] = message.at
    letter["Message-ID"] = f"<{message.id}@{domain}>"
    if len(message.alerts) == 1 and not message.more:
        # All that is said of one alert refers to one root, which readers of mail show as one conversation.
        root = f"<alert.{message.alerts[0].id}@{domain}>"
        letter["In-Reply-To"] = root
        letter["References"] = root
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(message.text)
    letter.add_alternative(_html(message), subtype="html")
    return letter


def _html(message: Message) -> str:
    parts = [f"<p><strong>{html.escape(message.subject)}</strong></p>"]
    for alert in message.alerts:
        facts = " · ".join(each for each in (alert.kind, alert.cause, alert.component) if each)
        by = "" if alert.by is None else f"<br>{html.escape(alert.state.capitalize())}, {html.escape(alert.by)}"
        parts.append(
            f"<p>[{alert.severity}] {html.escape(alert.title)}<br>{html.escape(facts)}{by}<br>"
            f'<a href="{html.escape(alert.url)}">Open the alert</a></p>'
        )
    if message.more:
        parts.append(f"<p>And {message.more} more.</p>")
    if message.what == "test":
        parts.append("<p>If you can read this, alerts arrive here.</p>")
    parts.append(f"<p>Sent by Intendant for {html.escape(message.organization)}.</p>")
    return "<!doctype html><html><body>" + "".join(parts) + "</body></html>"


def _hand_over(server: smtplib.SMTP, letter: EmailMessage, settings: Any) -> list[str]:
    """Send the letter; return the recipients that were refused, where others were not."""
    try:
        refused = server.send_message(letter, from_addr=settings["sender"], to_addrs=list(settings["recipients"]))
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _answered(code, said) from None
    except smtplib.SMTPServerDisconnected:
        raise FateUncertain("The mail server went away before it said whether it took the message.") from None
    return list(refused)


def _answered(code: int, said: bytes | str) -> ProviderRefused | ProviderUnavailable:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    line = f"{code} {' '.join(text.split())[:SAID_LENGTH_MAX]}"
    if 400 <= code < 500:
        return ProviderUnavailable(f"The mail server cannot just now: {line}")
    return ProviderRefused(f"The mail server refused: {line}")


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:SAID_LENGTH_MAX]
