"""Tunes an encoder on the written corpus: moves questions close to the sentences that answer them, far from the rest.

A batch holds questions and sentences of one policy. The target of a question is a distribution over these sentences and
"none of them". Evidence has the highest weight, acceptable sentences have less. If the policy is silent on a question,
or if it is off-topic, all of its weight is on "none", which is a learned threshold.

With a teacher, the loss also pulls the student's similarities toward the teacher's: the KL divergence of the
distributions over sentences (Hinton et al. 2015, https://arxiv.org/abs/1503.02531), and the squared error of the
cosines between the questions and all texts in the batch. This needs no labels, so questions of other policies are
included.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bot.answering.decide import SCOPES
from bot.answering.retrieve import VOTE_SCALE
from bot.encoder.embedding import load_sentence_transformer
from bot.index.passages import passage_text
from bot.policies.questions import VisitorQuestion
from bot.types import Quote
from training.data import TrainingPolicy, encoder_policies, off_topic_questions

# A batch of fewer questions of a policy is left out.
_LEAST_QUESTIONS = 8
# What the outputs of the scope head are multiplied by: they are those of unit vectors, and so are small.
_SCOPE_SCALE = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """The hyperparameters of a run.

    batch: questions of one policy in a batch.
    candidates: sentences that they are compared with, at least their evidence.
    warmup: share of the steps in which the learning rate rises.
    acceptable_weight, later_evidence_weight: of a sentence in the target of a question, if its best evidence has 1.
    scope_weight, question_weight, distill_weight: of a part of the loss, if the one over sentences has 1.
    cosine_weight: of the cosines' squared error in distillation, if the KL divergence has 1.
    unlabeled: questions of any policy that distillation adds to a batch.
    off_topic_each: off-topic questions in a batch, part of `batch`.
    heading_share: share of the sentences that are encoded with their heading.
    """

    epochs: int = 4
    batch: int = 32
    candidates: int = 40
    learning_rate: float = 3e-5
    warmup: float = 0.1
    seed: int = 13
    acceptable_weight: float = 0.25
    later_evidence_weight: float = 0.6
    scope_weight: float = 0.3
    question_weight: float = 0.2
    distill_weight: float = 1.0
    cosine_weight: float = 10.0
    unlabeled: int = 16
    off_topic_each: int = 3
    heading_share: float = 0.7


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Questions of one policy, unlabeled questions of any policy, and the sentences to compare both with.

    policy: index of the policy. candidates: indexes of its sentences.
    """

    policy: int
    questions: list[VisitorQuestion]
    unlabeled: list[VisitorQuestion]
    candidates: list[int]


def batches(
    policies: list[TrainingPolicy],
    off_topic: list[VisitorQuestion],
    recipe: Recipe,
    rng: random.Random,
    *,
    with_unlabeled: bool,
) -> list[Batch]:
    """Return the batches of one epoch, in random order.

    Questions with the same best sentence are put in the same batch, in threes, so that the contrastive loss has pairs.
    with_unlabeled: add questions of all policies, for distillation.
    """
    result = []
    everybody = [q for policy in policies for q in policy.questions]
    for number, policy in enumerate(policies):
        groups: dict[object, list[VisitorQuestion]] = {}
        for question in policy.questions:
            key = question.evidence[0] if question.evidence else question.question
            groups.setdefault(key, []).append(question)
        threes = []
        for group in groups.values():
            rng.shuffle(group)
            threes += [group[i : i + 3] for i in range(0, len(group), 3)]
        rng.shuffle(threes)
        ordered = [q for three in threes for q in three]
        size = recipe.batch - recipe.off_topic_each
        for start in range(0, len(ordered), size):
            chosen = ordered[start : start + size]
            if len(chosen) < _LEAST_QUESTIONS:
                continue
            if off_topic:
                chosen = chosen + rng.sample(off_topic, recipe.off_topic_each)
            unlabeled = rng.sample(everybody, recipe.unlabeled) if with_unlabeled else []
            result.append(Batch(number, chosen, unlabeled, _candidates(chosen, policy, recipe, rng)))
    rng.shuffle(result)
    return result


def _candidates(
    questions: list[VisitorQuestion], policy: TrainingPolicy, recipe: Recipe, rng: random.Random
) -> list[int]:
    chosen = {i for q in questions for i in q.evidence}
    hard = [i for q in questions for i in (*q.distractors, *q.acceptable)]
    rest = list(range(len(policy.folder.policy.sentences)))
    rng.shuffle(hard)
    rng.shuffle(rest)
    for i in hard + rest:
        if len(chosen) >= recipe.candidates:
            break
        chosen.add(i)
    return sorted(chosen)


def noisy(text: str, rng: random.Random) -> str:
    """Return the question as another person might type it: in lower case, without punctuation, or with a typo."""
    if rng.random() < 0.3:
        text = text.lower()
    if rng.random() < 0.3:
        text = text.rstrip("?.! ")
    if rng.random() < 0.1 and len(text) > 8:
        at = rng.randrange(1, len(text) - 1)
        swapped, dropped = text[:at] + text[at + 1] + text[at] + text[at + 2 :], text[:at] + text[at + 1 :]
        text = swapped if rng.random() < 0.5 else dropped
    return text


class Encoder(nn.Module):  # type: ignore[misc]
    """A sentence-transformers model, with heads that are used only in training."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.scope = nn.Linear(int(model.get_embedding_dimension()), len(SCOPES))
        self.none_of_them = nn.Parameter(torch.tensor(0.35))

    def forward(self, texts: list[str]) -> Tensor:
        """Return unit vectors, shape (texts, dimension)."""
        vectors = self.model(self.model.preprocess(texts))["sentence_embedding"]
        return nn.functional.normalize(vectors, dim=-1)


def target_weights(batch: Batch, recipe: Recipe) -> Tensor:
    """Return the target distributions, shape (questions, candidates + 1). The last column is "none of them"."""
    column = {sentence: i for i, sentence in enumerate(batch.candidates)}
    weights = torch.zeros(len(batch.questions), len(batch.candidates) + 1)
    for row, question in enumerate(batch.questions):
        for rank, sentence in enumerate(question.evidence):
            weights[row, column[sentence]] = 1.0 if rank == 0 else recipe.later_evidence_weight
        for sentence in question.acceptable:
            if sentence in column:
                weights[row, column[sentence]] = recipe.acceptable_weight
        if not question.evidence:
            weights[row, -1] = 1.0
    return weights / weights.sum(dim=1, keepdim=True)


def _question_loss(vectors: Tensor, questions: list[VisitorQuestion]) -> Tensor:
    """Return the supervised contrastive loss (Khosla et al. 2020). Positive pairs have the same best sentence."""
    best = [q.evidence[0] if q.evidence else -1 - i for i, q in enumerate(questions)]
    keys = torch.tensor(best)
    same = (keys[:, None] == keys[None, :]) & ~torch.eye(len(best), dtype=torch.bool)
    rows = same.any(dim=1)
    if not rows.any():
        return vectors.sum() * 0
    logits = (vectors @ vectors.T * VOTE_SCALE).masked_fill(torch.eye(len(best), dtype=torch.bool), -1e4)
    log_p = logits.log_softmax(dim=1)
    return -((log_p * same).sum(dim=1) / same.sum(dim=1).clamp(min=1))[rows].mean()


@dataclasses.dataclass(frozen=True, slots=True)
class Teacher:
    """The teacher's unit vectors of every question and of every policy's sentences, computed once."""

    questions: dict[str, np.ndarray[Any, Any]]
    sentences: list[np.ndarray[Any, Any]]

    def vectors(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the teacher's vectors of the batch's questions, labeled or not, and of its candidates."""
        questions = np.stack([self.questions[q.read_as] for q in (*batch.questions, *batch.unlabeled)])
        return torch.from_numpy(questions), torch.from_numpy(self.sentences[batch.policy][batch.candidates])


def load_teacher(path: str, policies: list[TrainingPolicy], off_topic: list[VisitorQuestion]) -> Teacher:
    """Encode all training texts with the teacher. path: a sentence-transformers name or folder."""
    model = Encoder(load_sentence_transformer(path)).eval()
    texts = sorted({q.read_as for p in policies for q in p.questions} | {q.read_as for q in off_topic}, key=len)
    with torch.no_grad():
        vectors = [model(texts[i : i + 64]).numpy() for i in range(0, len(texts), 64)]
        sentences = [model(contexts(p, 1.0, random.Random(0))).numpy() for p in policies]
    return Teacher(dict(zip(texts, np.concatenate(vectors), strict=True)), sentences)


def contexts(policy: TrainingPolicy, heading_share: float, rng: random.Random) -> list[str]:
    """Return the text to encode for each sentence: with its heading, or without, as other texts may have none.

    heading_share: the share of sentences that keep their heading, 0 to 1.
    """
    source = policy.folder.policy
    return [
        passage_text(
            source.section(s.section_id).headings if rng.random() < heading_share else (),
            Quote(s.text, s.start, s.end),
            source.context_of(s),
        )
        for s in source.sentences
    ]


def train(
    model: Any,
    policies: list[TrainingPolicy],
    off_topic: list[VisitorQuestion],
    recipe: Recipe,
    teacher: Teacher | None = None,
) -> None:
    """Tune `model`, a SentenceTransformer, in place."""
    random.seed(recipe.seed)
    np.random.seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    encoder = Encoder(model).train()
    model.max_seq_length = min(int(model.max_seq_length), 128)
    heads = [*encoder.scope.parameters(), encoder.none_of_them]
    optimizer = torch.optim.AdamW(
        [{"params": encoder.model.parameters(), "lr": recipe.learning_rate}, {"params": heads, "lr": 1e-3}],
        weight_decay=0.01,
    )
    distill = teacher is not None
    plan = [b for _ in range(recipe.epochs) for b in batches(policies, off_topic, recipe, rng, with_unlabeled=distill)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(plan), recipe.warmup))
    begun, shown = time.time(), 0.0
    for step, batch in enumerate(plan):
        loss = _loss(encoder, batch, policies, recipe, rng, teacher)
        loss.backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        shown = 0.95 * shown + 0.05 * loss.item() if step else loss.item()
        if step % 20 == 0:
            left = (time.time() - begun) / (step + 1) * (len(plan) - step - 1)
            print(f"step {step}/{len(plan)}  loss {shown:.3f}  {left / 60:.1f} min left", flush=True)
    model.eval()


def _rate(step: int, steps: int, warmup: float) -> float:
    """Return the factor of the learning rate: a rise over the share `warmup` of the steps, times a fall to .02."""
    begin = max(1, math.ceil(steps * warmup))
    return min(1.0, (step + 1) / begin) * max(0.02, 1.0 - step / steps)


def _loss(
    encoder: Encoder,
    batch: Batch,
    policies: list[TrainingPolicy],
    recipe: Recipe,
    rng: random.Random,
    teacher: Teacher | None,
) -> Tensor:
    """Return the loss of a batch: over sentences, scopes and pairs of questions, and to the teacher if there is one."""
    asked = encoder([noisy(q.read_as, rng) for q in (*batch.questions, *batch.unlabeled)])
    texts = contexts(policies[batch.policy], recipe.heading_share, rng)
    sentences = encoder([texts[i] for i in batch.candidates])
    questions = asked[: len(batch.questions)]
    none = encoder.none_of_them.expand(len(questions), 1)
    log_p = (torch.cat([questions @ sentences.T, none], dim=1) * VOTE_SCALE).log_softmax(dim=1)
    loss = -(target_weights(batch, recipe) * log_p).sum(dim=1).mean()
    kinds = [q.kind if q.kind in SCOPES else "privacy" for q in batch.questions]
    scopes = torch.tensor([SCOPES.index(kind) for kind in kinds])
    loss = loss + recipe.scope_weight * nn.functional.cross_entropy(encoder.scope(questions) * _SCOPE_SCALE, scopes)
    loss = loss + recipe.question_weight * _question_loss(questions, batch.questions)
    if teacher is not None:
        loss = loss + _distillation_loss(asked, sentences, *teacher.vectors(batch), recipe)
    return loss


def _distillation_loss(
    asked: Tensor, sentences: Tensor, their_asked: Tensor, their_sentences: Tensor, recipe: Recipe
) -> Tensor:
    kl = nn.functional.kl_div(
        (asked @ sentences.T * VOTE_SCALE).log_softmax(dim=1),
        (their_asked @ their_sentences.T * VOTE_SCALE).softmax(dim=1),
        reduction="batchmean",
    )
    ours, theirs = torch.cat([asked, sentences]), torch.cat([their_asked, their_sentences])
    return recipe.distill_weight * (
        kl + recipe.cosine_weight * nn.functional.mse_loss(asked @ ours.T, their_asked @ theirs.T)
    )


def main() -> None:
    """Run `python -m training.train BASE OUT [--teacher FOLDER] [--epochs N] [--learning-rate X]`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("base", help="a sentence-transformers name or folder")
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", help="a tuned model to distill from")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--learning-rate", type=float, default=Recipe().learning_rate)
    parser.add_argument("--batch", type=int, default=Recipe().batch, help="questions in each batch")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    arguments = parser.parse_args()
    recipe = Recipe(
        epochs=arguments.epochs,
        learning_rate=arguments.learning_rate,
        batch=arguments.batch,
        seed=arguments.seed,
    )
    policies, off_topic = encoder_policies(), off_topic_questions()
    print(f"{sum(len(p.questions) for p in policies)} questions, {len(policies)} policies, {len(off_topic)} off-topic")
    teacher = load_teacher(arguments.teacher, policies, off_topic) if arguments.teacher else None
    model = load_sentence_transformer(arguments.base)
    train(model, policies, off_topic, recipe, teacher)
    model.save(str(arguments.out))


if __name__ == "__main__":
    main()
