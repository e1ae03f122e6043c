"""The search index: built once, written as one checksummed bundle, verified on every load.

passages         policy -> passages to index, one for each statement
passage_topics   what the passages are about
vectors          the vector index; the only module that uses FAISS
lexical          BM25 over word stems
bundle_manifest  `bundle.json`: what a bundle was built for, and its checksums
bundle_files     a policy, its questions and their vectors <-> the other files of a bundle
versions         the versions of a bundle on disk, replaced without downtime
built_for        which version was built for a policy
bundle           a policy's index: builds it and loads it
"""
