"""Cleans a visitor's question before any other step sees it.

cleaning       question -> cleaned question and warnings, or an outcome that ends the pipeline
personal_data_file  the rules for personal data, in personal_data.json
personal_data_text  message -> the plain message that these rules read
personal_data_rule  one of these rules, compiled
personal_data  finds and masks personal data by these rules
urgent         recognizes a visitor who may be in danger, by the rules in urgent.toml
words          text -> plain words, however they are typed
phrases        finds the phrases of rules in one pass
control_codes  removes terminal control codes from text that is printed
"""
