"""What people read of a run.

formats      how a value is written, and what each measure means
faults       what is wrong with an answer, in words
tables       the terminal
page, plots  `python -m evals report`: one self-contained page
compare      `python -m evals compare`: two results folders
environment  the versions and settings that a run was made with
tab          the Gradio demo's extra tab
"""
