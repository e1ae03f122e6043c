"""The offline evaluation. It calls the same `Bot.ask` as every other caller; nothing in `bot/` imports it.

    files     JSON and JSON Lines, as sets and results folders store them
    sets      questions with their gold labels, and the paths of their files
    measures  answers -> scores -> measures with confidence intervals and tests
    peers     other frameworks' quick starts, on the same questions
    asking    cases -> answers, from our bot and from peers
    reading   policies in files, each indexed and asked as the command line does -> scores
    training_policies  the invented policies, each asked without its questions, and without its answers
    learning  what an owner's own questions add, from 0 to 300
    store     the same answers with the vectors in the shared database?
    gate      measures against baseline.json: no measure may get worse
    report    tables, pages, plots, comparisons, and the demo's extra tab
    bench     speed and footprint
    boundaries  sentence boundaries of legal English, with other libraries
    links     do the links to the words land, in Chromium?
    safety    injections, garak, languages, personal data
    run       `python -m evals run`: from sets to a results folder
    rubric    answers that people judge blind

`python -m evals` is the one command. Each name imports only names above it: tests/evals/test_import_order.py.
"""

import bot  # noqa: F401  first, because it turns off the telemetry of other packages

# Our name next to the peers', in results, tables and pages.
OURS = "askpolicy"
