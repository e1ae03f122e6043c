"""The offline evaluation. It asks the same `Bot.ask` as everybody; nothing in `bot/` imports it.

    sets      questions with their gold, and where their files are         evals.sets
    asking    cases -> answers, by our bot and by peers                    evals.asking
    measures  answers -> scores -> measures with intervals and tests       evals.measures
    peers     what others would start with, on the same questions          evals.peers
    gate      measures against baseline.json: nothing may become worse     evals.gate
    report    tables, pages, plots, comparisons, the demo's extra tab      evals.report
    safety    injections, garak, languages, personal data                  evals.safety
    bench     speed and footprint                                          evals.bench
    run       `python -m evals run`, from sets to a results folder         evals.run

`python -m evals` is the one command; `evals.files` reads and writes what these packages share.
"""

import bot  # noqa: F401  first: it silences packages that would report home

# What we are called next to the peers, in results, tables and pages.
OURS = "askpolicy"
