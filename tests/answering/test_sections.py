from __future__ import annotations

from bot.answering.sections import ShortSections
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy

TEXT = f"""# Notice

We bake. Cakes are sold.

## If we are sold

Your data may go to the buyer. We will give notice first. Your data may go to the buyer.

## Cookies

{" ".join(f"Cookie {number} is kept for {number} days." for number in range(2, 9))}

## Logs

{"We log a lot of things, and that takes many words. " * 12}
"""


def test_only_a_short_section_is_quoted_to_its_end() -> None:
    policy = parse_policy(TEXT, id="notice")
    passages = make_passages(policy)
    sections = ShortSections(passages, policy.title)
    start = {passage.text[:8]: passage.index for passage in reversed(passages)}
    bake, sold, notice, cookie, log = (
        start[words] for words in ("We bake.", "Your dat", "We will ", "Cookie 2", "We log a")
    )
    assert sections.add([sold]) == (sold, notice)
    assert sections.add([notice]) == (notice, sold + 2)
    assert sections.add([notice, sold]) == (notice, sold)
    assert sections.add([cookie, sold]) == (cookie, sold)
    assert sections.add([log]) == (log,)
    assert sections.add([bake]) == (bake,), "it is below the title"
