"""The command line, `askpolicy`.

main      arguments, errors, exit codes; each command imports what it needs when it runs
batch     JSON Lines in, one answer or ranking a line out
check     whether model, policy and index fit together
terminal  answers and conversations on a terminal
"""
