"""What was read from a policy, as `askpolicy index` and `new` print it: title, names, dates, contacts, language."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bot.commands.command import say
from bot.guard.control_codes import without_control_codes
from bot.policies.folder import PolicyFolder, count_fragments
from bot.types import Policy
from bot.wording import READ, language_name

# A policy of fewer sentences than this may be labels and dates without having been misread.
_FEWEST_TO_JUDGE = 10


def tell_reading(policy_folder: PolicyFolder) -> None:
    """Print what was read and what was not, and a warning if the text came out in pieces."""
    for line in about_lines(policy_folder.policy):
        say(line)
    for note in policy_folder.left_out:
        print(f"Left out: {without_control_codes(note)}")
    total = len(policy_folder.policy.sentences)
    fragments = count_fragments(policy_folder.policy)
    if total >= _FEWEST_TO_JUDGE and fragments > total / 2:
        print(
            f"askpolicy: {fragments} of {total} sentences have no end, so the text may have been read in pieces: give "
            "the policy in another format, such as HTML or Markdown.",
            file=sys.stderr,
        )


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
