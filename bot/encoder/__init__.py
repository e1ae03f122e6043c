"""Text -> vectors. Serving needs ONNX Runtime alone; torch is for building.

embedding  texts -> unit vectors, by ONNX Runtime or by sentence-transformers
files      an encoder's files, checked against their checksums
export     a sentence-transformers model -> an encoder folder
"""
