"""A visitor's words -> what the rest may see of them.

cleaning       a question -> a cleaned question and warnings, or an outcome that ends it
personal_data  finds and masks personal data, by the rules in personal_data.json
language       which language a question is in
control_codes  keeps what a terminal would obey out of what is printed
"""
