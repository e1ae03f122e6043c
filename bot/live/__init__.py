"""Compares a policy with its page as it is now, when its owner asks for that. Nothing is fetched while serving.

findings  one line of a check, and the whole check: as text, JSON and one line for monitoring
wording   two texts -> which statements are in both, word for word
page      the live page -> which statements it still has, and whether it has changed or moved
places    contacts, routes and the search -> which of them answer
check     runs a whole check
"""
