"""Cleaned question -> answer. `bot.pipeline` calls `acts`, `understand`, `finding` and `compose`.

acts        a message that asks nothing of the policy -> what the visitor does, by the rules in acts.toml
understand  cleaned question and history -> what is asked
fronted     a question that names first what it is about -> the same in the usual order
ellipsis    a question that leaves out words -> the same with those of the question before
completions  more rules for `ellipsis`
clauses     English question -> its auxiliary, subject, verb, and noun phrases
spelling    misspelled words -> the words of the policy and its visitors
english     the English words, so that `spelling` knows a right word
introductions  a question without who asks it
stories     a question after a story -> other ways to read it
plain       a question without marks and courtesies around it; what the site is told to do -> a question
several     several questions in one -> each of them; their answers -> one answer
finding     what is asked -> findings: calls the steps from `retrieve` to `polarity`
retrieve    question -> candidates, with the scores of each channel
own         question vector -> the owner's own topic that it asks about
rank        candidates -> hits, the most relevant first
topics      question vector -> topics; how surely the policy speaks to each; the owner's answer; questions to ask next
answered    whether a topic's own question is answered, and so may be suggested
coverage    how surely a policy without a review speaks to each topic
silence     topics that the policy does not mention -> the ones that the answer names
decide      candidates and topics -> outcome; hits -> the ones to cite
facts       question -> a fact about the policy or its owner, and the statements that state it
elsewhere   a question whose words say that it is not for the policy, by the next five
laws        a question about what a law says
advice      a question about what the law allows the visitor or somebody else to do
whose       a question about what somebody else does, or about giving data to others
parties     policy -> the others whom it names
recipients  a question whether somebody whom the policy names gets data
troubles    a question about a thing that does not work
names       the owner's names in a question mean "you"
routes      question about something else -> where to go with it
sections    cited statements -> the same with the end of a short section
lists       cited statements -> whether they are a part of a list that is asked for, and its other entries
polarity    question and cited hits -> yes, no, depends, or none of these
links       words of the policy -> the address that opens the page at them
compose     outcome and hits -> the words of the answer
cache       earlier findings, stored without their questions
fitted      the small models behind `rank` and `decide`
"""
