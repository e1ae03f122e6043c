"""What owners learn from usage, and what they switch: counts, feedback, questions passed on, pauses, and the audit.

values         what is kept, with its limits
words          a visitor's words -> what may be kept of them
store          what a store can do
limits         what no store exceeds
schema         the tables of the SQLite database, and how an older one becomes a current one
database       the SQLite file: created, opened, explained
sql_store      what the next two have in common: the rows, and when there is no more room
sqlite         a store in SQLite: limited in size, deleted on time
postgres       a store in PostgreSQL, for several machines
switches_only  a store that keeps nothing from visitors
who            the system user who runs a command, for the audit
opening        settings -> the store that they describe
groups         questions -> groups with the same topic or a similar meaning
weeks          counts -> weeks and topics, without numbers that are small enough to point to a person
insights       store -> what visitors ask
terminal       insights on a terminal
page           insights as a page
table          insights as a table for spreadsheets
"""
