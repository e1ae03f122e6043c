"""Shows the results of a run to people.

formats      formats values and explains each measure
faults       names what is wrong with an answer
tables       tables on the terminal
page, plots  `python -m evals report`: one self-contained page
compare      `python -m evals compare`: two results folders
environment  the versions and settings that a run used
tab          the Gradio demo's extra tab
"""
