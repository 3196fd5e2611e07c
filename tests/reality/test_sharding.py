"""Lists and watches of a part of the namespaces (KEP-5866). Seen in Kubernetes v1.37.2 with the feature gate
ShardedListAndWatch; `apiserver/pkg/sharding/parser.go`, `apimachinery/pkg/sharding/selector.go`."""

from __future__ import annotations

import json
import unittest
import urllib.parse

from tests.harness.cluster.api import ApiError
from tests.harness.tools import binaries
from tests.reality.environment import RealityTest

MAPS = "/api/v1/configmaps"
LOW = "shardRange(object.metadata.namespace, '0x0000000000000000', '0x8000000000000000')"
HIGH = "shardRange(object.metadata.namespace, '0x8000000000000000', '0x10000000000000000')"
NUMBERED = [f"ns-{number}" for number in range(10)]
PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"

sharding = unittest.skipIf(binaries.is_oldest(), "a server that does not know the parameter")


def asked(path: str, selector: str, **parameters: object) -> str:
    return f"{path}?{urllib.parse.urlencode({'shardSelector': selector, **parameters})}"


def namespaces(answer: dict) -> set[str]:
    rows = answer.get("rows") or answer.get("items") or []
    return {(one.get("object") or one)["metadata"]["namespace"] for one in rows}


class Sharding(RealityTest):
    @classmethod
    def setUpClass(cls) -> None:
        for name in NUMBERED:
            document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            cls.cluster.api.create("/api/v1/namespaces", document)
            document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}}
            cls.cluster.api.create(f"/api/v1/namespaces/{name}/configmaps", document)

    @unittest.skipUnless(binaries.is_oldest(), "a server that knows the parameter")
    def test_a_server_that_does_not_shard_says_nothing(self) -> None:
        """The list is whole. Only what is missing, metadata.shardInfo, tells."""
        for selector in (LOW, "nonsense"):
            whole = self.api.get(asked(MAPS, selector))
            self.assertLessEqual({"kube-system", *NUMBERED}, namespaces(whole))
            self.assertNotIn("shardInfo", whole["metadata"])

    @sharding
    def test_numbered_namespaces_are_in_one_shard(self) -> None:
        """FNV-1a hardly moves the high bits of the hash for the last two characters."""
        low = self.api.get(asked(MAPS, LOW))
        self.assertLessEqual(set(NUMBERED), namespaces(low))
        self.assertFalse(set(NUMBERED) & namespaces(self.api.get(asked(MAPS, HIGH))))
        self.assertEqual(low["metadata"]["shardInfo"], {"selector": LOW})

    @sharding
    def test_bounds_have_sixteen_digits_whatever_the_documentation_says(self) -> None:
        """The field's own documentation has '0x0'. And the refusal is no 400 but a 500."""
        for selector in (LOW.replace("0x0000000000000000", "0x0"), "nonsense"):
            with self.assertRaises(ApiError) as caught:
                self.api.get(asked(MAPS, selector))
            self.assertEqual(caught.exception.code, 500)

    @sharding
    def test_each_page_has_to_name_the_shard_again(self) -> None:
        """The token of the next page does not know it: without it the list goes on with all."""
        first = self.api.get(asked(MAPS, HIGH, limit=1))
        if "continue" not in first["metadata"]:
            first = self.api.get(asked(MAPS, LOW, limit=1))
        token = urllib.parse.quote(first["metadata"]["continue"])
        self.assertIn("shardInfo", first["metadata"])
        self.assertNotIn("shardInfo", self.api.get(f"{MAPS}?limit=500&continue={token}")["metadata"])

    @sharding
    def test_what_the_server_converts_is_selected_without_a_word(self) -> None:
        """As metadata, as a table, and all custom resources (`UnstructuredList` has no shardInfo)."""
        for media_type in (PARTIAL, TABLE):
            answer = json.loads(self.api.encoded(asked(MAPS, LOW), media_type))
            self.assertLessEqual(set(NUMBERED), namespaces(answer))
            self.assertNotIn("kube-system", namespaces(answer))
            self.assertNotIn("shardInfo", answer["metadata"])

    @sharding
    def test_what_has_no_namespace_is_all_in_one_shard(self) -> None:
        """The hash of the empty text is 0xcbf29ce484222325."""
        path = "/api/v1/namespaces"
        self.assertEqual(self.api.get(asked(path, LOW))["items"], [])
        self.assertEqual(len(self.api.get(asked(path, HIGH))["items"]), len(self.api.items(path)))

    @sharding
    def test_a_watch_is_selected_without_a_word(self) -> None:
        """Neither its events nor its bookmarks name the shard."""
        path = asked(MAPS, HIGH, watch=1, timeoutSeconds=2, sendInitialEvents="true", allowWatchBookmarks="true")
        lines = self.api.encoded(f"{path}&resourceVersionMatch=NotOlderThan", "application/json").splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual({one["object"]["metadata"].get("namespace") for one in events} & set(NUMBERED), set())
        self.assertEqual(events[-1]["type"], "BOOKMARK")
        self.assertNotIn("shardInfo", str(events))
