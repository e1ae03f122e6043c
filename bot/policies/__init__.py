"""A policy as its owner keeps it: read, checked and cut into statements with exact offsets.

A policy and its folder:

    folder     a folder under corpus/, or a single file -> policy, visitor questions, starters
    manifest   the manifest of a folder: its keys, and how it is read
    problems   what is wrong with a file that an owner writes, in one sentence
    questions  the visitor questions of a folder
    wording    the owner's own fixed texts, from wording.toml
    routes     where questions about something else belong, and which places to check again
    reviewed   the answers that the owner has approved, and drafts of others, from answers.toml
    source     a page or file -> its policy, and the bytes that a folder keeps of it
    writing    files and folders to disk, in one step

Text -> sections and statements:

    readers/       bytes of a text, Markdown, HTML, PDF or Word file -> text as a reader sees it
    parsing        the text of a policy -> sections and statements: blocks, then statements
    groups         text -> groups of lines
    blocks         lines -> headings, paragraphs, list items, table rows
    ends           whether words are a question, or continue in what follows
    contents       tables of contents among blocks, of which nothing is cited
    statements     blocks -> statements, each with its context
    governing      whether a heading governs the words below it
    announcements  a line above headings -> the headings that it announces
    items          which items of a list a new one is inside of
    neighbors      the sentences that a statement depends on, and those that limit it
    openings       whether a sentence needs the one before it, or limits it, by its first words
    phrases        words that say nothing by themselves: labels, fields, sentences that lost their link
    empty          statements that say nothing by themselves, or add nothing to another one
    sentences      prose -> sentences; oversized ones are cut
    boundaries     whether a mark such as a period ends a sentence
    abbreviations  the words that `boundaries` needs
    places         where a policy's words are on its page, and where they lead

What a policy says about itself:

    about        policy and file -> its title, its owner's names, dates, contacts, language
    titles       policy and file -> its title
    owner        policy and file -> the names of its owner and its site
    short_names  the name of an owner -> what people call it for short
    products     statements -> the owner's products that have names of their own
    facts        statements -> those that say something about the policy itself or its owner
    dated        statements that say when the policy was changed or took effect
    dates        finds dates in prose

Labels, which name statements by their words:

    anchors      the words that labels and caveats name a statement by
    placing      where a labeled statement is after a change
    label_files  the files with labels, changed in place
    upgrade      the labels of a folder, rewritten after a change
    numbered/    what the numbers in older folders mean

Versions:

    versions     where the versions of a folder are, and their history
    switching    puts another version in place of the one in use, as a whole
    differences  two versions -> what changed, statement by statement
    carrying     where a labeled statement is in the next version
    migrate      a policy folder and a new text -> the folder's next version

Reviewed answers:

    answers_file   edits one entry of answers.toml, and keeps the rest of the file
    review_check   proves that reviewed answers say nothing that their statements do not say
    review_tokens  a sentence -> words, each with the "not" or "may" that governs it
    plain_words    plain words for the hard ones of policies
    review_words   words without content, and plain synonyms
    translations   whether translations keep numbers, names, "not" and "may"
    grade          the reading grade of a text

Policies at an address:

    address  the address of a page -> its policy text
    fetch    the address of a page -> its bytes
    hosts    what may be fetched: addresses, names and networks
"""
