"""The line between a kernel and the page without Nagle's delay; Jupyter's server loads it by name.

An answer of a kernel comes in several small messages. With Nagle's algorithm each waits for the page's receipt of the
one before, which a browser delays by 40 ms: a person would feel that at every key and every move of a slider.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection, whose small messages leave at once."""

    def connect(self) -> Any:  # noqa: ANN401  # Jupyter's own types differ between base and class
        """Connects as Jupyter does, and sends without delay from then on."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
