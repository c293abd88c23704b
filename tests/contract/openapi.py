"""Twilio's OpenAPI document, read strictly: every documented property must be there, no other may, formats are checked.

The document marks nothing as required and leaves objects open, so as it stands it would let anything pass.
"""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from tests.support.processes import ROOT

DOCUMENT = ROOT / "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
API_PREFIX = "/2010-04-01/Accounts/{AccountSid}"

# Twilio's own examples show these relative to the API's host, also where the document says that they are URIs.
RELATIVE_ADDRESSES = ("uri", "first_page_uri", "next_page_uri", "previous_page_uri")

formats = FormatChecker(formats=())


@formats.checks("date-time-rfc-2822", raises=(ValueError, TypeError))
def _is_date(value: object) -> bool:
    """`Tue, 04 Aug 2015 18:39:09 +0000`, to the letter."""
    shape = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"
    if not isinstance(value, str):
        return True
    moment = parsedate_to_datetime(value)
    return re.fullmatch(shape, value) is not None and moment.strftime("%a") == value[:3]


@formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or (
        urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).hostname)
    )


@formats.checks("relative-address")
def _is_relative_address(value: object) -> bool:
    pattern = r"/2010-04-01/Accounts/AC[0-9a-f]{32}(/\S+)?\.json"
    return not isinstance(value, str) or re.match(pattern, value) is not None


@formats.checks("uri-map")
def _is_map_of_addresses(value: object) -> bool:
    return not isinstance(value, dict) or (bool(value) and all(map(_is_relative_address, value.values())))


@formats.checks("phone-number")
def _is_phone_number(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None


@formats.checks("http-method")
def _is_method(value: object) -> bool:
    return value in ("GET", "POST", None)


@formats.checks("currency")
def _is_currency(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch("[A-Z]{3}", value) is not None


@cache
def document() -> dict[str, Any]:
    """The whole OpenAPI document."""
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema that requires every property of an OpenAPI 3.0 schema and allows no other."""
    if "$ref" in schema:
        found: Any = document()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found | {name: value for name, value in schema.items() if name != "$ref"}
    result = {
        name: schema[name] for name in ("type", "format", "pattern", "enum", "minLength", "maxLength") if name in schema
    }
    if "properties" in schema:
        properties = {name: strict(value) for name, value in schema["properties"].items()}
        for name in RELATIVE_ADDRESSES:
            if properties.get(name, {}).get("type") == "string" or "string" in properties.get(name, {}).get("type", ()):
                properties[name]["format"] = "relative-address"
        result |= {"properties": properties, "required": sorted(properties), "additionalProperties": False}
    if "items" in schema:
        result["items"] = strict(schema["items"])
    if schema.get("nullable") and "type" in schema:  # a schema without a type allows null anyway
        result["type"] = [schema["type"], "null"]
        if "enum" in schema:
            result["enum"] = [*schema["enum"], None]
    return result


def filters_that_are_no_free_text(path: str) -> dict[str, str]:
    """The query parameters of a list that are one of a few words, or true or false, with a value that is neither."""
    wrong = {}
    for parameter in document()["paths"][path]["get"]["parameters"]:
        schema = strict(parameter["schema"])
        if parameter["in"] == "query" and "enum" in schema:
            wrong[parameter["name"]] = "AAA"
        elif parameter["in"] == "query" and schema.get("type") == "boolean":
            wrong[parameter["name"]] = "null"
    return wrong


def schema_of(method: str, path: str) -> tuple[int, dict[str, Any] | None]:
    """The status that a good answer has, and the strict schema of its body (None: it has none)."""
    operation = document()["paths"][path][method.lower()]
    ((status, response),) = operation["responses"].items()
    content = response.get("content", {}).get("application/json")
    return int(status), strict(content["schema"]) if content else None


def faults(schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with a value, a line for each fault."""
    validator = Draft202012Validator(schema, format_checker=formats)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(value)]
