"""Calls every operation of /openapi with generated requests, good and bad ones: schema_checks.py URL KEY EXAMPLES

All checks of Schemathesis but one: negative_data_rejection expects that a text such as "12" is refused where a number is
described. The contract accepts it (pydantic's lax mode), and ignores unknown fields; RefusalsIT tests what is refused.
"""
import json
import os
import pathlib
import subprocess
import sys

url, key, examples = sys.argv[1:]
folder = pathlib.Path(__file__).parent
command = [
    pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", folder / "schemathesis.toml", "run", f"{url}/openapi",
    "--checks", "all", "--exclude-checks", "negative_data_rejection", "--max-examples", examples, "--header", f"X-Auth-Key: {key}",
    "--phases", "examples,coverage,fuzzing,stateful", "--workers", "1", "--request-timeout", "60", "--no-color"]
environment = dict(os.environ, SCHEMATHESIS_HOOKS=str(folder / "schema_hooks.py"), BASE_URL=url, KEY=key)
run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(json.dumps({"exit": run.returncode, "output": run.stdout[-20000:]}))
