#include "everynode/inspection/names.hpp"

#include <stdexcept>

#include "everynode/codec/document.hpp"
#include "everynode/inspection/conversation.hpp"
#include "everynode/objects/validation.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::inspection {
namespace {

constexpr std::uint32_t most = 500;

std::vector<std::string> names_in(const std::string& body) {
  std::vector<std::string> names;
  codec::Document document;
  std::string text;
  const auto take = [&](const protocol::Item& item) {
    if (objects::is_subdomain(item.meta.name)) names.emplace_back(item.meta.name);
  };
  const auto page = protocol::read_page(body, take, document, text);
  if (!page) throw std::runtime_error(page.error().text());
  return names;
}

}  // namespace

std::vector<std::string> names(const Target& settings, const kube::Resource& resource, bool in_namespace,
                               std::chrono::seconds patience) {
  Conversation conversation(settings, {.attended = false, .patience = patience});
  const kube::Request request =
      kube::list({resource, in_namespace ? conversation.namespace_() : std::string{}}, most, "");
  const kube::Outcome outcome = conversation.ask(request);
  if (!outcome || !outcome->ok()) throw std::runtime_error(kube::explain(request, outcome));
  return names_in(outcome->body);
}

}  // namespace everynode::inspection
