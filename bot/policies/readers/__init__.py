"""The bytes of a policy in any format -> its text as a reader sees it.

reading    the value that every reader returns
encodings  bytes -> text, whatever they were saved as
aligned    tables of plain text that blanks align -> tables with bars
kinds      a file's kind and the reader for it
markdown   Markdown, rendered to HTML and read as such
docx       Word documents, likewise
docx_terms lists of terms in them
pdf        PDF, by the places of its words
html       a page -> Reading, through the modules below
tree       a page -> elements
styles     style sheets in a page -> what they hide, set in bold type, on lines of its own, or apart
visible    elements that no reader sees
tabs       labels of tabs, to what they open
notes      footnotes, to where they are referred to
furniture  elements around the policy: menus, banners, footers
obstacles  what hides a policy: logins, questions for consent, scripts
words      texts that know where on the page they come from
blocks     elements -> headings, paragraphs, lists
tables     elements of a table -> rows
page       a page -> all that a browser shows of it, which links to its words are matched against

The text that readers of marked-up formats return has one form, which `bot.policies.parsing` reads: `# ` headings,
`• ` items indented by two spaces a level, tables as `| cell | cell |` lines, and blank lines between blocks.
"""
