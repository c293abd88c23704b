"""Takes the measurements that an unmodified SDK posts to Twilio's event gateway, and forgets them."""

from __future__ import annotations

from aiohttp import web

# The page has another origin, so the browser sends a preflight request first.
_ALLOWED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "*, X-Twilio-Token, Content-Type",
    "Access-Control-Max-Age": "600",
}


async def take(request: web.Request) -> web.Response:
    """Answer as the event gateway does: with success and nothing else."""
    await request.read()
    return web.Response(status=200, headers=_ALLOWED)


def routes() -> list[web.RouteDef]:
    """The gateway's two addresses."""
    return [
        web.route(method, f"/v4/{name}", take)
        for name in ("EndpointEvents", "EndpointMetrics")
        for method in ("POST", "OPTIONS")
    ]
