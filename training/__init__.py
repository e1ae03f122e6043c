"""Builds the models that AskPolicy ships from the written corpus. Not part of the installed package."""

import bot  # noqa: F401  must come first: it switches off the telemetry of other packages
