/// The verbs that run a process which serves others: their flags, and what runs for them.
#pragma once

#include "common_options.hpp"
#include "everynode/page/process.hpp"
#include "everynode/reconciler/settings.hpp"
#include "everynode/webhook/settings.hpp"

namespace everynode::cli {

/// `settings` and `chosen` must live as long as `app`; reading the command line fills them.
void add_webhook(CLI::App& app, webhook::WebhookSettings& settings, Verb& chosen);
void add_reconciler(CLI::App& app, reconciler::ReconcilerSettings& settings, Verb& chosen);

void add_dashboard(CLI::App& app, page::PageSettings& settings, Verb& chosen);

}  // namespace everynode::cli
