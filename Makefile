# Short names for what a contributor runs. Each is a command of `python3 -m toolkit`, which sets up what it needs.
PYTHON ?= python3

.PHONY: lab test lint check notebooks pictures soak-notebooks run-all-never-writes kill9 sim bugs mutants bench engines spark lock

lab:             # JupyterLab with the sandbox behind it
	$(PYTHON) -m toolkit lab
test:            # all tests and notebooks
	$(PYTHON) -m toolkit test
lint:            # format, lint and types
	$(PYTHON) -m toolkit lint
check:           # lint, then test
	$(PYTHON) -m toolkit check
notebooks:       # run the notebooks and write their reference outputs
	$(PYTHON) -m toolkit notebooks
pictures:        # take the pictures of the README, in a browser
	$(PYTHON) -m toolkit pictures
soak-notebooks:  # the notebooks as tests, 20 times in a row
	$(PYTHON) -m toolkit soak
laws:            # the laws of the sandbox over 1,000,000 random steps
	$(PYTHON) -m toolkit laws
schema:          # the sandbox against its own OpenAPI description, at length
	$(PYTHON) -m toolkit schema
kill9:           # a real process killed at every point of a purchase; N=500
	$(PYTHON) -m toolkit kill9 $(N)
run-all-never-writes: # all notebooks, five times, against a served world that counts writes
	$(PYTHON) -m toolkit never-writes
sim:             # purchases under random faults; N=10000 SEED=1
	$(PYTHON) -m toolkit sim $(N) $(SEED)
bugs:            # planted mistakes, each of which the simulator must see
	$(PYTHON) -m toolkit bugs
mutants:         # mistakes planted in the modules that guard money; MODULES="money buying/limits"
	$(PYTHON) -m toolkit mutants $(MODULES)
bench:           # the benchmarks; writes bench.json
	$(PYTHON) -m toolkit bench
engines:         # pandas, DuckDB and pyarrow over 5 to 200 million rows; MILLIONS="5 20 52 200"
	$(PYTHON) -m toolkit engines $(MILLIONS)
spark:           # the table steps on a local Spark session, compared with DuckDB and pandas
	$(PYTHON) -m toolkit spark
lock:            # compile requirements.lock anew from pyproject.toml
	$(PYTHON) -m toolkit lock
