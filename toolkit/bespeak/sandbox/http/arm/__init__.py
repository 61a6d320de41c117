"""Azure Resource Manager: one module a provider; ``service`` puts their routes together."""
