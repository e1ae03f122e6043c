"""Answers -> `Scores` -> aggregates over a set.

normalized    finds quotes in a policy regardless of white space
companions    whether an answer cites what it must not be read without
spans         compares the spans that an answer cites with those that it should cite
answers       scores one answer against its case
aggregates    scores of answers -> the measures of a set
ranking       ranking measures, computed by ir-measures
reading       first citations and misleading quotes, over policies read from files
policies      refusals and silence over policies without visitor questions
units         public benchmarks that give the sentences or segments to rank
significance  confidence intervals and paired tests
curves        risk-coverage and reliability curves
boundaries    where a splitter starts new sentences
summary       everything that a run stores about one system on one set
"""
