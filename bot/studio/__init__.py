"""The owner's workbench, `askpolicy studio`: a web page on this machine on which a person reviews what the chat says.

    server       opens the port and prints the address
    app          assembles the application
    door         lets in only those who have the token
    pages        the pages
    review       the page on which an answer is reviewed, and its form
    api          what the page's script asks for
    preview      the chat on a sample page
    forms        the body of a request -> fields
    render       templates, and how far the chat is
    desk         the files, the chat and the board together
    files        what a policy folder holds, and edits of its files
    live         the chat as the folder is now, built in the background
    board        each topic with its answer; filters and counts
    entries      an answer in the form, and the checker's word on it
    questions    visitor questions to add
    words        the chat's own texts, in the owner's words
    said         what the chat says, as the page shows it
    replaced     what the version in use quotes and its draft no longer says
    policy_view  the policy as blocks with its statements
    publish      checks the folder and builds its index

The files of the folder are the truth. Nothing else is written, and nothing leaves this machine.
"""
