"""Cleans a visitor's question before any other step sees it.

cleaning       question -> cleaned question and warnings, or an outcome that ends the pipeline
personal_data  finds and masks personal data, by the rules in personal_data.json
control_codes  removes terminal control codes from text that is printed
"""
