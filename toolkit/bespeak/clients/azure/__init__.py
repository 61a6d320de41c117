"""The endpoints of Azure Resource Manager, as calls. Nothing here sends."""
