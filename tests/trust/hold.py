"""Runs commands and keeps their process open: `python -m tests.trust.hold SECONDS MODULE ARGUMENT… [then MODULE …]`

This gives threads and timers that an import started time to act. It imports no module of ours before a command does,
and exits with the first exit code that is not 0.
"""

import runpy
import sys
import time

if __name__ == "__main__":
    seconds, *rest = sys.argv[1:]
    codes = []
    while rest:
        end = rest.index("then") if "then" in rest else len(rest)
        sys.argv, rest = rest[:end], rest[end + 1 :]
        try:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            codes.append(ended.code or 0)
    sys.stdout.flush()
    time.sleep(float(seconds))
    sys.exit(next((code for code in codes if code), 0))
