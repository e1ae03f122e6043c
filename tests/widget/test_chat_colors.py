"""The colors of the chat: the default ones, and those derived from one property."""

from __future__ import annotations

import pytest

from tests.widget.conftest import Visitor

CONTRASTS = """() => {
    const panel = document.querySelector("policy-chat").shadowRoot.querySelector(".panel");
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const luminance = (name) => {
        const probe = panel.appendChild(document.createElement("i"));
        probe.style.color = `var(--${name})`;
        canvas.fillStyle = getComputedStyle(probe).color;
        probe.remove();
        canvas.fillRect(0, 0, 1, 1);
        const linear = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const pairs = ["on-primary primary", "link ground", "link soft", "words ground", "words soft", "quiet ground"];
    return Object.fromEntries(pairs.map((pair) => {
        const [dark, light] = pair.split(" ").map(luminance).sort((a, b) => a - b);
        return [pair, (light + 0.05) / (dark + 0.05)];
    }));
}"""
COLORS = """names => {
    const panel = document.querySelector("policy-chat").shadowRoot.querySelector(".panel");
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    return names.map((name) => {
        const probe = panel.appendChild(document.createElement("i"));
        probe.style.color = `var(--${name})`;
        canvas.fillStyle = getComputedStyle(probe).color;
        probe.remove();
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
        return "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
    });
}"""


@pytest.mark.thorough
class TestColors:
    """All colors follow --policy-chat-primary; without it they have their defaults."""

    names = ("primary", "on-primary", "accent", "ground", "words", "link", "soft", "line", "focus")

    @pytest.mark.parametrize(
        ("theme", "colors"),
        [
            ("light", "#14558f #ffffff #388557 #ffffff #1a232c #14558f #eef4f9 #c3ccd5 #14558f"),
            ("dark", "#1b5f9e #ffffff #388557 #151c23 #e9eef3 #8cc3f5 #1f2d3a #3c4a57 #8cc3f5"),
        ],
    )
    def test_default_colors_are_unchanged(self, visit: Visitor, theme: str, colors: str) -> None:
        assert visit(theme=theme).page.evaluate(COLORS, self.names) == colors.split()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_one_property_derives_the_other_colors_with_enough_contrast(self, visit: Visitor, theme: str) -> None:
        chat = visit(theme=theme)
        host = chat.page.locator("policy-chat")
        low: list[tuple[str, str, float]] = []
        seen = set()
        for primary in ("", "#ffcc00", "#5b2a86", "#00a651", "#d62598", "#ff0000", "#777777", "#ffffff", "#000000"):
            host.evaluate("(chat, color) => chat.style.setProperty('--policy-chat-primary', color || null)", primary)
            low += [(primary, pair, ratio) for pair, ratio in chat.page.evaluate(CONTRASTS).items() if ratio < 4.5]
            seen.add(tuple(chat.page.evaluate(COLORS, ["link", "soft"])))
        assert low == []
        assert len(seen) == 9
        host.evaluate("chat => chat.style.setProperty('--policy-chat-link', '#123456')")
        assert chat.page.evaluate(COLORS, ["link", "accent"]) == ["#123456", "#388557"]
