"""The Gradio demo: interface only, everything it says comes from `Bot.ask`.

    page      builds the page, and adds it to a web service           bot.demo.page
    ask       the conversation next to the policy                     bot.demo.ask
    browse    the policy by section, with what people ask             bot.demo.browse, bot.demo.suggest
    parts     what the tabs share; `ExtraTab`, for tabs from outside  bot.demo.parts
    gate      the part of gradio that visitors can reach              bot.demo.gate, bot.demo.events

What a visitor types stays in the visitor's own browser page: it is sent to be answered, with the page's earlier
questions, and forgotten. No analytics, no cookies, nothing is fetched from other hosts.

Importing `bot.demo.page` needs gradio (`pip install 'askpolicy[demo]'`) and takes seconds.
"""
