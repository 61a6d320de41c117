"""What the sandbox serves, told from its own routes: an OpenAPI description and a page of coverage."""
