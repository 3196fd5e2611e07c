"""Objects of Everynode's own kinds, as tests change and read them."""

from __future__ import annotations

from typing import Any

from tests.harness.cluster.api import Api, ApiError


class CustomObject:
    """One in the API, at `path`."""

    api: Api
    path: str

    def delete(self) -> None:
        try:
            self.api.delete(self.path)
        except ApiError as error:
            if error.code != 404:
                raise

    def set(self, **spec: Any) -> None:
        self.api.merge(self.path, {"spec": spec})

    def status(self) -> dict:
        return self.api.get(self.path).get("status", {})

    def condition(self, kind: str) -> dict:
        return next((one for one in self.status().get("conditions", []) if one["type"] == kind), {})
