"""What happens to one policy: it is read, embedded, and published. Both engines call these functions, in this order."""

from __future__ import annotations

from bot.building.publishers import Publisher
from bot.building.results import Built
from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.index.bundle import embed_policy
from bot.opening import bundle_folder
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.settings import Settings
from bot.types import AskPolicyError


def read(name: str, settings: Settings) -> PolicyFolder:
    """Read a policy and divide it into statements. Raises AskPolicyError, whatever is wrong with it.

    Among thousands of policies, one that a reader fails on must not stop the others.
    """
    try:
        return load_policy_folder(name, settings.corpus, settings.fetch)
    except AskPolicyError:
        raise
    except Exception as error:
        raise AskPolicyError(
            f"{name} cannot be read ({type(error).__name__}: {error}): please report this with the file."
        ) from error


def embed(policy_folder: PolicyFolder, embedder: OnnxEmbedder, settings: Settings) -> FloatArray:
    """Return the vectors of a policy. Those of texts in its current index are taken from there.

    The vector of a text depends on nothing else, so it is the same however many policies and workers there are.
    """
    return embed_policy(policy_folder, embedder, bundle_folder(policy_folder, settings))


def publish(policy_folder: PolicyFolder, vectors: FloatArray, publisher: Publisher) -> Built:
    """Publish a policy. Raises AskPolicyError if that fails; then it would fail for every other policy, too."""
    version = publisher.publish(policy_folder, vectors)
    policy = policy_folder.policy
    return Built(policy.id, version, len(policy.sentences), len(policy_folder.questions))
