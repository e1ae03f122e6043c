"""Questions whose words say whether they are for the policy. `reasons` uses all but `handling`.

parties     policy -> the others whom it names
offices     the places that the owner's routes lead to, by their names
companies   words in lowercase that are the names of companies and products
whose       a question about what somebody else does, or about giving data to others
laws        a question about what a law says
advice      a question about what the law allows the visitor or somebody else to do
handling    a question how this site handles the visitor's data, which is for the policy whatever else it is about
news        a question about what a state or a court does to an app or a company
tasks       a question how to do something with a product, or why it does what it does
troubles    a question about a thing that does not work, or an account that the visitor cannot enter
reasons     a question -> why it is not for the policy
"""
