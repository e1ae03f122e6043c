"""Cleans a visitor's question before any other step sees it.

cleaning       question -> cleaned question and warnings, or an outcome that ends the pipeline
personal_data  finds and masks personal data, by the rules in personal_data.json
urgent         recognizes a visitor who may be in danger, by the rules in urgent.toml
words          text -> plain words, however they are typed
phrases        finds the phrases of rules in one pass
control_codes  removes terminal control codes from text that is printed
"""
