"""What has to hold before anything else is imported: nobody is called, and the working folder is not believed.

`bot/__init__.py` imports this first, so it holds for the command line, the service and its workers, the demo, the
evaluation, training, and any program that imports a part of `bot`. Only modules that Python itself has loaded by now
are imported here, because others could come from the working folder.
"""

import os
import sys

# What packages read, and what each does without it. Measured with tests/trust/offline.py, every way out denied.
SILENT = {
    # onnxruntime 1.32: ten seconds after its import, looks up and connects to a telemetry host of Microsoft with a
    # device id, the system and the interpreter's path, and writes ~/.cache/Microsoft/DeveloperTools/.onnxruntime.
    # Read when it is imported; `disable_telemetry_events()` stops neither.
    "ORT_DISABLE_TELEMETRY": "1",
    # gradio 6: reports each start and use, and asks for its newest version (gradio/analytics.py).
    "GRADIO_ANALYTICS_ENABLED": "False",
    # huggingface_hub, below gradio and sentence-transformers: names what runs here in what it sends to its hub.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # transformers 5: a thread asks the hub for another form of a model's weights (safetensors_conversion.py).
    "DISABLE_SAFETENSORS_CONVERSION": "1",
    # haystack, a peer in the evaluation: reports to PostHog and keeps an id in ~/.haystack (haystack/telemetry).
    "HAYSTACK_TELEMETRY_ENABLED": "False",
}
# What `python -m` may run of ours.
_OURS = ("bot", "evals", "training")


def silence() -> None:
    """Switch off what packages report by themselves, whatever the environment says, here and in child processes."""
    if "onnxruntime" in sys.modules and os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        import warnings

        warnings.warn(
            "onnxruntime was imported before bot and reports to its maker: import bot first, or set "
            "ORT_DISABLE_TELEMETRY=1.",
            RuntimeWarning,
            stacklevel=2,
        )
    os.environ.update(SILENT)


def distrust_working_folder() -> None:
    """Take the working folder off the path of `python -m bot.commands.main`, unless our own code lies there.

    Python puts it first, so that a `json.py` there would run. `askpolicy` and `python -P` never do. A program of
    somebody else's that imports `bot` keeps its path.
    """
    if sys.flags.safe_path or sys.argv[:1] != ["-m"]:
        return
    ours = any(argument.partition(".")[0] in _OURS for argument in sys.orig_argv[1:])
    checkout = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if ours and os.path.realpath(sys.path[0]) != os.path.realpath(checkout):
        del sys.path[0]


def keep_files_in(folder: str | os.PathLike[str]) -> None:
    """Let gradio and matplotlib keep their files in this folder, not in /tmp/gradio and in the home of the user."""
    os.environ["GRADIO_TEMP_DIR"] = os.path.join(folder, "gradio")
    os.environ["MPLCONFIGDIR"] = os.path.join(folder, "matplotlib")


silence()
distrust_working_folder()
