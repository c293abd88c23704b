"""The kinds of settings. Each checks a text and returns its value.

A ValueError is the end of a sentence that begins with the setting's name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from urllib.parse import urlsplit

from callin.model import DEFAULT_PREFIX, plain
from callin.words.voices import VOICES

MIN_SESSION_KEY_CHARACTERS = 32
SHORTEST_PIN, LONGEST_PIN = 4, 10
SHORTEST_TOKEN = 16
FEWEST_DIFFERENT_CHARACTERS = 8
"""Of a key. A random one has more."""
MOST_DAYS = 36500
LONGEST_STATION_NAME = 80
LONGEST_CALL_SECONDS = 14400  # Twilio ends every call after four hours

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PLACEHOLDER = re.compile(r"YOUR[-_ ]|CHANGE[-_ ]?ME|…|\.\.\.|<[^>]*>|[Xx]{6}|STATION[-_ ]HOST")
_ANY_SID = re.compile(r"(AC|SK|AP)[0-9a-fA-F]{32}")
KINDS_OF_BROWSERS = ("dj", "screener", "listener", "other")
_PREFIX = re.compile(r"[a-z][a-z0-9]{1,11}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_MAIL = re.compile(r"[^@\s,<>\"]+@[^@\s,<>\"]+\.[^@\s,<>\"]+")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?")


def any_text(text: str) -> str:
    return text


def station_name(text: str) -> str:
    """The name on one line, because it is part of titles and sentences."""
    name = plain(text)
    if len(name) > LONGEST_STATION_NAME:
        raise ValueError(f"must have {LONGEST_STATION_NAME} characters at most, and it has {len(name)}")
    return name


FREE_TEXT = (any_text, station_name)
"""May be anything, also what looks like a placeholder."""


def is_placeholder(text: str) -> bool:
    """Whether a text is what a manual writes where a value belongs.

    >>> is_placeholder("https://YOUR-PROJECT.appspot.com"), is_placeholder("AC…"), is_placeholder("https://your.example")
    (True, True, False)
    """
    return bool(_PLACEHOLDER.search(text))


def token(text: str) -> str:
    """A secret from Twilio: not a SID, not cut off, and without spaces."""
    if _ANY_SID.fullmatch(text):
        raise ValueError("must be the secret itself, but this is a SID, which only names it")
    if len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isalnum():
        raise ValueError(f"must have at least {SHORTEST_TOKEN} letters and digits, and nothing else")
    return text


def sid(prefix: str) -> Callable[[str], str]:
    pattern = re.compile(prefix + "[0-9a-fA-F]{32}")

    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"must be {prefix} and 32 hexadecimal digits")
        return text

    return check


def number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("must be a phone number: + and the country code first, then digits alone")
    return text


def numbers(text: str) -> tuple[str, ...]:
    return tuple(number(part.strip()) for part in text.split(",") if part.strip())


def networks(text: str) -> tuple[Network, ...]:
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(
            f"must be addresses or networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8, and {text!r} is none"
        ) from None
    if not network.prefixlen:
        raise ValueError("must not be the whole internet: any client could then forge its address")
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
        raise ValueError(f"must have IPv4 addresses in dotted form, such as 127.0.0.1, and {text!r} is not")
    return network


def pin(text: str) -> str:
    if not text.isascii() or not text.isdigit() or not SHORTEST_PIN <= len(text) <= LONGEST_PIN:
        raise ValueError(f"must be {SHORTEST_PIN} to {LONGEST_PIN} digits")
    return text


def url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://example.org, with nothing after the host")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(text)):
        raise ValueError("must begin with https:// (or http:// if the host is this machine)")
    return text.rstrip("/")


def hook(text: str) -> str:
    """An address with any path, which may contain a secret."""
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(text))):
        raise ValueError("must be an address that begins with https:// (or http:// if the host is this machine)")
    return text


def mails(text: str) -> str:
    if not all(_MAIL.fullmatch(part.strip()) for part in text.split(",")):
        raise ValueError("must be mail addresses such as studio@station.example, with commas between them")
    return text


def host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("must be a host, or host:port, such as 127.0.0.1:9100")
    return text


def store(text: str) -> str:
    if text == "firestore:" or (text.startswith("sqlite:///") and text != "sqlite:///"):
        return text
    raise ValueError("must be sqlite:///path or firestore:")


def session_key(text: str) -> str:
    if len(text) < MIN_SESSION_KEY_CHARACTERS:
        raise ValueError(f"must have at least {MIN_SESSION_KEY_CHARACTERS} characters")
    if len(set(text)) < FEWEST_DIFFERENT_CHARACTERS:
        raise ValueError("must be random, and repeats a few characters")
    return text


def one_of(*choices: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be {' or '.join(choices)}")
        return text

    return check


def lines(text: str) -> int:
    if text not in ("1", "2", "3", "4"):
        raise ValueError("must be 1, 2, 3 or 4")
    return int(text)


def contact(text: str) -> str:
    """As RFC 9116 wants it: `mailto:` before a mail address.

    >>> contact("admin@station.example")
    'mailto:admin@station.example'
    """
    if re.fullmatch(r"https://[^\s/]+\S*", text):
        return text
    if re.fullmatch(r"(mailto:)?[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+", text):
        return "mailto:" + text.removeprefix("mailto:")
    raise ValueError("must be a mail address or an https address")


def voice(text: str) -> str:
    if text not in VOICES:
        raise ValueError(f"must be one of these: {', '.join(VOICES)}")
    return text


def time_zone(text: str) -> str:
    try:
        zone_named(text)
    except (LookupError, ValueError, OSError):
        raise ValueError("must be a time zone such as Europe/London or America/New_York") from None
    return text


def zone_named(name: str) -> tzinfo:
    """The zone by the pinned package tzdata: the machine's own files may be years old. LookupError for an unknown name.

    UTC needs no file, and no module.
    """
    if name == "UTC":
        return UTC
    import zoneinfo

    if zoneinfo.TZPATH:
        zoneinfo.reset_tzpath(to=())
    return zoneinfo.ZoneInfo(name)


def prefix(text: str) -> str:
    """A short word: a queue's name has at most 64 characters, and no station's may begin like another's."""
    if text != DEFAULT_PREFIX and (not _PREFIX.fullmatch(text) or text in KINDS_OF_BROWSERS):
        raise ValueError("must be a word of 2 to 12 lower-case letters and digits, such as staging")
    return text


def yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text == "yes"


def days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_DAYS:
        raise ValueError(f"must be a number of days from 0 to {MOST_DAYS}")
    return int(text)


def port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError("must be a port, 1 to 65535")
    return int(text)


def seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > LONGEST_CALL_SECONDS:
        raise ValueError(f"must be a number of seconds from 0 to {LONGEST_CALL_SECONDS}")
    return int(text)


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
