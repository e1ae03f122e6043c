"""Text -> vectors. Serving needs only ONNX Runtime; torch is needed only to train and export models.

embedding  texts -> unit vectors, with ONNX Runtime or sentence-transformers
files      reads an encoder's files and verifies their checksums
export     sentence-transformers model -> encoder folder
fusing     int8 model -> the same in fewer, larger steps
"""
