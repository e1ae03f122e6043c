"""The command line, `askpolicy`.

main      arguments, errors, exit codes; each command imports what it needs when it runs
batch     JSON Lines in; one answer or one ranking out for each
about     what a policy says about itself, as `index` prints it
labels    the statements of a policy, and what an upgrade of its labels changes
studio    opens the owner's workbench
check     checks the settings, the policy, the model, and the index
terminal  answers and conversations at a terminal
"""
