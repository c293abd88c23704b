"""What came of Twilio's requests: accepted and refused ones, and calls of which none came."""

from __future__ import annotations

from callin.webhooks.requests import RefusedRequest, WebhookLog
from callin.webhooks.watch import Watch

__all__ = ["RefusedRequest", "Watch", "WebhookLog"]
