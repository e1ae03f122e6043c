import pytest

from bot.answering.troubles import asks_for_repair


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("my headset won't connect", True),
        ("why is my new scanner not working", True),
        ("why won't my phone charge", True),
        ("the camera doesn't turn on", True),
        ("my old tablet keeps crashing when I record", True),
        ("how do I fix my screen", True),
        ("the opt-out link doesn't work", False),
        ("my request to delete my data isn't loading", False),
        ("does the camera record me", False),
        ("my photos are not stored, right?", False),
    ],
)
def test_a_thing_that_does_not_work_is_known_by_its_words(question: str, expected: bool) -> None:
    assert asks_for_repair(question) is expected
