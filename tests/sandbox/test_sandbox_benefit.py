"""How a reservation is applied within an hour, after the worked examples of the domain guide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.sandbox.benefit import Pool, apply_pools


def covered(need, units):
    """Units covered in one hour by one pool that may cover every machine."""
    need = np.array([need], dtype=float)
    (taken,) = apply_pools(need, [Pool(np.array([float(units)]), np.ones(need.shape[1], dtype=bool))])
    return float(taken.sum())


@pytest.mark.parametrize(
    ("machines", "reserved", "expected"),
    [
        ([1] * 8, 8, 8),
        ([2, 2, 4], 8, 8),
        ([16], 8, 8),
        ([16], 16, 16),
        ([1, 1, 1, 4, 4, 8], 10, 10),
        ([0.5] * 4, 2, 2),
        ([0.25] * 8, 2, 2),
    ],
)
def test_x01_flexibility_by_ratio(machines, reserved, expected):
    """X-01: a large VM may be partly covered, several reservations add up, ratios may be fractions."""
    assert covered(machines, reserved) == expected


def test_x02_an_hour_is_filled_and_what_is_left_is_lost():
    """X-02: one reservation, two VMs, four hours: 4 of 6.75 VM hours covered, 2.75 stay."""
    need = np.array([[0.75, 0.5], [1, 1], [1, 1], [0.5, 1]])
    (taken,) = apply_pools(need, [Pool(np.ones(4), np.ones(2, dtype=bool))])
    assert taken.sum(axis=1).tolist() == [1, 1, 1, 1]
    assert (need - taken).sum(axis=1).tolist() == [0.25, 1, 1, 0.5]
    assert round(float(taken.sum() / need.sum()), 4) == 0.5926


def test_x18_a_narrow_scope_is_used_first():
    """X-18: three machines, one reservation each for the group, the subscription and all: nothing stays to pay."""
    need = np.ones((1, 3))
    pools = [
        Pool(np.ones(1), np.array(mask)) for mask in ([True, False, False], [True, True, False], [True] * 3)
    ]
    assert sum(taken.sum() for taken in apply_pools(need, pools)) == 3


def test_unused_hours_never_carry_over():
    need = np.array([[0.0], [3.0]])
    (taken,) = apply_pools(need, [Pool(np.ones(2), np.ones(1, dtype=bool))])
    assert taken[:, 0].tolist() == [0, 1]


@given(
    st.lists(st.lists(st.floats(0, 8), min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(0, 20), st.lists(st.booleans(), min_size=3, max_size=3)), max_size=4),
)
def test_benefit_is_conserved(need, wishes):
    """No machine is covered beyond its need, no pool gives more than it has, none leaves need that it could take."""
    need = np.array(need)
    pools = [Pool(np.full(len(need), units), np.array(mask)) for units, mask in wishes]
    left = need.copy()
    for pool, taken in zip(pools, apply_pools(need, pools), strict=True):
        assert (taken >= 0).all()
        assert (taken[:, ~pool.eligible] == 0).all()
        possible = np.minimum(pool.units, np.where(pool.eligible, left, 0).sum(axis=1))
        assert np.allclose(taken.sum(axis=1), possible)
        left = left - taken
        assert (left >= -1e-9).all()
