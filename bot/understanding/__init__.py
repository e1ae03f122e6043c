"""Cleaned question and history -> what is asked. `bot.pipeline` calls `understand`, which uses the others.

plain       a question without marks and courtesies around it; what the site is told to do -> a question
names       the owner's names in a question mean "you"
english     the English words, so that `spelling` knows a right word
spelling    misspelled words -> the words of the policy and its visitors
introductions  a question without who asks it
clauses     English question -> its auxiliary, subject, verb, and noun phrases
forms       other forms of English words: of nouns, and of regular and irregular verbs
indirect    a wish to know -> the question: "I wonder if you sell it" -> "do you sell it"
fronted     a question that names first what it is about -> the same in the usual order
several     several questions in one -> each of them
leads       the words that connect a question with the one before: "and what about"
completions  rules for `ellipsis`
sayings     more of them, for what people say of the whole question before: "is that the same if I call?"
things      what "it" points to, and a thing left out: "who sees it?"
follow_ups  whether a question may depend on those before it
echoes      what a visitor makes of an answer -> a question: "so you keep it?" -> "do you keep it?"
ellipsis    a question that leaves out words -> the same with those of the question before
corrections  a message that corrects how the one before was understood -> the question that is meant
plans       thanks with a plan ask nothing: "thank you, I'll use the form then"
restating   how a question is shown as it was read
general     a question about the visitor's own things -> the same about data
stories     a question after a story -> other ways to read it
understand  a message -> its questions in full, and the earlier questions that they need
"""
