"""The HTTP shapes of the sandbox: routes, headers, paging, error bodies. The laws are in the modules beside it."""
