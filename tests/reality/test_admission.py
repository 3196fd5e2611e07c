"""How the API server speaks to a mutating webhook. Seen in Kubernetes v1.37.2 unless a test says otherwise; the source
is
`staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook` there."""

from __future__ import annotations

import json

from tests.harness.cluster import audit, pods, waiting
from tests.reality.environment import RealityTest, patched

TOLERATIONS = "/spec/tolerations"


class Admission(RealityTest):
    def test_a_patch_that_does_not_apply_loses_the_pod_also_where_the_webhook_fails_open(self) -> None:
        """Not a failed call but an error of the request, 500: `mutating/dispatcher.go`, `callAttemptMutatingHook`.
        Everynode checks its patches before it sends them."""
        missing = patched({"op": "add", "path": "/spec/imagePullSecrets/-", "value": {"name": "s"}})
        error = self.not_admitted("Ignore", lambda response: response.update(missing))
        self.assertEqual(error.code, 500)

    def test_a_patch_may_replace_what_is_not_there(self) -> None:
        """`replace` of a missing member adds it, against RFC 6902, 4.3: `gopkg.in/evanphx/json-patch.v4`, `doReplace`
        with the API server's options."""
        operation = {"op": "replace", "path": "/metadata/annotations", "value": {"a": "b"}}
        admitted = self.admit("Fail", lambda response: response.update(patched(operation)))
        self.assertEqual(admitted.body["metadata"]["annotations"], {"a": "b"})

    def test_an_invalid_toleration_is_refused_whatever_the_policy(self) -> None:
        """422: what a webhook has added is validated like what a user wrote; `pkg/apis/core/validation`."""
        wrong = {"key": "k", "operator": "Exists", "value": "v"}
        change = patched({"op": "add", "path": f"{TOLERATIONS}/-", "value": wrong})
        error = self.not_admitted("Ignore", lambda response: response.update(change))
        self.assertEqual(error.code, 422)

    def test_a_pod_always_has_tolerations_when_a_webhook_sees_it(self) -> None:
        """The built-in plugins come first: DefaultTolerationSeconds has added two of 300 s, ServiceAccount a volume,
        Priority the number 0."""
        with self.webhook("Fail", lambda response: None) as scripted:
            name = self.name("seen")
            pods.dry_run(self.api, pods.pod(name))
        spec = json.loads(scripted.reviews[name])["request"]["object"]["spec"]
        self.assertEqual([one["tolerationSeconds"] for one in spec["tolerations"]], [300, 300])
        self.assertEqual(spec["priority"], 0)
        self.assertTrue(spec["volumes"][0]["name"].startswith("kube-api-access-"))

    def test_the_built_in_plugins_run_again_after_a_webhook(self) -> None:
        """Tolerations that a webhook has taken away are back: `admission/reinvocation.go`."""
        change = patched({"op": "replace", "path": TOLERATIONS, "value": None})
        admitted = self.admit("Fail", lambda response: response.update(change))
        self.assertEqual(len(admitted.body["spec"]["tolerations"]), 2)

    def test_a_warning_with_a_control_character_is_dropped_whole(self) -> None:
        """Without a line in the log: `apiserver/pkg/warning`, which builds an HTTP header of it. Everynode escapes what
        is foreign in its warnings."""
        warnings = ["fine", "a\nb", "tab\there", "ends\n", "", "fine"]
        self.assertEqual(self.admit("Fail", lambda response: response.update(warnings=warnings)).warnings, ["fine"])

    def test_a_long_warning_is_cut_and_many_are_dropped(self) -> None:
        """256 characters each once there are too many, 4096 in all: `apiserver/pkg/endpoints/filters/warning.go`."""
        whole = ["x" * 300]
        self.assertEqual(self.admit("Fail", lambda response: response.update(warnings=whole)).warnings, whole)
        many = [f"{i:03}" + "x" * 397 for i in range(30)]
        told = self.admit("Fail", lambda response: response.update(warnings=many)).warnings
        self.assertLess(len(told), 30)
        self.assertLess(len(told[-1]), 300)

    def test_a_patch_without_its_type_and_a_type_without_a_patch_are_failed_calls(self) -> None:
        """Both, so a pod without a change must say neither: `request/admissionreview.go`, `VerifyAdmissionResponse`."""
        patch = patched({"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}})
        for part in ("patch", "patchType"):
            with self.subTest(part):
                open_ = self.admit("Ignore", lambda response, part=part: response.update({part: patch[part]}))
                self.assertNotIn("annotations", open_.body["metadata"])
                closed = self.not_admitted("Fail", lambda response, part=part: response.update({part: patch[part]}))
                self.assertEqual(closed.code, 500)

    def test_an_answer_with_another_uid_is_a_failed_call(self) -> None:
        """`request/admissionreview.go`."""
        self.assertEqual(self.admit("Ignore", lambda response: response.update(uid="wrong")).body["kind"], "Pod")
        error = self.not_admitted("Fail", lambda response: response.update(uid="wrong"))
        self.assertIn("expected response.uid", str(error))

    def test_a_refusal_without_a_status_is_400(self) -> None:
        """Also `allowed: true` with a status of a failure is allowed, and codes below 400 become 400:
        `webhook/errors/statuserror.go`."""
        error = self.not_admitted("Ignore", lambda response: response.update(allowed=False))
        self.assertEqual(error.code, 400)
        self.assertIn("denied the request without explanation", str(error))
        teapot = self.not_admitted("Ignore", lambda response: response.update(allowed=False, status={"code": 200}))
        self.assertEqual(teapot.code, 400)

    def test_an_audit_annotation_with_a_bad_key_is_dropped_and_the_rest_counts(self) -> None:
        """Names have at most 63 characters: `apimachinery/pkg/util/validation`, `IsQualifiedName`."""
        name = self.name("audited")
        with self.webhook("Fail", lambda response: response.update(auditAnnotations={"good": "1", "bad key": "2"})):
            self.create(pods.PODS, pods.pod(name))

        def told() -> dict | None:
            for event in audit.events(self.cluster.audit_log):
                reference = event.get("objectRef") or {}
                if reference.get("name") == name and event["verb"] == "create":
                    return event.get("annotations") or {}
            return None

        annotations = waiting.until(told, "the audit log", 10)
        self.assertTrue(any(key.endswith("/good") for key in annotations), annotations)
        self.assertFalse(any("bad" in key for key in annotations))

    def test_a_pod_with_a_generated_name_has_none_yet(self) -> None:
        """`name` is absent from the request and from the object, so nothing of a DaemonSet's pod tells it apart:
        `apiserver/pkg/registry/rest/create.go`."""
        with self.webhook("Fail", lambda response: None) as scripted:
            document = pods.pod("x")
            del document["metadata"]["name"]
            document["metadata"]["generateName"] = "nameless-"
            pods.dry_run(self.api, document)
        request = json.loads(scripted.reviews["nameless"])["request"]
        self.assertNotIn("name", request["object"]["metadata"])
        self.assertNotIn("name", request)
