"""The ways in which the chat is looked at, and what may go wrong with its layout."""

from __future__ import annotations

from typing import Any

import pytest

from tests.widget.conftest import DESKTOP, PHONE, Chat

SMALL = {"width": 320, "height": 640}
# 1280 by 1024 pixels at 400%.
ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "reduced_motion": "reduce"},
    "enlarged": ENLARGED,
    "forced colors": {"viewport": DESKTOP, "forced_colors": "active"},
}
LOOKS = ["desktop", *(pytest.param(way, marks=pytest.mark.thorough) for way in WAYS if way != "desktop")]


def layout_faults(chat: Chat) -> list[str]:
    """Return the elements that extend sideways beyond the window or the chat, or are cut off in it."""
    faults: list[str] = chat.page.evaluate(
        """() => {
            const root = document.querySelector("policy-chat").shadowRoot;
            const faults = [];
            if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
            for (const part of root.querySelectorAll("*")) {
                if (!part.checkVisibility() || part.closest(".unseen, svg")) continue;
                const { left, right } = part.getBoundingClientRect();
                if (left < -1 || right > innerWidth + 1) faults.push(`${part.localName}.${part.className} sticks out`);
                const { overflowX } = getComputedStyle(part);
                if (part.scrollWidth > part.clientWidth + 1 && overflowX !== "visible" && part.clientWidth)
                    faults.push(`${part.localName}.${part.className} cuts off`);
            }
            return faults;
        }"""
    )
    return faults
