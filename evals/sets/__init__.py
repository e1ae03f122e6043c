"""Question sets.

paths      the paths of the files, for evals/ and training/
off_topic  the split of CLINC150 into training and test utterances
boundaries  sentence boundaries of legal English
cases      files of questions -> cases
typos      one-letter typos, the same in every run
companions  statements that an answer needs along with others
plain_sentences  plain sentences that people have judged
reading/   policies of many owners, in every format, with labels that name words
"""
