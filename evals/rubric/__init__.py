"""Answers that people read and judge, blind: docs/rubric.md.

items      an answer as a visitor sees it
prepare    answers of one or more systems -> shuffled items for the readers, and a key
grades     the readers' files -> grades, checked
agreement  percent, Cohen's kappa
score      grades and key -> tables, and labels to commit
"""
