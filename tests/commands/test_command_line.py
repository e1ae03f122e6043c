from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.commands.main import main
from bot.pipeline import Bot

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("bot")  # builds the index


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as a separate process."""
    return subprocess.run(
        [sys.executable, "-m", "bot.commands.main", *arguments], input=stdin, capture_output=True, check=False
    )


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    heavy = {"numpy", "faiss", "onnxruntime", "pydantic", "langchain_core", "torch", "gradio", "rich", "bm25s"}
    code = f"import sys, bot, bot.commands.main; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_serving_loads_no_torch() -> None:
    code = (
        "import sys; from bot import load_settings, open_bot; open_bot(load_settings()).ask('do you sell my data');"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'langchain_core'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_prints_the_version_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"askpolicy {__version__}\n"


def test_ask_prints_a_readable_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "do you sell my data"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("No. Mass.gov does not sell data that could identify you.")
    assert "[1] We do not sell any personally identifiable information" in out
    assert "Dissemination of your personally identifiable information" in out
    assert err == ""


def test_ask_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--json", "do you sell my data"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["outcome"] == "answered"
    assert answer["policy"]["id"] == "massgov"


def test_ask_reads_standard_input_and_reports_bytes_that_are_not_utf8() -> None:
    good = run("ask", "--json", "-", stdin="do you “sell” my data?".encode())
    assert json.loads(good.stdout)["outcome"] == "answered"
    bad = run("ask", "-", stdin=b"do you \xff sell")
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert bad.stderr.decode().strip() == (
        "askpolicy: The question on standard input is not UTF-8 (byte 7 is invalid): send it as UTF-8 text."
    )


@pytest.mark.thorough
def test_an_argument_that_is_not_utf8_gets_an_outcome() -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"bot.commands.main", b"ask", b"--json", b"do you sell \xff my data"],
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout)["outcome"] == "answered"


def test_batch_gives_the_same_answers_from_a_pipe_and_from_a_file(tmp_path: Path) -> None:
    lines = b'{"id": 1, "question": "do you sell my data"}\nnonsense\n'
    piped = run("batch", stdin=lines)
    assert piped.returncode == 0
    assert piped.stderr == b""
    (tmp_path / "in.jsonl").write_bytes(lines)
    assert main(["batch", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "out.jsonl")]) == 0

    def outcomes(data: bytes) -> list[tuple[object, object]]:
        return [(a["id"], a["outcome"]) for a in map(json.loads, data.splitlines())]

    assert (
        outcomes(piped.stdout) == outcomes((tmp_path / "out.jsonl").read_bytes()) == [(1, "answered"), (None, "error")]
    )


def test_rank_writes_one_line_per_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {"policy": "p", "sentences": ["We sell nothing.", "Hello."], "questions": [{"question": "do you sell?"}]}
    (tmp_path / "in.jsonl").write_text(json.dumps(record))
    assert main(["rank", str(tmp_path / "in.jsonl")]) == 0
    assert json.loads(capsys.readouterr().out)["ranking"] == [0, 1]


def test_index_and_check(tmp_path: Path, small_policy_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(small_policy_file), "--out", str(tmp_path / "out")]) == 0
    assert "3 statements" in capsys.readouterr().out
    assert (tmp_path / "out" / "CURRENT").is_file()
    assert main(["check"]) == 0
    assert "WRONG" not in capsys.readouterr().out
    never_indexed = small_policy_file.rename(tmp_path / "never-indexed.txt")
    assert main(["check", "--policy", str(never_indexed)]) == 1
    assert f"build it with `askpolicy index {never_indexed}`" in capsys.readouterr().out


def test_a_failure_prints_one_sentence_and_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["ask", "--policy", "no-such-policy", "hello"],
        ["batch", str(tmp_path / "gone.jsonl")],
        ["batch", os.devnull, "--output", str(tmp_path / "no" / "folder.jsonl")],
        ["rank", str(tmp_path / "gone.jsonl")],
    ):
        assert main(arguments) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("askpolicy: ")
        assert len(err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["ask"], ["ask", "--nonsense", "x"], ["fly"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    assert exit.value.code == 2


@pytest.mark.thorough
def test_chat_follows_the_conversation_and_ends_at_an_empty_line() -> None:
    done = run("chat", stdin=b"do you store my IP address?\nand for how long?\n\n")
    assert done.returncode == 0
    assert done.stdout.decode().count("indefinitely") >= 2


def test_a_closed_pipe_does_not_crash_the_command() -> None:
    command = f"{sys.executable} -m bot.commands.main batch | head -n 1"
    lines = b'{"question": "do you sell my data"}\n' * 20
    done = subprocess.run(["bash", "-c", command], input=lines, capture_output=True, check=False)
    assert done.stderr == b""


@pytest.mark.thorough
def test_a_pipe_closed_before_the_answer_does_not_crash_the_command() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot.commands.main", "ask", "hello"],
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.thorough
def test_an_ascii_terminal_gets_the_characters_that_it_can_show() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.commands.main", "ask", "--json", "what is a persistent cookie – “really”?"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["question"] == "what is a persistent cookie – “really”?"


@pytest.mark.thorough
def test_chat_continues_after_input_that_is_not_utf8() -> None:
    done = run("chat", stdin=b"do you sell \xff my data?\n\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"We do not sell" in done.stdout


@pytest.mark.thorough
def test_a_lone_surrogate_in_a_file_does_not_end_the_run(tmp_path: Path) -> None:
    lines = b'{"id": "\\ud800", "question": "hello"}\n{"id": 2, "question": "hello"}\n'
    (tmp_path / "in.jsonl").write_bytes(lines)
    assert main(["batch", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "out.jsonl")]) == 0
    piped = run("batch", stdin=lines)
    for data in ((tmp_path / "out.jsonl").read_bytes(), piped.stdout):
        assert [json.loads(line)["id"] for line in data.splitlines()] == ["\ud800", 2]


@pytest.mark.parametrize("command", ["batch", "rank"])
def test_the_input_is_never_overwritten(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    assert main([command, str(path), "--output", str(tmp_path / "." / "lines.jsonl")]) == 1
    assert "is also the input and would be overwritten: choose another" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "{}\n"


def test_progress_is_shown_on_a_terminal_if_the_output_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text('{"question": ""}\n' * 2, encoding="utf-8")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["batch", str(lines), "--output", str(tmp_path / "out.jsonl")]) == 0
    assert capsys.readouterr().err == "\r1 done\r2 done\n"


def test_a_bad_benchmark_ends_with_a_one_sentence_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = '{"sentences": ["We sell nothing."], "questions": [{"question": "do you sell?"}]}'
    (tmp_path / "in.jsonl").write_text(f'{good}\n{{"sentences": 3}}\n', encoding="utf-8")
    assert main(["rank", str(tmp_path / "in.jsonl")]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["ranking"] == [0]
    assert err.startswith('askpolicy: Line 2 needs "sentences" or "segments"')


def test_check_names_an_invalid_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASKPOLICY_DECIDE__CAUTION", "2")
    assert main(["check"]) == 1
    assert capsys.readouterr().out.startswith("WRONG  The setting 'decide.caution' is not valid")


def test_check_names_a_damaged_index(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    path = bot.settings.home / "massgov" / bot.bundle.version / "policy.txt"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"not sell", b"now sell"))
    try:
        assert main(["check"]) == 1
        assert main(["ask", "do you sell my data"]) == 1
    finally:
        path.write_bytes(whole)
    out, err = capsys.readouterr()
    assert "WRONG  The index in" in out
    assert "is damaged (the checksum of policy.txt does not match): build it again with `askpolicy index`" in out
    assert err.startswith("askpolicy: The index in")


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.commands.terminal.chat", interrupted)
    assert main(["chat"]) == 130
    assert capsys.readouterr().err == ""


def test_standard_input_and_chat_in_this_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("do you sell “my” data?".encode())))
    assert main(["ask", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == "do you sell “my” data?"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"do you \xff sell")))
    assert main(["ask", "-"]) == 1
    assert capsys.readouterr().err.endswith("(byte 7 is invalid): send it as UTF-8 text.\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": 5, "question": ""}\n')))
    assert main(["batch"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == 5
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    assert main(["chat"]) == 0


def test_the_bot_in_the_tests_is_the_shipped_one(bot: Bot) -> None:
    assert len(bot.bundle.passages) == 95


def test_help_has_an_example_for_each_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    commands = re.findall(r"^    (\w+)  ", text, re.MULTILINE)
    assert {"index", "ask", "chat", "batch", "rank", "insights", "serve", "check"} <= set(commands)
    for command in commands:
        assert f"\n  askpolicy {command}" in text
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert f"askpolicy {command}" in capsys.readouterr().out.partition("example:")[2]


def test_each_command_in_the_docs_exists(capsys: pytest.CaptureFixture[str]) -> None:
    named = set(re.findall(r"^    askpolicy (\w+)", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE))
    assert len(named) >= 7
    for command in named:
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0, command
