"""Writes messages.txt: for every message of larder-proto, examples from Feast's own protos with every field set.

Run with Feast 0.67 installed: python make_messages.py > messages.txt
Each line is the message's name and its bytes in hex, with maps in the order of their keys.
"""

import importlib
import random

FILES = {
    "core": "Aggregation DataFormat DataSource DatastoreTable Entity Feature FeatureService FeatureTable FeatureView "
    "FeatureViewProjection FeatureViewVersion InfraObject LabelView OnDemandFeatureView Permission Policy "
    "PrecomputedFeatureVector Project Registry SavedDataset SqliteTable StreamFeatureView Transformation "
    "ValidationProfile",
    "serving": "ServingService GrpcServer",
    "types": "Value EntityKey",
}
LEFT_OUT = set("DataSourceList EntityList FeatureServiceList FeatureViewList OnDemandFeatureViewList ValueType".split())
MAX_DEPTH = 2
rng = random.Random(67)


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_too_deep(field, depth):
    if is_map(field):  # one level more, so that values are never empty: Feast writes those, prost doesn't
        return is_too_deep(field.message_type.fields_by_name["value"], depth + 1)
    return field.message_type is not None and depth >= MAX_DEPTH


def scalar(field):
    if field.enum_type:  # 30: a number that the enum of value types lacks
        return rng.choice([v.number for v in field.enum_type.values if v.number] + [30])
    if field.cpp_type in (field.CPPTYPE_DOUBLE, field.CPPTYPE_FLOAT):
        return rng.randrange(1, 1 << 20) / 64
    if field.cpp_type == field.CPPTYPE_BOOL:
        return True
    if field.type == field.TYPE_UINT64:
        return rng.getrandbits(64) | 1
    if field.cpp_type in (field.CPPTYPE_INT32, field.CPPTYPE_INT64):
        bits = 31 if field.cpp_type == field.CPPTYPE_INT32 else 63
        return rng.choice([-1, 1]) * (rng.getrandbits(bits) | 1)
    text = f"{field.name}-{rng.randrange(1000)}-é"
    return text.encode("latin-1") if field.type == field.TYPE_BYTES else text  # bytes that are no UTF-8


def set_field(message, field, depth):
    if is_map(field):
        value = field.message_type.fields_by_name["value"]
        entries = getattr(message, field.name)
        for key in ("a", "b"):
            if value.message_type:
                fill(entries[key], depth + 1, 0)
            else:
                entries[key] = scalar(value)
    elif field.is_repeated:
        values = getattr(message, field.name)
        for i in range(2):
            fill(values.add(), depth + 1, i) if field.message_type else values.append(scalar(field))
    elif field.message_type:
        child = getattr(message, field.name)
        child.SetInParent()
        fill(child, depth + 1, 0)
    else:
        setattr(message, field.name, scalar(field))


def fill(message, depth, turn):
    """Sets every field, and of each oneof the one whose turn it is."""
    chosen = {}
    for oneof in message.DESCRIPTOR.oneofs:
        possible = [f for f in oneof.fields if not is_too_deep(f, depth)]
        if possible:
            chosen[oneof.name] = possible[turn % len(possible)]
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if not is_too_deep(field, depth) and (oneof is None or chosen[oneof.name] is field):
            set_field(message, field, depth)


def examples():
    for package, names in FILES.items():
        for name in names.split():
            module = importlib.import_module(f"feast.protos.feast.{package}.{name}_pb2")
            for descriptor in module.DESCRIPTOR.message_types_by_name.values():
                if descriptor.name in LEFT_OUT:
                    continue
                turns = max([len(o.fields) for o in descriptor.oneofs], default=1)
                for turn in range(turns):
                    message = getattr(module, descriptor.name)()
                    fill(message, 0, turn)
                    yield descriptor.full_name, message


if __name__ == "__main__":
    for name, message in examples():
        print(name, message.SerializeToString(deterministic=True).hex())
