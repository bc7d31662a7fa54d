"""Addresses that people typed: what may be called at all. Parsing only; `connectors/outbound` resolves and calls.

A server that calls any address it is told reaches what its own network hides: itself, the metadata of its cloud, a
database next door. So only https to public addresses is allowed, written in the one canonical way. What an operator
names in INTENDANT_OUTBOUND_ALLOW is allowed besides, over http too.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from intendant.kit.errors import Invalid

ADDRESS_LENGTH_MAX = 2_000
HOST_LENGTH_MAX = 253
ALLOWED_MAX = 100
HTTPS_PORT = 443
PORT_MIN = 1_024
"""Lower ports are those of other protocols (mail, remote login); of them only 443 is called."""
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNICAST = ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
"""Beside what `is_global` knows, so that no version of Python decides it: Teredo and 6to4 carry an IPv4 address within."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class AddressRefused(Invalid):
    """An address that is not called: malformed, not https, or not public."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class OutboundPolicy:
    """What may be called although it is private or speaks http: host names, and networks of addresses."""

    hosts: frozenset[str] = field(default_factory=frozenset)
    networks: tuple[Network, ...] = ()

    def allows_host(self, host: str) -> bool:
        """Return whether the name, or the address that it is, was allowed by the operator."""
        if host in self.hosts:
            return True
        address = find_address(host)
        return address is not None and self.allows_address(address)

    def allows_address(self, address: Address) -> bool:
        """Return whether the address lies in a network that the operator allowed."""
        return any(address.version == network.version and address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Destination:
    """An address that may be called, in parts. `host` is in ASCII and lower case; an IPv6 address stands without brackets."""

    url: str
    scheme: str
    host: str
    port: int


def parse_outbound(text: str | None) -> OutboundPolicy:
    """Read INTENDANT_OUTBOUND_ALLOW: host names, addresses and networks, separated by commas."""
    hosts: set[str] = set()
    networks: list[Network] = []
    entries = [each.strip().lower() for each in (text or "").split(",") if each.strip()]
    for entry in entries[:ALLOWED_MAX]:
        try:
            networks.append(ip_network(entry))
        except ValueError:
            if not _HOST.fullmatch(entry):
                raise AddressRefused(
                    f"{entry!r} is neither a host name nor a network.",
                    field="INTENDANT_OUTBOUND_ALLOW",
                    remedy="Write names and networks such as hooks.internal,10.1.0.0/16, without scheme or port.",
                ) from None
            hosts.add(entry)
    if len(entries) > ALLOWED_MAX:
        raise AddressRefused(f"At most {ALLOWED_MAX} entries may be allowed.", field="INTENDANT_OUTBOUND_ALLOW")
    return OutboundPolicy(frozenset(hosts), tuple(networks))


def is_public(address: Address) -> bool:
    """Return whether the address belongs to the public internet, and carries no other address within."""
    if any(address.version == network.version and address in network for network in _NOT_PUBLIC):
        return False
    if isinstance(address, IPv6Address) and (address not in _UNICAST or address.scope_id is not None):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def may_call(address: Address, host: str, policy: OutboundPolicy) -> bool:
    """Return whether an address that `host` stands for may be called."""
    return is_public(address) or host in policy.hosts or policy.allows_address(address)


def find_address(host: str) -> Address | None:
    """Return the address that a host is, written in the canonical way, or None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def parse_address(url: str, policy: OutboundPolicy, *, field: str = "url") -> Destination:
    """Read an address that a person typed; raises AddressRefused. Names are resolved, and checked again, when they are called."""
    if len(url) > ADDRESS_LENGTH_MAX:
        raise _refused(f"The address is longer than {ADDRESS_LENGTH_MAX} characters.", field)
    if any(character <= " " or character in '\\\x7f"<>^`{|}' for character in url):
        raise _refused(
            "The address holds a blank, a control character or a character that addresses may not hold.", field
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("The address cannot be read.", field) from None
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise _refused("The address is no https address.", field)
    if "@" in parts.netloc:
        raise _refused("The address carries a user name or password.", field, "Take out everything before the @.")
    if parts.fragment or url.endswith("#"):
        raise _refused("The address ends in a fragment (#...), which is never sent.", field)
    host = _host(parts.hostname or "", bracketed="[" in parts.netloc, field=field)
    allowed = policy.allows_host(host)
    address = find_address(host)
    if parts.scheme == "http" and not allowed:
        raise _refused("The address is not https.", field, "Use https, or let the operator allow the host.")
    if address is not None and not may_call(address, host, policy):
        raise _refused("The address is not public.", field, "Use a public address, or let the operator allow it.")
    if address is None and "." not in host and not allowed:
        raise _refused("The name of the host is not public.", field, "Write the name with its domain.")
    number = port if port is not None else (HTTPS_PORT if parts.scheme == "https" else 80)
    if not allowed and number != HTTPS_PORT and number < PORT_MIN:
        raise _refused(f"Port {number} is not called.", field, f"Use port {HTTPS_PORT}, or one from {PORT_MIN} on.")
    if number == 0:
        raise _refused("Port 0 is not called.", field)
    return Destination(url, parts.scheme, host, number)


def _host(host: str, *, bracketed: bool, field: str) -> str:
    """Return the host in ASCII and lower case; refuses every second way of writing an address."""
    if bracketed:
        address = find_address(host)
        if not isinstance(address, IPv6Address) or "%" in host:
            raise _refused("The brackets hold no IPv6 address.", field)
        return str(address)
    if not host.isascii():
        raise _refused("The name of the host holds other letters than ASCII.", field, "Write it in its xn-- form.")
    if host.endswith("."):
        raise _refused("The name of the host ends with a dot.", field, "Take the last dot out.")
    if len(host) > HOST_LENGTH_MAX or not _HOST.fullmatch(host):
        raise _refused("The name of the host cannot be read.", field)
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and not isinstance(find_address(host), IPv4Address):
        raise _refused("The host is a number in place of a name.", field, "Write an IPv4 address as four decimals.")
    return host


def _refused(message: str, field: str, remedy: str | None = None) -> AddressRefused:
    return AddressRefused(message, field=field, remedy=remedy or "Write it as https://name/path.")
