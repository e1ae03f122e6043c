"""A cleaned question -> an answer. `bot.pipeline` calls these in this order.

understand  the cleaned question and its history -> what is asked
retrieve    the question -> candidates, with what each channel says of them
rank        candidates -> hits, the likeliest first
decide      candidates -> an outcome; hits -> those that are cited
polarity    whether a yes/no question is answered yes or no
compose     outcome and hits -> the words of an answer
cache       answers that were given before, kept without their questions
fitted      the small models behind `rank` and `decide`
"""
