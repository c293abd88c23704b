"""Signs requests as Twilio does, so that the app can check that they come from its phone network."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable

from rehearsal.account import Account

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


def sign(key: str, url: str, params: Iterable[tuple[str, str]] = (), algorithm: str = "sha1") -> str:
    """The X-Twilio-Signature of a request: its exact URL without the fragment, and the pairs of its form if it has one.

    The pairs are joined in the order of their names; a name that is repeated brings each different value once, in
    order (https://www.twilio.com/docs/usage/webhooks/webhooks-security). The key is the account's Auth Token, unless a
    Webhook Rule names another.
    """
    text = url.partition("#")[0] + "".join(name + value for name, value in sorted(set(params)))
    digest = hmac.new(key.encode(), text.encode(), algorithm).digest()
    return base64.b64encode(digest).decode()


def signature_headers(account: Account, by: str, url: str, params: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers that sign a request: ``by`` the account's ``auth_token``, or the ``shared_key`` of a Webhook Rule.

    A rule changes the key and the hash, not what is signed, and a second header says which key it was
    (https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys).
    """
    if by == "auth_token":
        return {SIGNATURE: sign(account.auth_token, url, params)}
    return {
        SIGNATURE: sign(account.shared_key, url, params, "sha256"),
        SETTINGS: f"key={account.shared_key_id},algorithm=HMAC_SHA256",
    }
