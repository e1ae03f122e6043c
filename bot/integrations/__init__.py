"""AskPolicy inside other frameworks.

langchain  `PolicyRetriever`, for chains of LangChain
"""
