"""What owners learn from usage: counts, and the feedback that visitors choose to give.

feedback  the database of counts and feedback: cleaned, limited in size, deleted on time
insights  database -> what visitors ask, as text, JSON or a page
"""
