"""A program of somebody else's: our retriever in a LangChain chain, imported before anything else of ours."""

from bot.integrations.langchain import PolicyRetriever  # isort: skip
from bot import load_settings, open_bot

if __name__ == "__main__":
    print(PolicyRetriever(bot=open_bot(load_settings())).invoke("Do you sell my data?")[0].page_content)
