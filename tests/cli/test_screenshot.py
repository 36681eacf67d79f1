"""Pictures from the command line: what may stand in the drawer."""

from nnviz.cli.screenshot import DRAWERS
from nnviz.stage.stage import NETWORK_DRAWER


def test_every_view_of_the_drawer_can_be_asked_for() -> None:
    assert tuple(name for name, _ in NETWORK_DRAWER) == DRAWERS
