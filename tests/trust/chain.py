"""A third-party program: our retriever in a LangChain chain, imported before any other module of ours."""

from bot.integrations.langchain import PolicyRetriever  # isort: skip
from bot import load_settings, open_bot

if __name__ == "__main__":
    print(PolicyRetriever(bot=open_bot(load_settings())).invoke("Do you sell my data?")[0].page_content)
