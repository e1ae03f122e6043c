"""The core values. This folder imports nothing else of the project.

errors     the error for failures that a user can fix
outcome    the outcomes of a question; what visitors do if they ask nothing about the policy
spans      words of a policy, by their place in its text
statement  a statement as it is shown: its words, and those that they are read with
contact    where a visitor can go next
review     what the owner of a policy has reviewed
policy     a policy as published, and its parts
passage    what is searched for an answer
citation   a quote from the policy in an answer
answer     what is found for a question, and the reply to the visitor

All offsets count Unicode code points in the policy text and are half-open: `text[start:end]`. Each score has a name
that says what it measures, and no step overwrites the score of another.
"""
