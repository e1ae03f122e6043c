"""A policy as its owner keeps it: read, checked and cut into sentences with exact offsets.

folder    a folder under corpus/, or a single file -> policy, visitor questions, starters
manifest  the manifest of a folder: what may stand in it, and how it is read
parsing   the text of a policy -> sections and sentences
"""
