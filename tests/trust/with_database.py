"""Gives the commands after it, in the same process, the database of the test: see tests/trust/commands.py."""

import os

os.environ["ASKPOLICY_DATABASE__URL"] = os.environ["TEST_DATABASE"]
