"""The demo's extra tab: how well the bot answers, measured now or in a stored run. `app.py` adds it to the demo.

runs      a run of the question set, batch by batch or read from results/
figures   line plots as SVG
run_html  a run as HTML
build     the tab itself; importing it needs gradio, which `make demo` installs
"""
