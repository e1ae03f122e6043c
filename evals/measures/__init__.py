"""What is measured. An answer becomes `Scores`, the scores of many become aggregates.

normalized    quotes found in a policy, whatever their white space
answers       one answer against its case; aggregates over a set
ranking       ranking measures, by ir-measures
units         benchmarks whose sentences or segments are given
significance  confidence intervals and paired tests
curves        risk and coverage, reliability
summary       all that a run keeps of one system on one set
"""
