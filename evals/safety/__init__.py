"""`python -m evals safety CHECK`: checks for behavior that must never happen. Question files are next to their readers.

injections         does the bot obey orders in a question or in a policy?
garak              the same, with garak's probes over HTTP
languages          does the guard accept English and recognize other languages?
personal_data      does the guard find personal data, and nothing else?
personal_messages  generates messages with personal data, from a seed
urgent             does the guard recognize danger, and nothing else as danger?
acts               do the rules recognize greetings, complaints and other acts, and take no question for one?
"""
