"""The command line, `askpolicy`.

main      arguments, errors, exit codes; each command imports what it needs when it runs
batch     JSON Lines in; one answer or one ranking out for each
new       `askpolicy new`: a page or file -> a policy folder with drafts
about     what was read of a policy, as `index` and `new` print it
labels    the statements of a policy, and what an upgrade of its labels changes
studio    opens the owner's workbench
live      compares a policy with its live page
report    documents for procurement
diff      what changed between two versions: in a terminal, as JSON, as a page
versions  drafts the next version of a policy folder, publishes it, goes back
database  sets up the database that many machines share, and updates it
check     checks the settings, the policy, the model, and the index
insights  what visitors ask, as text, JSON, a page, or a table
switches  pauses the answers, and shows notices
kept      what is kept: the audit, exports, and deletion
terminal  answers and conversations at a terminal
"""
