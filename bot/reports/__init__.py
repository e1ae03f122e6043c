"""Documents that a buyer or a public body asks for, filled in from the running system and its tests.

document       what a document consists of: sections of entries, each with its proofs
facts          settings, policy, manifest, model -> what the documents may say
content        content/*.toml and the facts -> a document
models         the model cards, from bot/models
sbom           the software bill of materials, CycloneDX 1.6
pages          a document -> HTML, Markdown

content/ has the words of the documents, templates/ their layout.
"""
