"""The software bill of materials, as SPDX 2.3."""

from __future__ import annotations

import hashlib
import re
import time
from urllib.parse import quote

from charts.image.debian import Package


def document(version: str, epoch: int, linked: list[Package], compiled_in: list[Package]) -> dict:
    """`linked`: whose shared libraries or files are in the image; `compiled_in`: whose headers are in the binary."""
    packages = [*linked, *compiled_in]
    content = hashlib.sha256(repr((version, packages)).encode()).hexdigest()
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"everynode-{version}",
        "documentNamespace": f"https://everynode.dev/sbom/{version}/{content}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "creators": ["Tool: everynode-build-image"],
        },
        "packages": [everynode(version), *map(entry, packages)],
        "relationships": [
            relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-everynode"),
            *(
                relation(
                    "SPDXRef-everynode", "DYNAMIC_LINK" if one.name.startswith("lib") else "DEPENDS_ON", identity(one)
                )
                for one in linked
            ),
            *(relation("SPDXRef-everynode", "STATIC_LINK", identity(one)) for one in compiled_in),
        ],
    }


def everynode(version: str) -> dict:
    return {
        "SPDXID": "SPDXRef-everynode",
        "name": "everynode",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "licenseDeclared": "Apache-2.0",
        "licenseConcluded": "Apache-2.0",
        "copyrightText": "NOASSERTION",
        "filesAnalyzed": False,
    }


def entry(one: Package) -> dict:
    name = re.sub(r" <.*", "", one.maintainer)
    return {
        "SPDXID": identity(one),
        "name": one.name,
        "versionInfo": one.version,
        "supplier": f"Organization: {name}",
        "downloadLocation": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "licenseConcluded": "NOASSERTION",
        "licenseComments": f"see {one.copyright_file}",
        "copyrightText": "NOASSERTION",
        "filesAnalyzed": False,
        "sourceInfo": f"built from the Debian source package {one.source} {one.source_version}",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:deb/debian/{quote(one.name)}@{quote(one.version)}"
                f"?arch={one.architecture}&distro=debian-12",
            }
        ],
    }


def identity(one: Package) -> str:
    return "SPDXRef-deb-" + re.sub(r"[^A-Za-z0-9.-]", "-", one.name)


def relation(from_: str, kind: str, to: str) -> dict:
    return {"spdxElementId": from_, "relationshipType": kind, "relatedSpdxElement": to}
