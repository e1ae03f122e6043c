"""Take the picture of the demo for the README.

Run `make demo` in another terminal, then `python scripts/picture.py`. It needs Debian's Chromium and the package
fonts-inter.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "demo.png"
FONT = "*:not(.material-icons) { font-family: Inter, sans-serif !important; }"


def main(address: str = "http://127.0.0.1:7860/") -> None:
    """Ask one question and save what the page shows."""
    browser = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--headless"])
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
        page.goto(address)
        page.add_style_tag(content=FONT)
        question = page.get_by_role("textbox").first
        question.fill("how long do you keep my IP address?")
        question.press("Enter")
        page.get_by_role("log").get_by_text("Found in the policy").wait_for()
        page.wait_for_timeout(2_000)  # the policy scrolls to the cited words
        page.screenshot(path=PICTURE)
        chromium.close()
    # 256 colors look the same in a third of the bytes.
    with Image.open(PICTURE) as picture:
        picture.convert("RGB").quantize(256).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
