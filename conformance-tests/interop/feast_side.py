"""Feast's half, in one process: reads one JSON request per line, answers one JSON line. Runs under the Feast interpreter."""

import json
import logging
import os
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import pandas as pd
from feast import FeatureStore
from feast.feature_server_utils import convert_response_to_dict
from feast.protos.feast.core.Registry_pb2 import Registry
from feast.protos.feast.serving.ServingService_pb2 import FieldStatus
from google.protobuf.json_format import MessageToDict

import value


def get_online_features(store: FeatureStore, request: dict) -> dict:
    """`sdk`: {column: [[value, status], ...]} of `to_dict()`; `http`: the body Feast's HTTP server would send."""
    features = request["features"]
    if "service" in request:
        features = store.get_feature_service(request["service"])
    response = store.get_online_features(
        features=features, entity_rows=request["entities"], full_feature_names=request["full_feature_names"]
    )
    statuses = dict(zip(response.proto.metadata.feature_names.val, response.proto.results))
    sdk = {
        name: [
            [value.from_feast(request["types"].get(name, ""), cell), FieldStatus.Name(status)]
            for cell, status in zip(cells, statuses[name].statuses)
        ]
        for name, cells in response.to_dict().items()
    }
    return {"sdk": sdk, "http": convert_response_to_dict(response.proto)}


def write_to_online_store(store: FeatureStore, request: dict) -> None:
    frame = pd.DataFrame(request["rows"])
    for column in ("event_timestamp", "created"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True)
    store.write_to_online_store(request["view"], frame)


def registry(store: FeatureStore, request: dict) -> dict:
    """The whole registry file as a tree, with nothing left out."""
    path = os.path.join(request["repo"], "data/registry.db")
    with open(path, "rb") as file:
        return MessageToDict(Registry.FromString(file.read()), preserving_proto_field_name=True)


COMMANDS = {"get_online_features": get_online_features, "write_to_online_store": write_to_online_store, "registry": registry}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    sys.stdout = sys.stderr  # Feast prints; the answers keep their line to themselves
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": COMMANDS[request["command"]](FeatureStore(request["repo"]), request)}
        except Exception as error:  # whatever Feast raises is the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
