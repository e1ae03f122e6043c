from training.check_corpus import problems
from training.data import NearDuplicates


def test_no_training_question_is_repeated_or_held_out() -> None:
    assert list(problems()) == []


def test_near_duplicates_are_found() -> None:
    measured = NearDuplicates({"how long do you keep my ip address"})
    assert "How long do you keep my IP address??" in measured
    assert "how long do you keep my ip adress" in measured
    assert "how long do you keep my form" not in measured
