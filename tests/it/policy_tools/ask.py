"""Prints what the policy in one file says of the plan in another, as OPA would."""

import json
import sys

from regopy import Interpreter

policy, plan, query = sys.argv[1:]
rego = Interpreter()
with open(policy, encoding="utf-8") as file:
    rego.add_module("policy", file.read())
with open(plan, encoding="utf-8") as file:
    rego.set_input(json.load(file))
print(json.dumps(json.loads(str(rego.query(query)))["expressions"][0]))
