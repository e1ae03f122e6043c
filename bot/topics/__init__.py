"""What people ask of a website's policies, the same for every policy.

catalog.jsonl    the topics: id, kind, name, question, and what a complete answer covers
names/           the names in the other languages
phrasings.jsonl  ways to ask about each topic; `python -m training.topics` fits the model on them
catalog          the topics and their names
model            question vector -> probability of each topic
statements       statement vector -> how much it says about each topic
"""
