"""HTTPS with the operator's own certificate: read and checked at the start, taken anew when the files change, trusted by us."""

import ssl
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from intendant.kit import clock
from intendant.kit.errors import Invalid
from intendant.kit.settings import Settings

FILE_BYTES_MAX = 1 << 20


class CertificateInvalid(Invalid):
    """The certificate or its key cannot serve HTTPS."""

    code = "certificate_invalid"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says of itself."""

    certificate: Path
    key: Path
    names: tuple[str, ...]
    not_before: datetime
    expires_at: datetime


def uses_tls(settings: Settings) -> bool:
    """Say whether the server itself speaks HTTPS."""
    return settings.tls_certificate is not None or settings.tls_key is not None


def scheme_of(settings: Settings) -> str:
    """Return the scheme at which the server answers."""
    return "https" if uses_tls(settings) else "http"


def read_certificate(settings: Settings) -> Certificate:
    """Read certificate and key and check that they fit, hold now and are private; raises CertificateInvalid."""
    if settings.tls_certificate is None or settings.tls_key is None:
        missing = "INTENDANT_TLS_CERTIFICATE" if settings.tls_certificate is None else "INTENDANT_TLS_KEY"
        raise CertificateInvalid(
            "HTTPS needs a certificate and its key.", field=missing, remedy="Set both, or neither for plain HTTP."
        )
    certificate, key = Path(settings.tls_certificate), Path(settings.tls_key)
    text, key_text = (
        _read(certificate, "INTENDANT_TLS_CERTIFICATE"),
        _read(key, "INTENDANT_TLS_KEY"),
    )
    if stat.S_IMODE(key.stat().st_mode) & 0o007:
        raise CertificateInvalid(
            f"Every account may read the private key {key}.",
            field="INTENDANT_TLS_KEY",
            remedy=f"chmod 600 {key}, and have a new certificate issued if others had access.",
        )
    try:
        found = x509.load_pem_x509_certificates(text)[0]
    except (ValueError, IndexError) as error:
        raise CertificateInvalid(
            f"{certificate} holds no certificate in PEM.",
            field="INTENDANT_TLS_CERTIFICATE",
            remedy="Give a file that begins with -----BEGIN CERTIFICATE-----, the server's own first, then its chain.",
        ) from error
    try:
        private = serialization.load_pem_private_key(key_text, None)
    except (ValueError, TypeError) as error:
        raise CertificateInvalid(
            f"{key} holds no private key in PEM without a passphrase.",
            field="INTENDANT_TLS_KEY",
            remedy="Take the passphrase off: openssl pkey -in key.pem -out plain.pem",
        ) from error
    public = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if private.public_key().public_bytes(*public) != found.public_key().public_bytes(*public):
        raise CertificateInvalid(
            "Certificate and key do not belong together.",
            field="INTENDANT_TLS_KEY",
            remedy="Give the key that the certificate was requested with.",
        )
    now = clock.system_now()
    if now >= found.not_valid_after_utc or now < found.not_valid_before_utc:
        word = "expired on" if now >= found.not_valid_after_utc else "does not hold before"
        day = found.not_valid_after_utc if now >= found.not_valid_after_utc else found.not_valid_before_utc
        raise CertificateInvalid(
            f"The certificate {word} {day:%Y-%m-%d %H:%M} UTC.",
            field="INTENDANT_TLS_CERTIFICATE",
            remedy="Have it renewed, or set this machine's clock.",
        )
    return Certificate(certificate, key, _names(found), found.not_valid_before_utc, found.not_valid_after_utc)


def server_context(certificate: Certificate) -> ssl.SSLContext:
    """Return what a server speaks TLS with: 1.2 or newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def stamp(settings: Settings) -> tuple[int, ...]:
    """Return what changes whenever certificate or key are replaced."""
    found: list[int] = []
    for name in (settings.tls_certificate, settings.tls_key):
        try:
            status = Path(name or "").stat()
        except OSError:
            continue
        found += [status.st_mtime_ns, status.st_ino, status.st_size]
    return tuple(found)


def client_trust(settings: Settings) -> ssl.SSLContext | bool:
    """Return what a client of ours on this machine trusts: our own certificate, by whatever address it was reached."""
    if settings.tls_certificate is None:
        return True
    context = ssl.create_default_context(cafile=settings.tls_certificate)
    # The chain may end in our own certificate, and the address is one of this machine's, which it need not name.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return context


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX)
    except OSError as error:
        raise CertificateInvalid(
            f"{path} cannot be read: {error.strerror}.",
            field=name,
            remedy="Give a file that the server's account reads.",
        ) from error


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *found.get_values_for_type(x509.DNSName),
        *(str(address) for address in found.get_values_for_type(x509.IPAddress)),
    )
