"""The set `reading`: ten questions for each of thirty policies of very different owners, in every format.

words       text -> folded words and fingerprints of words, found again in any reading of a policy
labels      labels/*.json -> questions, evidence and traps; a labeler's working file -> such a file
make_files  sources/*.html -> the PDF and Word files of policies/

policies/ has thirteen invented policies. The other policies are real: they may not be copied, so their labels hold
fingerprints of words instead of words. Nothing is trained on any of them.
"""
