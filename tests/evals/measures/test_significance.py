import pytest

from evals.measures.significance import confidence_intervals, differences, paired_randomization


def mean(values):
    return {"mean": sum(values) / len(values)}


def test_an_interval_contains_the_value_and_repeats_exactly():
    values = [1.0] * 60 + [0.0] * 40
    low, high = confidence_intervals(values, mean)["mean"]
    # The normal approximation: 0.6 ± 1.96 * sqrt(0.24 / 100) = 0.504 to 0.696.
    assert low == pytest.approx(0.504, abs=0.02)
    assert high == pytest.approx(0.696, abs=0.02)
    assert confidence_intervals(values, mean)["mean"] == (low, high)
    assert confidence_intervals(values, mean, seed=1)["mean"] != (low, high)


def test_an_interval_without_spread_is_a_point():
    assert confidence_intervals([0.5, 0.5], mean)["mean"] == (0.5, 0.5)


def test_a_statistic_without_a_value_has_no_interval():
    assert confidence_intervals([1.0], lambda _: {"none": None}) == {}
    assert confidence_intervals([], mean) == {}


def test_equal_systems_do_not_differ():
    values = [1.0, 0.0, 1.0]
    assert paired_randomization(values, values, mean)["mean"] == 1.0


def test_a_clear_difference_is_significant_and_a_small_one_is_not():
    assert paired_randomization([0.0] * 20, [1.0] * 20, mean)["mean"] < 0.001
    assert paired_randomization([0.0, 1.0, 0.0], [1.0, 1.0, 0.0], mean)["mean"] == pytest.approx(1.0)


def test_the_p_value_is_that_of_all_swaps():
    # Four questions, all better: two of the 16 ways to swap give as large a difference.
    assert paired_randomization([0.0] * 4, [1.0] * 4, mean)["mean"] == pytest.approx(2 / 16, abs=0.02)


def test_a_paired_test_needs_the_same_questions():
    with pytest.raises(ValueError, match="same questions"):
        paired_randomization([1.0], [1.0, 0.0], mean)


def test_differences_skip_statistics_that_one_side_lacks():
    assert differences({"a": 1.0, "b": None, "c": 1.0}, {"a": 3.0, "b": 1.0}) == {"a": 2.0}
