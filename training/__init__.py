"""Builds the models that AskPolicy ships, from the written corpus. Not part of the installed package."""

import bot  # noqa: F401  first: it silences packages that would report home
