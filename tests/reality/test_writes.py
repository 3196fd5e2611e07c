"""What becomes of writes that the reconciler relies on. Seen in Kubernetes v1.37.2 unless a test says otherwise."""

from __future__ import annotations

import json

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import ApiError
from tests.reality.environment import NODE, RealityTest

SETS = "/apis/apps/v1/namespaces/default/daemonsets"
REVISIONS = "/apis/apps/v1/namespaces/default/controllerrevisions"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


def daemon_set(name: str, **metadata: object) -> dict:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, **metadata},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"nodeSelector": {"no": "node"}, "containers": [{"name": "c", "image": "example.org/c:1"}]},
            },
        },
    }


class Writes(RealityTest):
    def test_a_put_of_the_status_replaces_the_metadata_too(self) -> None:
        """Labels and annotations that the body lacks are gone: `pkg/registry/apps/daemonset/strategy.go`, whose status
        strategy resets the spec only. The reconciler patches instead."""
        name = self.name("wiped")
        made = self.create(SETS, daemon_set(name, labels={"a": "b"}, annotations={"c": "d"}))
        bare = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name}, "status": made["status"]}

        def put() -> bool:
            """False: the controller has written the status meanwhile."""
            bare["metadata"]["resourceVersion"] = self.api.get(f"{SETS}/{name}")["metadata"]["resourceVersion"]
            try:
                self.api.ask("PUT", f"{SETS}/{name}/status", bare)
            except ApiError as error:
                if error.code != 409:
                    raise
                return False
            return True

        waiting.until(put, "the status to be put")
        self.assertNotIn("labels", self.api.get(f"{SETS}/{name}")["metadata"])

    def test_a_patch_with_an_old_resource_version_is_a_conflict(self) -> None:
        """409: a patch that names the version is for this version only; `apiserver/pkg/endpoints/handlers/patch.go`."""
        name = self.name("old")
        version = self.create(SETS, daemon_set(name))["metadata"]["resourceVersion"]
        self.api.merge(f"{SETS}/{name}", {"metadata": {"labels": {"a": "b"}}})
        change = {"metadata": {"resourceVersion": version}, "status": {"collisionCount": 7}}
        error = self.refused("PATCH", f"{SETS}/{name}/status", change, "application/merge-patch+json")
        self.assertEqual(error.code, 409)

    def test_owners_cannot_be_patched_on_another_object_of_the_name(self) -> None:
        """The UID in a patch of the metadata: 422, an immutable field, where it is another one, and no 409 as for a
        precondition; `apimachinery/pkg/api/validation/objectmeta.go`, `ValidateObjectMetaUpdate`."""
        name = self.name("other")
        self.create(pods.PODS, pods.pod(name))
        owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", "uid": "u"}
        change = {"metadata": {"uid": "not-this-one", "ownerReferences": [owner]}}
        error = self.refused("PATCH", f"{pods.PODS}/{name}", change, STRATEGIC)
        self.assertEqual(error.code, 422)
        self.assertIn("metadata.uid", str(error))

    def test_a_revisions_data_is_one_text_for_ever(self) -> None:
        """Also a patch of something else is refused if the data is not as Go would write it, be it only for a space:
        422,
        because the patched object is encoded anew; `pkg/apis/apps/validation`, `ValidateControllerRevisionUpdate`."""
        other, name = self.name("not-canonical"), self.name("canonical")
        self.create(REVISIONS, {"metadata": {"name": other}, "revision": 1, "data": {"a": 1}})  # with a space
        error = self.refused("PATCH", f"{REVISIONS}/{other}", {"revision": 2}, "application/merge-patch+json")
        self.assertEqual(error.code, 422)
        document = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": name}}
        self.addCleanup(self.delete_now, f"{REVISIONS}/{name}")
        self.kubectl("create", "-f", "-", stdin=json.dumps(document | {"revision": 1, "data": {"a": "x", "b": 1}}))
        error = self.refused("PATCH", f"{REVISIONS}/{name}", {"data": {"b": 2}}, "application/merge-patch+json")
        self.assertEqual(error.code, 422)
        self.assertEqual(self.api.merge(f"{REVISIONS}/{name}", {"revision": 3})["revision"], 3)
        self.assertEqual(self.api.merge(f"{REVISIONS}/{name}", {"revision": 2})["revision"], 2, "also a smaller one")

    def test_a_deletion_with_another_uid_is_a_conflict(self) -> None:
        """409, not 404: `apiserver/pkg/registry/generic/registry/store.go`, preconditions."""
        name = self.name("precondition")
        self.create(pods.PODS, pods.pod(name))
        body = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "another"}}
        self.assertEqual(self.refused("DELETE", f"{pods.PODS}/{name}", body).code, 409)

    def test_a_pod_that_is_not_bound_has_no_grace(self) -> None:
        """It is gone with the answer, whatever its terminationGracePeriodSeconds: `pkg/registry/core/pod/strategy.go`,
        `CheckGracefulDelete`."""
        name = self.name("unbound")
        self.create(pods.PODS, pods.pod(name, nodeSelector={"no": "node"}, terminationGracePeriodSeconds=600))
        self.api.delete(f"{pods.PODS}/{name}")
        self.assertEqual([one for one in self.api.items(pods.PODS) if one["metadata"]["name"] == name], [])

    def test_a_deletion_without_grace_leaves_what_a_finalizer_holds_and_says_so(self) -> None:
        """`deletionGracePeriodSeconds` is 0 then, which tells it from a pod that still has its time."""
        name = self.name("held")
        document = pods.pod(name, nodeSelector={"no": "node"})  # of a bound one KWOK takes the finalizers
        document["metadata"]["finalizers"] = ["example.org/hold"]
        self.create(pods.PODS, document)
        self.api.delete(f"{pods.PODS}/{name}?gracePeriodSeconds=0")
        metadata = self.api.get(f"{pods.PODS}/{name}")["metadata"]
        self.assertEqual(metadata["deletionGracePeriodSeconds"], 0)
        self.api.merge(f"{pods.PODS}/{name}", {"metadata": {"finalizers": None}})

    def test_a_json_patch_whose_test_fails_changes_nothing(self) -> None:
        """422, and not 409: `patch.go`, `applyJSPatch`. Of a node's taints no other kind of patch changes one: the list
        is atomic (`core/v1/types.go`)."""
        path = f"/api/v1/nodes/{NODE}"
        taints = [{"key": "a", "effect": "PreferNoSchedule"}, {"key": "b", "effect": "PreferNoSchedule"}]
        self.addCleanup(self.api.merge, path, {"spec": {"taints": None}})
        self.api.merge(path, {"spec": {"taints": taints}})
        steps = [{"op": "test", "path": "/spec/taints/0/key", "value": "b"}, {"op": "remove", "path": "/spec/taints/0"}]
        self.assertEqual(self.refused("PATCH", path, steps, JSON_PATCH).code, 422)
        self.assertEqual([one["key"] for one in self.api.get(path)["spec"]["taints"]], ["a", "b"])
        self.api.ask("PATCH", path, {"spec": {"taints": taints[1:]}}, STRATEGIC)
        self.assertEqual([one["key"] for one in self.api.get(path)["spec"]["taints"]], ["b"], "replaced as a whole")

    def test_managed_fields_name_the_writer_of_a_status(self) -> None:
        """The manager is the User-Agent up to the first slash; writes of the status are entries of their own:
        `apiserver/pkg/endpoints/handlers/fieldmanager`. `explain` takes the last writer of the counters for the
        DaemonSet's controller."""
        name = self.name("written")
        self.create(SETS, daemon_set(name))

        def writer() -> str | None:
            entries = self.api.get(f"{SETS}/{name}")["metadata"]["managedFields"]
            found = [one["manager"] for one in entries if one.get("subresource") == "status"]
            return found[0] if found else None

        self.assertEqual(waiting.until(writer, "the status", 20), "kube-controller-manager")
