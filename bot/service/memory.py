"""Gives memory back to the system that a worker needed only for a moment, which glibc would keep."""

from __future__ import annotations

import ctypes

# glibc takes pieces from this size on from the system, and gives them back when they are no longer needed. Left alone,
# it raises the size to that of the first piece that it gave back: the 23 MB of the encoder's model.
_LARGE = 128 * 1024
_M_MMAP_THRESHOLD = -3  # from malloc.h


def keep_no_large_pieces() -> None:
    """Give each large piece of memory back at once from now on. Call it first, before anything is loaded."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Return what was needed only while something was loaded: up to 15 MB."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
