"""HTTPS with certificates of one's own: what is refused at the start, renewal, redirects."""

import ssl
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intendant.kit import clock, tls
from intendant.kit.settings import Settings
from intendant.server.redirect import redirect


def issue(folder: Path, *, name: str = "localhost", days: float = 90, mode: int = 0o600) -> Settings:
    """Write a certificate that signs itself, and its key; return settings that name them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.system_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "server.pem", folder / "server.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths[1].chmod(mode)
    return Settings(home=folder, tls_certificate=str(paths[0]), tls_key=str(paths[1]))


def test_a_sound_certificate_is_read(tmp_path: Path) -> None:
    found = tls.read_certificate(issue(tmp_path))
    assert found.names == ("localhost", "127.0.0.1")
    assert tls.server_context(found).minimum_version == ssl.TLSVersion.TLSv1_2


def test_what_cannot_serve_is_refused_with_its_reason(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    strange = issue(other)
    sound = issue(tmp_path)
    assert sound.tls_certificate is not None
    cases = {
        "do not belong together": Settings(
            home=tmp_path, tls_certificate=sound.tls_certificate, tls_key=strange.tls_key
        ),
        "needs a certificate and its key": Settings(home=tmp_path, tls_certificate=sound.tls_certificate),
        "cannot be read": Settings(home=tmp_path, tls_certificate=str(tmp_path / "none"), tls_key=sound.tls_key),
        "no certificate in PEM": Settings(home=tmp_path, tls_certificate=sound.tls_key, tls_key=sound.tls_key),
    }
    for words, settings in cases.items():
        with pytest.raises(tls.CertificateInvalid, match=words) as refused:
            tls.read_certificate(settings)
        assert refused.value.remedy
    with pytest.raises(tls.CertificateInvalid, match="expired"):
        tls.read_certificate(issue(tmp_path, days=-1))
    with pytest.raises(tls.CertificateInvalid, match="Every account may read"):
        tls.read_certificate(issue(tmp_path, mode=0o644))


def test_plain_http_is_sent_to_https_and_nowhere_else() -> None:
    head = b"GET /decisions?a=1 HTTP/1.1\r\nHost: example.org:8080\r\n\r\n"
    assert b"Location: https://example.org:8443/decisions?a=1\r\n" in redirect(head, 8443)
    assert b"Location: https://example.org/decisions?a=1\r\n" in redirect(head, 443)
    assert b"Location: https://[::1]/x\r\n" in redirect(b"GET /x HTTP/1.1\r\nHost: [::1]\r\n\r\n", 443)
    for evil in (
        b"GET /x HTTP/1.1\r\n\r\n",
        b"GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: evil.org/\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        assert redirect(evil, 443).startswith(b"HTTP/1.1 400 ")
