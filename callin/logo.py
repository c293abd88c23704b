"""The station's logo: a small picture that an admin uploads. Its kind is read from its content, never from its name."""

from __future__ import annotations

import base64
import hashlib
import secrets

from msgspec import Struct

MAX_BYTES = 100_000
"""As much as a request to the app may hold. In base64 it fits into one Firestore document, which holds 1 MiB."""

MAX_PIXELS = 4096
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
NO_FRAME = (0xC4, 0xC8, 0xCC)
"""Of JPEG's markers C0 to CF, those that begin no frame."""


class LogoError(Exception):
    """The file cannot be the logo. The text is a sentence."""


class Logo(Struct, frozen=True):
    """A stored picture. `key` is a hash of the content with a random end: no two uploads share a record."""

    key: str
    media_type: str
    content: str
    """In base64."""

    @property
    def body(self) -> bytes:
        return base64.b64decode(self.content)


class _Picture(Struct, frozen=True):
    media_type: str
    width: int
    height: int


def logo_of(content: bytes) -> Logo:
    """The logo with that content. LogoError if it is not a PNG, JPEG or WebP, or too large."""
    if len(content) > MAX_BYTES:
        raise LogoError(f"The file is too large. A logo has at most {MAX_BYTES // 1000} kB: make it smaller.")
    try:
        picture = _png(content) or _jpeg(content) or _webp(content)
    except IndexError:  # it ends too early
        picture = None
    if picture is None or not picture.width or not picture.height:
        raise LogoError("Browsers cannot show this file, or it is damaged. Choose a PNG, JPEG or WebP file.")
    if max(picture.width, picture.height) > MAX_PIXELS:
        raise LogoError(f"The picture is larger than {MAX_PIXELS} pixels. Make it smaller: it is shown 96 pixels high.")
    key = hashlib.sha256(content).hexdigest()[:32] + secrets.token_hex(4)
    return Logo(key, picture.media_type, base64.b64encode(content).decode())


def _png(content: bytes) -> _Picture | None:
    """https://www.w3.org/TR/png-3/#11IHDR"""
    if not content.startswith(PNG_START) or content[12:16] != b"IHDR" or not content.endswith(PNG_END):
        return None
    return _Picture("image/png", int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))


def _jpeg(content: bytes) -> _Picture | None:
    """Goes from segment to segment until the first frame, which has the size: https://www.w3.org/Graphics/JPEG/"""
    if not content.startswith(JPEG_START) or not content.endswith(JPEG_END):
        return None
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in NO_FRAME:
            return _Picture(
                "image/jpeg", int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
            )
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None


def _webp(content: bytes) -> _Picture | None:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    is_whole = int.from_bytes(content[4:8], "little") + 8 in (len(content), len(content) + 1)
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or not is_whole:
        return None
    width, height = 0, 0
    if content[12:16] == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
    elif content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif content[12:16] == b"VP8 ":
        width, height = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return _Picture("image/webp", width, height)
