"""The database that many machines share, PostgreSQL with pgvector: used only if the setting `database.url` names one.

connection  opens connections, gives one to many threads, explains what is wrong
migrations  brings the tables up to date, and back; sql/ holds the steps

Needs psycopg and pgvector: pip install 'askpolicy[postgres]'.
"""
