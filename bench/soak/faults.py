"""The faults that the soak switches on."""

from __future__ import annotations

from typing import Any

NO_FAULTS: dict[str, Any] = {
    "rest": {"status": None, "rate": 1.0, "delay_ms": 0},
    "webhooks": {"duplicate": 0.0, "delay_ms": [0, 0], "lose": 0.0},
}
FAULTS: dict[str, dict[str, Any]] = {
    "REST 500": {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}},
    "REST 429": {"rest": {"status": 429, "rate": 1.0, "delay_ms": 0}},
    "REST takes 10 s": {"rest": {"status": None, "rate": 1.0, "delay_ms": 10_000}},
    "webhooks doubled": {"webhooks": {"duplicate": 1.0, "delay_ms": [0, 0], "lose": 0.0}},
    "webhooks delayed": {"webhooks": {"duplicate": 0.0, "delay_ms": [0, 3000], "lose": 0.0}},
    "webhooks lost": {"webhooks": {"duplicate": 0.0, "delay_ms": [0, 0], "lose": 0.1}},
}
