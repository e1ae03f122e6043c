"""Builds the models that AskPolicy ships, from the written corpus. Not part of the installed package."""
