"""Builds the indexes of many policies: reads, divides into statements, embeds, and publishes each of them.

sources     folders, files and lists -> the policies to build
steps       what happens to one policy, the same for both engines
publishers  where the index of a policy is published
results     what was built, and what could not be
loop        the plain engine: one policy after the other
cluster     the Ray engine: a streaming pipeline on this machine or on a Ray cluster
pipeline    the stages of that pipeline, which run in Ray's workers
ledger      what an interrupted build on Ray has finished
"""
