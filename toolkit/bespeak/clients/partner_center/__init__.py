"""The endpoints of Partner Center, as calls: one module a group, one function an operation. Nothing here sends."""
