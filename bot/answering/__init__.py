"""What is asked -> answer. `bot.pipeline` calls `acts`, `finding`, `compose` and `parts`.

acts        a message that asks nothing of the policy -> what the visitor does, by the rules in acts.toml
finding     what is asked -> findings: calls the steps from `retrieve` to `polarity`
retrieve    question -> candidates, with the scores of each channel
own         question vector -> the owner's own topic that it asks about
rank        candidates -> hits, in answering order
topics      question vector -> topics; whether the policy speaks to each; the owner's answer; questions to ask next
audiences   statements for children or the residents of a place -> the heading that says so; after those for everybody
documents   the other documents in the file of a policy, on a product or some people
answered    whether a topic's own question is answered, and so may be suggested
coverage    how certain it is that a policy without a review speaks to each topic
silence     topics that the policy does not mention -> the ones that the answer names
telling     how many of the words that say what a question is about a statement has
decide      candidates and topics -> outcome; hits -> the ones to cite
facts       question -> a fact about the policy or its owner, and the statements that state it
definitions a question what a word means -> the statement that defines it
periods     a question how long -> a statement that says how long
recipients  a question whether somebody whom the policy names gets data
routes      question about something else -> where to go with it
sections    cited statements -> the same with the end of a short section
paragraphs  cited statements -> the same with the sentence that continues with the first
contacts    cited statements that say to contact the owner -> the same with the one that says how
sharing     a question who gets data in general -> a statement on each group that the policy lists
evidence    what is asked, with what was found for it
lists       cited statements -> whether they are a part of a list that is asked for, and its other entries
polarity    question and cited hits -> yes, no, depends, or none of these
links       words of the policy -> the address that opens the page at them
compose     outcome and hits -> the words of the answer
parts       the answers to several questions in one message -> one answer
last        the findings for all questions of the message before, for "where did you get that?"
cache       earlier findings, stored without their questions
fitted      the small models behind `rank` and `decide`
"""
