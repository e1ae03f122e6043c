"""Gives memory back to the system that a worker needed only briefly and that glibc would keep."""

from __future__ import annotations

import ctypes

# glibc takes pieces of at least this size directly from the system, and gives them back when they are no longer needed.
# Left alone, it raises the size to that of the first piece that it gave back: the 23 MB of the encoder's model.
_LARGE = 128 * 1024
_M_MMAP_THRESHOLD = -3  # from malloc.h


def keep_no_large_pieces() -> None:
    """Give back each large piece of memory immediately, from now on. Call this first, before anything is loaded."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries do not have it
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Return what was needed only while something was loaded: up to 15 MB."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
