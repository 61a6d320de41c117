"""A restored world goes on in the order in which things were bought."""

from test_rights import buy


def test_a_restored_world_knows_the_order_of_purchases(world):
    for name in "abcdef":
        buy(world, name)
    before = [order.id for order in world.book.orders()]
    assert before != sorted(before)
    snapshot = world.snapshot()
    world.restore(snapshot)
    assert [order.id for order in world.book.orders()] == before
    assert world.snapshot() == snapshot
