"""Checks what templates may hold: no scripts or styles of their own, nothing from elsewhere, and no role by name."""

from __future__ import annotations

import re

from tests.support.processes import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "rehearsal").rglob("*.html"))


def in_templates(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> list[str]:
    """Every place in a template where the pattern is found."""
    pages = {path: path.read_text(encoding="utf-8") for path in TEMPLATES}
    return [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path, page in pages.items()
        for found in re.finditer(pattern, page, flags)
    ]


def test_no_page_holds_a_script_or_a_style_of_its_own() -> None:
    assert in_templates(r"<script(?![^>]*\bsrc=)[^>]*>") == []
    assert in_templates(r"<style\b") == []
    assert in_templates(r"<[^>]*\s(?:style|on[a-z]+)\s*=") == []
    assert in_templates(r"javascript:", re.IGNORECASE) == []


def test_no_page_loads_anything_from_another_host() -> None:
    assert in_templates(r"<(?:script|link|img|audio|source|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//") == []


def test_no_page_compares_roles_by_name() -> None:
    """What a role may do is said once, in `Role`."""
    assert in_templates(r"role [!=]= [\"']") == []
