"""What is searched: built once, written as one checksummed bundle, verified when it is read.

passages         a policy -> what is indexed, one passage for each sentence
vectors          the vector index; nothing else knows FAISS
lexical          BM25 over word stems
bundle_manifest  what a bundle says about itself
bundle           the index of a policy, as it is loaded
versions         bundles on disk behind one pointer, replaced without a gap
"""
