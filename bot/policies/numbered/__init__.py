"""The rules that divided a text into statements in version 0.2.0, the last one whose labels were numbers. Frozen.

Only `bot.policies.upgrade` uses them, to find what a number in an older folder means. Never change them: the rules for
today's statements are in `bot.policies`.

blocks      lines -> headings, paragraphs, list items, table rows
statements  blocks -> statements, each with the words that govern it
sentences   prose -> sentences
"""
