"""The offline evaluation: question sets, measures, peers, report. Calls the same `Bot.ask` as everybody."""

import bot  # noqa: F401  first: it silences packages that would report home
