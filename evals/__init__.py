"""The offline evaluation: question sets, measures, peers, report. Calls the same `Bot.ask` as everybody."""
