"""Renders a run as HTML: measures, confusion matrix, two curves with their tables, and every wrong answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from evals.measures.curves import reliability, risk_coverage
from evals.report.formats import GLOSSARY, counted, shown
from evals.report.tab.figures import Line, line_figure
from evals.report.tab.runs import Run

# The measures at the top, with their names in words.
_HEADLINES = (
    ("hit@1", "answerable questions whose first citation is right"),
    ("outcome_right", "questions with the right outcome"),
    ("not_covered_answered", "not in the policy, but answered"),
    ("off_topic_answered", "off topic, but answered"),
    ("fabricated_quotes", "quotes that are not in the policy"),
)
_USUAL_OUTCOMES = ("answered", "not_covered", "off_topic")
# Over a smaller share of the questions, a single one moves the curve too much.
_FROM = 0.05
# The shares of the questions, in percent, in the table under the risk-coverage curve.
_LISTED = range(10, 101, 10)


def run_html(run: Run) -> str:
    """Return the whole run as HTML, with headings from h3 down."""
    return (
        f'<div class="run"><p class="source">{escape(run.source)}</p>{_headlines_html(run)}'
        f'<div class="figures">{_confusion_html(run.confusion)}{_risk_html(run.scores)}'
        f"{_reliability_html(run.scores)}</div>{_measures_html(run)}{_wrong_html(run)}</div>"
    )


def progress_html(done: int, of: int) -> str:
    """Return the progress of a run as HTML: a sentence and a bar."""
    return (
        f'<p class="progress"><label for="run-progress">{done} of {of} questions asked.</label> '
        f'<progress id="run-progress" max="{of}" value="{done}"></progress></p>'
    )


def _headlines_html(run: Run) -> str:
    cards = "".join(
        f"<div><dt>{escape(words)}</dt><dd>{shown(name, run.measures.get(name))}</dd></div>"
        for name, words in _HEADLINES
    )
    return f'<dl class="headlines">{cards}</dl>'


def _confusion_html(confusion: Mapping[str, Mapping[str, int]]) -> str:
    others = sorted({outcome for row in confusion.values() for outcome in row} - set(_USUAL_OUTCOMES))
    outcomes = (*_USUAL_OUTCOMES, *others)
    rows = []
    for kind, counts in confusion.items():
        total = sum(counts.values())
        # A cell's shade shows its share of the row, in tenths. Its number says the same.
        cells = "".join(
            f'<td class="shade-{round(10 * counts.get(outcome, 0) / total)}">{counts.get(outcome, 0)}</td>'
            for outcome in outcomes
        )
        rows.append(f'<tr><th scope="row">{_plain(kind)}</th>{cells}</tr>')
    head = "".join(f'<th scope="col">{_plain(outcome)}</th>' for outcome in outcomes)
    table = (
        '<table class="confusion"><caption>Rows: kind of question. Columns: outcome. Darker cells have a larger share '
        f"of their row.</caption><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return f"<section><h3>Outcomes</h3>{_scrolling(table, 'Outcomes')}</section>"


def _risk_html(scores: Sequence[Mapping[str, Any]]) -> str:
    meant = [s for s in scores if s["outcome_right"] is not None]
    curves = {
        "outcome wrong, all questions": [(s["confidence"], s["outcome_right"] == 0) for s in meant],
        "first citation wrong, answered": [
            (s["confidence"], s["hit_at_1"] != 1) for s in meant if s["outcome"] == "answered"
        ],
    }
    found = {name: risk_coverage(pairs) for name, pairs in curves.items() if pairs}
    lines = [
        Line(name, [(share, risk) for share, risk in zip(*curve, strict=True) if share >= _FROM])
        for name, curve in found.items()
    ]
    highest = max((risk for line in lines for _, risk in line.points), default=0.0)
    figure = line_figure(
        "Risk and coverage",
        lines,
        x_label="share of questions kept, most confident first",
        y_label="share of them wrong",
        y_max=max(0.1, math.ceil(10 * highest) / 10),
    )
    rows = [
        (f"{share} %", *(f"{risks[math.ceil(len(risks) * share / 100) - 1]:.1%}" for _, risks in found.values()))
        for share in _LISTED
    ]
    return (
        "<section><h3>Risk and coverage</h3><p>How often the bot is wrong if only its most confident answers are kept."
        f"</p>{figure}{_numbers_html('Risk and coverage', ('kept', *found), rows)}</section>"
    )


def _reliability_html(scores: Sequence[Mapping[str, Any]]) -> str:
    pairs = [(s["confidence"], s["outcome_right"]) for s in scores if s["outcome_right"] is not None]
    stated, right = reliability(pairs) if pairs else ([], [])
    points = list(zip(stated, right, strict=True))
    figure = line_figure(
        "Reliability of the confidence",
        [Line("ten groups of equal size, by confidence", points, dotted=True)],
        x_label="stated confidence",
        y_label="share of right outcomes",
        diagonal=True,
    )
    rows = [(f"{x:.1%}", f"{y:.1%}") for x, y in points]
    return (
        "<section><h3>Reliability</h3><p>The stated confidence against the share of right outcomes. On the dashed "
        f"line, they agree.</p>{figure}{_numbers_html('Reliability', ('confidence', 'right'), rows)}</section>"
    )


def _numbers_html(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    return (
        f"<details><summary>{escape(name)} as a table</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></details>"
    )


def _measures_html(run: Run) -> str:
    rows = []
    for name, value in run.measures.items():
        if value is None:
            continue
        interval = None if counted(name) else run.intervals.get(name)
        between = " – ".join(shown(name, bound) for bound in interval) if interval else ""
        rows.append(
            f'<tr><th scope="row">{escape(name)}</th><td>{shown(name, value)}</td>'
            f"{f'<td>{between}</td>' if run.intervals else ''}<td>{escape(GLOSSARY.get(name, ''))}</td></tr>"
        )
    interval_head = '<th scope="col">95% interval</th>' if run.intervals else ""
    table = (
        f'<table class="measures"><thead><tr><th scope="col">measure</th><th scope="col">value</th>{interval_head}'
        f'<th scope="col">meaning</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )
    return f"<section><h3>All measures</h3>{_scrolling(table, 'All measures')}</section>"


def _scrolling(table: str, name: str) -> str:
    """Wrap a table so that it scrolls sideways on a narrow screen, with the keyboard too."""
    return f'<div class="scrolling" role="group" aria-label="{escape(name)}: table" tabindex="0">{table}</div>'


def _wrong_html(run: Run) -> str:
    faults = Counter(fault for wrong in run.wrong for fault in wrong["faults"])
    counts = ", ".join(f"{fault} {count}" for fault, count in faults.most_common())
    return (
        f"<section><h3>Wrong answers: {len(run.wrong)} of {len(run.scores)}</h3>"
        f"{f'<p>{escape(counts)}. Open one to see it next to the right answer.</p>' if run.wrong else ''}"
        f'<div class="wrong">{"".join(map(_wrong_answer_html, run.wrong))}</div></section>'
    )


def _wrong_answer_html(wrong: Mapping[str, Any]) -> str:
    case, answer = wrong["case"], wrong["answer"]
    tags = "".join(f'<span class="fault">{escape(fault)}</span> ' for fault in wrong["faults"])
    earlier = "".join(f"<p>After: {escape(question)}</p>" for question in case["history"])
    given = _quotes_html([c["quote"] for c in answer["citations"]]) or f"<p>{escape(answer['text'])}</p>"
    gold = "<p>or</p>".join(map(_quotes_html, case["evidence"])) or "<p>Nothing should be cited.</p>"
    return (
        f"<details><summary>{tags}{escape(case['question'])}</summary>{earlier}"
        f'<div class="pair"><div><h4>Given: {_plain(answer["outcome"])}, confidence '
        f"{answer.get('confidence', 0.0):.0%}</h4>{given}</div>"
        f"<div><h4>Expected: {_plain(case['kind'])}</h4>{gold}</div></div></details>"
    )


def _quotes_html(quotes: Sequence[str]) -> str:
    return "".join(f"<blockquote>{escape(quote)}</blockquote>" for quote in quotes)


def _plain(name: str) -> str:
    return escape(name.replace("_", " "))
