"""The command line, `askpolicy`.

main      the list of all commands, errors, and exit codes
command   what a command has: a name, a summary, arguments, and a function; and what several share

Each of these has one command or a few, and imports what they need when they run:

reading   index, statements, upgrade: what was read from a policy, and its labels
build     build: many policies -> their indexes
new       new: a page or file -> a policy folder with drafts
versions  migrate, publish, rollback: the versions of a policy folder
diff      diff: what changed between two versions
asking    ask, chat: questions at a terminal
batch     batch, rank: JSON Lines in; one answer or one ranking out for each
serving   serve, embed: the service, and the HTML for a page
studio    studio: opens the owner's workbench
database  database: sets up the database that many machines share, and updates it
checking  check: problems, and how to fix them
insights  insights: what visitors ask, as text, JSON, a page, or a table
switches  pause, resume, notice: what visitors of a running service see
kept      audit, export, delete: what is kept
report    report: documents for procurement

These print or find something for them:

terminal  answers and conversations at a terminal
streams   standard input and output, and files of JSON Lines
about     what was read from a policy, as `index` and `new` print it
labels    the statements of a policy, and what an upgrade of its labels changes
check     problems with the settings, the policy, the model, and the index
live      what differs between a policy and its live page
"""
