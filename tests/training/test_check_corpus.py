from training.check_corpus import problems
from training.data import NearDuplicates


def test_no_written_question_stands_twice_or_is_one_for_measuring() -> None:
    assert list(problems()) == []


def test_what_is_nearly_the_same_is_found() -> None:
    measured = NearDuplicates({"how long do you keep my ip address"})
    assert "How long do you keep my IP address??" in measured
    assert "how long do you keep my ip adress" in measured
    assert "how long do you keep my form" not in measured
