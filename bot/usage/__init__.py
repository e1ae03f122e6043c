"""What is learned from use: numbers, and the feedback that visitors choose to give.

feedback  the database of counts and feedback: cleaned, bounded, deleted on time
insights  the database -> what visitors ask, as text, JSON or a page
"""
