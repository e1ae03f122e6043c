"""Adapters for other frameworks.

langchain  `PolicyRetriever`, for LangChain
"""
