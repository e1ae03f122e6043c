"""Gradio, imported where a test needs it: it takes longer than most of them."""

from __future__ import annotations

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def gradio() -> ModuleType:
    """The module; a test that asks for it is skipped where it is not installed."""
    module: ModuleType = pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
    return module
