"""Whatever is in a quote and whatever is chosen: the sums are those of the lines, and nothing else."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revivatech.platform.money import vat_inside
from revivatech.quotes import sums
from revivatech.quotes.builder import Facts

OPTIONS = [1, 2, 3]
LINES = st.builds(
    Facts,
    pk=st.integers(1, 10**6),
    option_id=st.sampled_from([None, *OPTIONS]),
    unit_pence=st.integers(0, 100_000),
    quantity=st.integers(1, 9),
    vat_rate_bp=st.sampled_from([0, 500, 2000]),
    optional=st.booleans(),
    minutes=st.integers(0, 500),
    cost_pence=st.one_of(st.none(), st.integers(0, 50_000)),
)
# Two cores and many workers: how long a draw takes says nothing here.
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
QUOTES = st.lists(LINES, max_size=8, unique_by=lambda line: line.pk)


@QUICK
@given(QUOTES, st.sampled_from(OPTIONS), st.sets(st.integers(1, 10**6)))
def test_the_total_is_the_sum_of_the_lines_chosen(lines: list[Facts], option: int, extra: set[int]) -> None:
    ticked = extra | {line.pk for line in lines[::2]}
    taken = sums.chosen(lines, option, ticked)
    total = sums.add_up(taken)
    assert total.total_pence == sum(line.unit_pence * line.quantity for line in taken)
    assert all(line.option_id in (None, option) and (not line.optional or line.pk in ticked) for line in taken)
    assert 0 <= total.vat_pence <= total.total_pence
    least, most = sums.spread(lines, OPTIONS)
    assert least <= total.total_pence <= most
    assert sums.add_up(sums.chosen(lines, option, ticked & {line.pk for line in taken})) == total


@QUICK
@given(QUOTES)
def test_vat_is_taken_once_for_each_rate(lines: list[Facts]) -> None:
    by_rate = {rate: sum(line.gross_pence for line in lines if line.vat_rate_bp == rate) for rate in (0, 500, 2000)}
    assert sums.add_up(lines).vat_pence == sum(vat_inside(gross, rate) for rate, gross in by_rate.items())


@QUICK
@given(QUOTES)
def test_what_is_left_is_net_less_costs(lines: list[Facts]) -> None:
    left, whole = sums.margin(lines), sums.add_up(lines)
    costs = sum((line.cost_pence or 0) * line.quantity for line in lines)
    assert left.pence == whole.total_pence - whole.vat_pence - costs
    assert left.unknown == len([line for line in lines if line.cost_pence is None and line.gross_pence])


def test_nothing_chosen_is_nothing() -> None:
    assert sums.add_up([]) == sums.Sum(0, 0, 0)
    assert sums.spread([], []) == (0, 0)
    assert sums.margin([]).percent is None
