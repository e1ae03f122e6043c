"""The Ray engine: starts a cluster on this machine alone, or joins one, and runs the pipeline on it.

A cluster runs code for anyone who can reach it. The one that this module starts listens on the loopback address only,
asks for a random token, and has no dashboard. One that you start yourself belongs on a private network:
docs/threat-model.md.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import site
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.building.ledger import Ledger
from bot.building.results import Result
from bot.building.sources import Source
from bot.encoder.embedding import encoder_id
from bot.encoder.files import encoder_bytes
from bot.settings import Settings
from bot.types import AskPolicyError

# What the stages reserve besides one processor for each worker: reading, publishing, the filter, and the ledger.
_OTHERS = 3
# Policies on their way from one stage to the next. Ray writes to disk what does not fit.
_STORE_BYTES = 200 * 2**20
# Read by Ray when it is imported. The first keeps a cluster of one machine on the loopback address, on Linux too.
_ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
# The longest path of a folder for Ray's sockets, whose names the system limits to 107 bytes.
_LONGEST_TEMP = 20
_PROGRESS_SECONDS = 0.5


def build(
    sources: Sequence[Source],
    settings: Settings,
    *,
    workers: int | None = None,
    address: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Build the policies. If a build was interrupted, continue where it stopped.

    workers: processes that embed; by default, the setting `threads`, or as many as the cluster at `address` has room
    for. on_progress: called with the number of policies done and in total.
    Raises AskPolicyError if Ray cannot be used, or if a policy cannot be published.
    """
    if not sources:
        return Result((), ())
    settings = _with_absolute_paths(settings)
    ledger = Ledger(settings.home, encoder_id(encoder_bytes(settings.model)))
    with ledger.held(), _quiet(), _connected(address, workers or settings.threads) as ray:
        before = len(ledger.finished() & {source.key for source in sources})
        from bot.building import pipeline

        if address is not None:
            workers = _room(ray, workers)
        with _watched(ledger, len(sources), on_progress):
            try:
                pipeline.run(sources, settings, ledger, workers or settings.threads)
            except ray.exceptions.RayError as error:
                raise _explained(error) from error
        result = ledger.result(sources, before)
        ledger.remove()
    return result


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Drop what Ray's native code writes to standard error, which Python continues to use.

    It is a log, which includes errors that Ray recovers from. If a build stops, there is an exception, which we
    explain.
    """
    sys.stderr.flush()
    console = os.dup(2)
    ours = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    with ours, open(os.devnull, "wb") as nowhere, contextlib.redirect_stderr(ours):
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(console, 2)
            os.close(console)


@contextlib.contextmanager
def _connected(address: str | None, workers: int) -> Iterator[Any]:
    """Start a cluster for the duration of a `with`, or join the one at this address. Yield the module `ray`."""
    scratch = None
    if address is None:
        os.environ.update(_ALONE, RAY_AUTH_TOKEN=secrets.token_hex(32))
        base = tempfile.gettempdir()
        scratch = Path(tempfile.mkdtemp(prefix="askpolicy-ray-", dir=base if len(base) <= _LONGEST_TEMP else "/tmp"))  # noqa: S108
    try:
        ray = _imported()
        for name in ("ray", "ray.data"):
            logging.getLogger(name).setLevel(logging.ERROR)
        where: dict[str, Any] = {"address": address}
        if scratch is not None:
            where = {
                "address": "local",
                "num_cpus": workers + _OTHERS,
                "include_dashboard": False,
                "object_store_memory": _STORE_BYTES,
                "_temp_dir": str(scratch),
            }
        # Ray's workers import from the folder in which it starts, which could hold anything.
        with contextlib.chdir(scratch or Path(__file__).resolve().parents[2]), _no_cloud(scratch):
            try:
                ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
            except (ConnectionError, ValueError) as error:
                raise AskPolicyError(f"There is no Ray cluster at {address} ({error}): start it first.") from None
            except Exception as error:  # Ray has no exception for this
                raise AskPolicyError(
                    f"Ray did not start ({str(error).splitlines()[0]}): try again when this machine is less busy, or "
                    "build without it, with --engine loop."
                ) from error
        try:
            yield ray
        finally:
            ray.shutdown()
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def _no_cloud(home: Path | None) -> Iterator[None]:
    """Let the processes that start during a `with` use this folder as their home, with a cluster file for Ray in it.

    Without such a file, Ray 2.60 asks 169.254.169.254 and a name server which cloud it runs in, for usage statistics
    that are off (ray/_common/usage/usage_lib.py, get_cluster_config_to_report). None changes nothing.
    """
    if home is None:
        yield
        return
    (home / "ray_bootstrap_config.yaml").write_text("{}\n", encoding="utf-8")
    before = {name: os.environ.get(name) for name in ("HOME", "PYTHONUSERBASE")}
    # Packages that were installed for one user are found through the home, unless this names their folder.
    os.environ.update(HOME=str(home), PYTHONUSERBASE=site.getuserbase())
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _imported() -> Any:
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"Building on Ray needs {error.name}: pip install 'askpolicy[ray]'.") from None
    return ray


def _room(ray: Any, workers: int | None) -> int:
    """Return how many workers to use on a cluster. Raises AskPolicyError if it has fewer processors than they need."""
    most = int(ray.cluster_resources().get("CPU", 0)) - _OTHERS
    if (workers or 1) > most:
        raise AskPolicyError(
            f"The Ray cluster has {most + _OTHERS} processors, and --workers {workers or 1} needs "
            f"{(workers or 1) + _OTHERS}: add machines, or use --engine loop."
        )
    return workers or most


@contextlib.contextmanager
def _watched(ledger: Ledger, total: int, on_progress: Callable[[int, int], None] | None) -> Iterator[None]:
    """Report how many policies are done, every half second for the duration of a `with`."""
    if on_progress is None:
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_PROGRESS_SECONDS):
            # Policies of another build that was interrupted count only at its own end.
            on_progress(min(ledger.count(), total), total)

    watcher = threading.Thread(target=watch, name="progress")
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _with_absolute_paths(settings: Settings) -> Settings:
    """Return settings that mean the same in every working folder, as Ray's workers have their own."""
    model = Path(settings.model)
    return settings.model_copy(
        update={
            "home": settings.home.absolute(),
            "corpus": settings.corpus.absolute(),
            "model": str(model.absolute()) if model.exists() else settings.model,
        }
    )


def _explained(error: Exception) -> AskPolicyError:
    """Return our own error if that is what stopped the pipeline, or say that Ray's did."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AskPolicyError):
            return AskPolicyError(str(cause).splitlines()[-1])
        cause = getattr(cause, "cause", None) or cause.__cause__
    return AskPolicyError(
        f"The build on Ray stopped ({type(error).__name__}: {str(error).splitlines()[0]}): run the same command again, "
        "which continues from here."
    )
