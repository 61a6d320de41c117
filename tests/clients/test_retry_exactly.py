"""The retry table, row by row, and the figures of waits and of the budget, to the last digit."""

import random
import threading

import pytest

from bespeak.clients.retry import LONGEST_WAIT, RULES, TRIES, Outcome, RetryBudget, Rule, classify, pause
from bespeak.errors import AnswerLostError, RefusedError, UnreachableError, UnreadableError

#: Written out once more, so that a cell is a decision and not a slip.
WORDS = {
    "NOT_SENT": "no connection: not a byte was sent",
    "UNTRUSTED": "the service's certificate is not trusted: not a byte was sent",
    "NO_ANSWER": "sent, and no whole answer came",
    "THROTTLED": "429: asked too often, nothing was done",
    "BUSY": "408 or 503 that names a time to come back",
    "FAILED": "500, 502, 503 or 504",
    "UNAUTHORISED": "401",
    "REFUSED": "a refusal in words: an error object",
    "REFUSED_DUMBLY": "a refusal without an error object, such as a page of a gateway",
    "REDIRECTED": "3xx",
    "UNREADABLE": "2xx whose body is not in the documented shape",
    "FALSE_SUCCESS": "2xx whose body is an error object",
}
TABLE = {
    "NOT_SENT": ("again", UnreachableError, UnreachableError),
    "UNTRUSTED": ("once", UnreachableError, UnreachableError),
    "NO_ANSWER": ("again", UnreachableError, AnswerLostError),
    "THROTTLED": ("again", RefusedError, RefusedError),
    "BUSY": ("again", RefusedError, AnswerLostError),
    "FAILED": ("again", RefusedError, AnswerLostError),
    "UNAUTHORISED": ("refresh", RefusedError, RefusedError),
    "REFUSED": ("stop", RefusedError, RefusedError),
    "REFUSED_DUMBLY": ("stop", RefusedError, AnswerLostError),
    "REDIRECTED": ("stop", UnreadableError, AnswerLostError),
    "UNREADABLE": ("once", UnreadableError, AnswerLostError),
    "FALSE_SUCCESS": ("stop", RefusedError, AnswerLostError),
}


class Chance(random.Random):
    """Chance that always gives the same."""

    def __init__(self, always):
        super().__init__()
        self.always = always

    def random(self):
        return self.always


def test_the_table_is_exactly_the_written_one():
    assert {one.name: RULES[one] for one in Outcome} == {name: Rule(*row) for name, row in TABLE.items()}
    assert {one.name: one.value for one in Outcome} == WORDS


def test_reads_are_tried_so_often_and_waits_are_so_long():
    assert TRIES == {"again": 5, "once": 2, "refresh": 2, "stop": 1}
    assert LONGEST_WAIT == 120.0


@pytest.mark.parametrize("in_words", [True, False])
@pytest.mark.parametrize("names_a_time", [True, False])
def test_each_status_is_one_outcome(in_words, names_a_time):
    """Every status from 300 on, against the rules in words."""
    for status in range(300, 600):
        if status < 400:
            expected = Outcome.REDIRECTED
        elif status == 401:
            expected = Outcome.UNAUTHORISED
        elif status == 429:
            expected = Outcome.THROTTLED
        elif status == 408 or (status == 503 and names_a_time):
            expected = Outcome.BUSY
        elif status in {500, 502, 503, 504}:
            expected = Outcome.FAILED
        else:
            expected = Outcome.REFUSED if in_words else Outcome.REFUSED_DUMBLY
        assert classify(status, in_words=in_words, names_a_time=names_a_time) is expected
    for status in (299, 199):
        assert classify(status, in_words=in_words, names_a_time=names_a_time) is classify(
            404, in_words=in_words, names_a_time=names_a_time
        )


@pytest.mark.parametrize(
    ("tries", "bound"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 16.0), (6, 20.0), (60, 20.0)]
)
def test_the_jitter_is_any_part_of_a_bound_that_doubles_up_to_20_seconds(tries, bound):
    assert pause(tries, None, Chance(0.5)) == bound / 2
    assert pause(tries, None, Chance(0.0)) == 0.0


def test_the_first_wait_that_is_asked_for_is_kept_to_the_letter_and_later_ones_get_jitter():
    assert pause(1, 57.0, Chance(0.5)) == 57.0
    assert pause(2, 57.0, Chance(0.5)) == 58.0
    assert pause(3, 0.0, Chance(0.5)) == 2.0


def test_a_repeat_costs_14_of_500_and_a_throttled_one_5():
    budget = RetryBudget()
    assert [budget.take(Outcome.FAILED) for _ in range(36)] == [True] * 35 + [False]
    assert [budget.take(Outcome.THROTTLED) for _ in range(3)] == [True, True, False]

    throttled = RetryBudget()
    assert [throttled.take(Outcome.THROTTLED) for _ in range(101)] == [True] * 100 + [False]


def test_a_success_gives_one_back_and_never_more_than_there_was():
    budget = RetryBudget()
    for _ in range(40):
        budget.reward()
    assert sum(budget.take(Outcome.NOT_SENT) for _ in range(40)) == 35  # 10 are left
    for _ in range(3):
        budget.reward()
    assert not budget.take(Outcome.NOT_SENT)
    budget.reward()
    assert budget.take(Outcome.NOT_SENT)
    assert not budget.take(Outcome.THROTTLED)


def test_many_threads_share_one_budget():
    budget, taken = RetryBudget(), []
    threads = [
        threading.Thread(target=lambda: taken.extend(budget.take(Outcome.THROTTLED) for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 100
