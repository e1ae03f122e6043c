"""What `askpolicy index` prints about a policy: title, names, dates, contacts, language."""

from __future__ import annotations

from collections.abc import Iterator

from bot.types import Policy
from bot.wording import READ, language_name


def about_lines(policy: Policy) -> Iterator[str]:
    """Yield a line for each thing that the policy says about itself."""
    yield f"Title: {policy.title}"
    names = dict.fromkeys((*([policy.site] if policy.site != policy.title else []), *policy.names))
    if names:
        yield f"Owner and site: {', '.join(names)} (in a question, these mean “you”)"
    if policy.effective:
        yield f"In effect since: {policy.effective}"
    if policy.updated:
        yield f"Updated: {policy.updated}"
    for contact in policy.contacts:
        yield f"Contact ({contact.role}): {contact.name}"
    yield f"Language: {language_name(policy.language)} ({policy.language})"
    if policy.language != READ:
        yield (
            "This chat reads policies in English. From this one, it can only answer with contacts, dates and who is "
            "responsible, if the question is in English."
        )
