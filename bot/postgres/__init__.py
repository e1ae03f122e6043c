"""The database that many machines share, PostgreSQL with pgvector: used only if the setting `database.url` names one.

connection  opens connections, gives one to many threads, explains what is wrong
migrations  updates the tables, and takes them back; sql/ has the steps
bundles     published bundles in the database: written in one transaction, verified when they are read
texts       the text of every version
vectors     a vector index in the database
copies      local copies of them, for services
follower    a thread that keeps the copies up to date
sharing     a policy's index on this machine -> the database

Needs psycopg and pgvector: pip install 'askpolicy[postgres]'.
"""
