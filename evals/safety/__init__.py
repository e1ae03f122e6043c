"""What must not happen: `python -m evals safety CHECK`. Each file of questions is next to its reader.

injections         is anything that is typed, or written into a policy, obeyed?
garak              the same, with garak's probes over HTTP
languages          is English let through, and every other language recognized?
personal_data      is personal data found, and nothing else?
personal_messages  messages with personal data in them, made from a seed
"""
