"""The Gradio demo: interface only, everything it says comes from `Bot.ask`.

    page            puts the page together and into a web service
    ask             the conversation next to the policy
    browse          the policy by section, with what people ask
    suggest         which visitor questions a section shows
    html            answers and policy as HTML
    parts           what the tabs share
    events          what an event of the page may hold
    request_filter  what of gradio is reachable

What a visitor types stays in the visitor's own browser page: it is sent to be answered, with the page's earlier
questions, and forgotten. No analytics, no cookies, nothing is fetched from other hosts.

Importing `bot.demo.page` needs gradio (`pip install 'askpolicy[demo]'`) and takes seconds.
"""
