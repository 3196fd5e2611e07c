#include "certificates.hpp"

#include "everynode/app/log.hpp"
#include "everynode/core/time.hpp"

namespace everynode::app {

cluster::CertificateObserver certificate_observer(controller::Metrics& metrics) {
  using std::chrono::sys_seconds;
  cluster::CertificateObserver observer;
  observer.looked = [&metrics](std::optional<sys_seconds> authority, std::optional<sys_seconds> leaf) {
    if (authority) metrics.certificate_expiry("ca", *authority);
    if (leaf) metrics.certificate_expiry("leaf", *leaf);
  };
  observer.made_authority = [&metrics](sys_seconds expires) {
    metrics.certificate_renewed("ca");
    log::info("made a CA for the webhook", {{"expires", core::to_rfc3339(expires)}});
  };
  observer.wrote_bundles = [&metrics](std::size_t authorities, std::size_t webhooks) {
    metrics.certificate_bundle_written();
    log::info("wrote the webhook's caBundle", {{"authorities", static_cast<std::int64_t>(authorities)},
                                               {"webhooks", static_cast<std::int64_t>(webhooks)}});
  };
  observer.issued = [&metrics](sys_seconds expires) {
    metrics.certificate_renewed("leaf");
    log::info("issued the webhook's certificate", {{"expires", core::to_rfc3339(expires)}});
  };
  observer.failed = [&metrics](const std::string& trouble) {
    metrics.certificate_failed();
    log::error("the webhook's certificate cannot be kept, trying again", {{"problem", trouble}});
  };
  return observer;
}

}  // namespace everynode::app
