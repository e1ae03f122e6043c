"""The demo's extra tab: how well the bot answers, asked now or from a stored run. `app.py` hands it to the demo.

runs      a run of the question set, batch by batch or read from results/
run_html  a run as HTML
figures   line figures as SVG
build     the tab itself; importing it needs gradio, which `make demo` installs
"""
