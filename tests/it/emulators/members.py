"""What AWS's own models say goes into requests: the models that botocore carries.

Reads services with the types that are known of each, as src/kinds/surface/services.json has them, and writes the same from
the models: every type of an operation among them, and all that stands below it.
"""

import json
import sys

import botocore.session


def gather(shape, name, types):
    if shape.type_name == "structure":
        if name not in types:
            types[name] = sorted(member.serialization.get("name", key) for key, member in shape.members.items())
            for member in shape.members.values():
                gather(member, member.name, types)
    elif shape.type_name == "list":
        gather(shape.member, shape.member.name, types)
    elif shape.type_name == "map":
        gather(shape.value, shape.value.name, types)


session = botocore.session.get_session()
said = {}
for service, known in json.load(sys.stdin).items():
    model = session.get_service_model(service)
    said[service] = {}
    for operation in set(known) & set(model.operation_names):
        gather(model.operation_model(operation).input_shape, operation, said[service])
json.dump(said, sys.stdout, sort_keys=True)
