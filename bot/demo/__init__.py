"""The Gradio demo, which is only a user interface: every answer comes from `Bot.ask`.

    page            builds the page and adds it to a web service
    ask             the conversation next to the policy
    browse          the policy by section, with what people ask
    own_policy      reads a policy file of the visitor's own, in memory, and answers from it
    own_tab         the tab for it
    suggest         chooses the visitor questions for each section
    turn            renders a question and its answer as HTML
    html            renders the policy and links as HTML
    parts           what the tabs share
    events          checks what the page's events may contain
    request_filter  limits what visitors can reach of Gradio

A visitor's words stay on the page in the visitor's browser. The page sends each question, with the earlier ones, to be
answered; the server then forgets them. There are no analytics and no cookies, and nothing is loaded from other hosts.

Importing `bot.demo.page` needs Gradio (`pip install 'askpolicy[demo]'`) and takes seconds.
"""
