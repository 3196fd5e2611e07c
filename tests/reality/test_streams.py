"""Watches that begin with all objects (KEP-3157, the feature gate WatchList). Seen in Kubernetes v1.37.2;
`apimachinery/pkg/apis/meta/internalversion/validation/validation.go`, `apiserver/pkg/storage/cacher/cacher.go`."""

from __future__ import annotations

import json
import unittest
import urllib.parse

from tests.harness.cluster.api import ApiError
from tests.harness.tools import binaries
from tests.reality.environment import RealityTest

MAPS = "/api/v1/namespaces/default/configmaps"
END = {"k8s.io/initial-events-end": "true"}
STREAM = {
    "watch": 1,
    "sendInitialEvents": "true",
    "resourceVersionMatch": "NotOlderThan",
    "allowWatchBookmarks": "true",
    "timeoutSeconds": 1,
}

streams = unittest.skipIf(binaries.is_oldest(), "a server without WatchList")


def path(**parameters: object) -> str:
    return f"{MAPS}?{urllib.parse.urlencode(STREAM | parameters)}"


class Streams(RealityTest):
    def asked(self, **parameters: object) -> list[dict]:
        text = self.api.encoded(path(**parameters), "application/json")
        return [json.loads(line) for line in text.splitlines()]

    def refusal(self, **parameters: object) -> ApiError:
        with self.assertRaises(ApiError) as caught:
            self.api.get(path(**parameters))
        return caught.exception

    @streams
    def test_all_objects_come_and_then_a_bookmark_that_says_so(self) -> None:
        """Each once, as ADDED; the bookmark is no older than the newest write, though it is of another kind."""
        names = {self.name("streamed") for _ in range(3)}
        for name in names:
            self.create(MAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": self.name("newest")}}
        newest = self.create(MAPS.replace("configmaps", "serviceaccounts"), account)
        events = self.asked()
        kinds = [one["type"] for one in events]
        end = kinds.index("BOOKMARK")
        self.assertEqual(set(kinds[:end]), {"ADDED"})
        told = [one["object"]["metadata"]["name"] for one in events[:end]]
        self.assertEqual(len(told), len(set(told)))
        self.assertLessEqual(names, set(told))
        mark = events[end]["object"]["metadata"]
        self.assertEqual(mark["annotations"], END)
        self.assertGreaterEqual(int(mark["resourceVersion"]), int(newest["metadata"]["resourceVersion"]))

    @streams
    def test_of_nothing_the_bookmark_comes_too(self) -> None:
        self.assertEqual(self.asked(labelSelector="no=such")[0]["object"]["metadata"]["annotations"], END)

    @streams
    def test_the_version_must_be_named_as_a_least_one(self) -> None:
        self.assertEqual(self.refusal(resourceVersionMatch="Exact").code, 422)

    @unittest.skipUnless(binaries.is_oldest(), "a server with WatchList")
    def test_a_server_without_them_refuses(self) -> None:
        refusal = self.refusal()
        self.assertEqual(refusal.code, 422)
        self.assertIn("unless the WatchList feature gate is enabled", str(refusal))
