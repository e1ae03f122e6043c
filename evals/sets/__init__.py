"""Question sets: where they are stored, and how they are read.

paths      the files, for evals/ and training/ alike
cases      a set about our policy, or over given sentences -> cases
off_topic  the one split of CLINC150 into training and test
"""
