"""The Gradio demo: interface only, everything it says comes from `Bot.ask`.

    page      puts the page together and into a web service     bot.demo.page
    ask       the conversation beside the policy                bot.demo.ask
    browse    the policy by section, with what people ask       bot.demo.browse, bot.demo.suggest
    evaluate  a run of the question set, with its plots         bot.demo.evaluation, bot.demo.measure
    gate      what of gradio is reachable                       bot.demo.gate

What a visitor types lives in the visitor's own browser page and nowhere else: it is sent to be answered, with the
page's earlier questions, and forgotten. No analytics, no cookies, nothing is fetched from other hosts.

Importing `bot.demo.page` needs gradio (`pip install 'askpolicy[demo]'`) and takes seconds.
"""
