# What CPack is told of every package; charts/package says which tree it packs, and under which name.
set(CPACK_PACKAGE_NAME everynode)
set(CPACK_PACKAGE_VENDOR Everynode)
if(NOT CPACK_PACKAGE_FILE_NAME)
  set(CPACK_PACKAGE_FILE_NAME everynode) # CPack wants one, and names Debian's and Red Hat's as these do
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "one correct pod on every node")
set(CPACK_PACKAGE_DESCRIPTION
    "Everynode makes the pods of Kubernetes' DaemonSets right, and says why a
 node has none. It is an admission webhook, a controller that takes the place
 of the in-tree DaemonSet controller, and a plugin of kubectl.")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_SET_DESTDIR OFF)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# The archive has one folder, whose name is in its tree.
set(CPACK_INCLUDE_TOPLEVEL_DIRECTORY OFF)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE
    "Apache-2.0 AND BSL-1.0 AND MIT AND BSD-2-Clause AND BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1")
set(CPACK_RPM_PACKAGE_GROUP System/Management)
set(CPACK_RPM_PACKAGE_SUGGESTS "ca-certificates, tzdata")
# The libraries that the package brings are for nobody else, and nobody else's will do.
set(CPACK_RPM_SPEC_MORE_DEFINE
    "%global __provides_exclude_from ^/usr/lib/everynode/.*$
%global __requires_exclude ^lib(${BUNDLED})[.]so.*$
%define _build_id_links none
%define __strip /bin/true")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /usr/share/man /usr/share/man/man1 /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/zsh
    /usr/share/zsh/site-functions /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/licenses)
