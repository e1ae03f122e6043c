"""Runs before anything else is imported: telemetry off, no foreign code on the import path, no idle BLAS threads.

`bot/__init__.py` imports this first, so it covers the command line, the service and its workers, the demo, the
evaluation, training, and any program that imports a part of `bot`. It imports only modules that Python itself has
already loaded, because others could come from the working folder.
"""

import os
import sys

# Environment variables that packages read, and what each package does without them. Measured with
# tests/trust/offline.py, which blocks every network connection.
SILENT = {
    # onnxruntime 1.32: ten seconds after its import, it looks up a telemetry host of Microsoft, connects to it with a
    # device id, the system and the interpreter's path, and writes ~/.cache/Microsoft/DeveloperTools/.onnxruntime.
    # It reads the variable when it is imported; `disable_telemetry_events()` prevents neither.
    "ORT_DISABLE_TELEMETRY": "1",
    # gradio 6: reports each start and use, and checks for a newer version (gradio/analytics.py).
    "GRADIO_ANALYTICS_ENABLED": "False",
    # huggingface_hub, which gradio and sentence-transformers use: tells its hub which program is running.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # transformers 5: a thread asks the hub for a model's weights in another format (safetensors_conversion.py).
    "DISABLE_SAFETENSORS_CONVERSION": "1",
    # fastapi 0.165, also in gradio: if this is `true` and OpenTelemetry's SDK is installed, sends paths, queries, and
    # messages of exceptions to a collector that the environment names (fastapi/telemetry).
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
    # haystack, a peer in the evaluation: reports to PostHog and stores an id in ~/.haystack (haystack/telemetry).
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    # ray: each cluster reports itself to usage-stats.ray.io once an hour (ray/_common/usage/usage_lib.py).
    "RAY_USAGE_STATS_ENABLED": "0",
}
# Our packages that `python -m` can run.
_OURS = ("bot", "evals", "training")


def silence() -> None:
    """Switch off the telemetry of other packages, whatever the environment says, here and in child processes.

    Warns if onnxruntime was imported first, because it is too late for it then.
    """
    if "onnxruntime" in sys.modules and os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        import warnings

        warnings.warn(
            "onnxruntime was imported before bot and sends telemetry to Microsoft: import bot first, or set "
            "ORT_DISABLE_TELEMETRY=1.",
            RuntimeWarning,
            stacklevel=2,
        )
    os.environ.update(SILENT)


def distrust_working_folder() -> None:
    """Remove the working folder from the import path of `python -m bot.commands.main`, unless it is our checkout.

    `python -m` puts the working folder first, so a `json.py` in it would run. `askpolicy` and `python -P` do not add
    it. Other programs that import `bot` keep their path.
    """
    if sys.flags.safe_path or sys.argv[:1] != ["-m"]:
        return
    ours = any(argument.partition(".")[0] in _OURS for argument in sys.orig_argv[1:])
    checkout = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if ours and os.path.realpath(sys.path[0]) != os.path.realpath(checkout):
        del sys.path[0]


def use_one_thread() -> None:
    """Let numpy multiply matrices in one thread, unless the environment says otherwise.

    The matrices of a question are small. By default, OpenBLAS splits even these among threads, which keep processors
    busy while they wait for each other: the more questions at the same time, the longer. It has no effect if numpy was
    imported first.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def keep_files_in(folder: str | os.PathLike[str]) -> None:
    """Make gradio and matplotlib write their files to this folder, not to /tmp/gradio and the user's home."""
    os.environ["GRADIO_TEMP_DIR"] = os.path.join(folder, "gradio")
    os.environ["MPLCONFIGDIR"] = os.path.join(folder, "matplotlib")


silence()
use_one_thread()
distrust_working_folder()
