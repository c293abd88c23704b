"""Signs requests as Twilio does, so that the app can check that they come from its phone network."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(auth_token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """The X-Twilio-Signature of a request: its exact URL without the fragment, and the pairs of its form if it has one.

    The pairs are joined in the order of their names; a name that is repeated brings each different value once, in
    order (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
    """
    text = url.partition("#")[0] + "".join(name + value for name, value in sorted(set(params)))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
