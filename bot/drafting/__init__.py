"""From a policy to the drafts that its owner reviews.

answers   bot -> for each topic, the verdict to propose and the statements to cite
verdicts  question and statements -> yes or no, only if their words leave no doubt
sentences  statements -> a first plain sentence, if the checker has no objection
starters  drafts -> questions to begin with, different from each other
manifest  policy and starters -> the text of `manifest.toml`, with what to check
reviews   drafts -> the text of `answers.toml`, with what to check
toml_text  values -> TOML
rereading  the new words of a version -> the topics that they may speak to
nearness  the new words of a version -> the topics that they come near, with a wide margin
folder    a page or file -> a policy folder, written as a whole or not at all

Nothing here is used to answer: a draft counts once the owner has reviewed it.
"""
