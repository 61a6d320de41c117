"""What the command line of the sandbox refuses before anything is served."""

import pytest

from bespeak.sandbox.serving_options import OptionError, options


@pytest.mark.parametrize("port", ["65536", "99999", "-5"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(OptionError, match=f"--port takes 1 to 65535, or 0 for a free one, not {port}"):
        options(["--port", port])


def test_the_last_port_is_taken():
    assert options(["--port", "65535"]).port == 65535
