#include "pages.hpp"

#include <utility>

namespace everynode::inspection {
namespace {

constexpr std::uint32_t page_size = 500;
constexpr unsigned not_found = 404;

}  // namespace

std::expected<bool, Failure> visit_all(Conversation& conversation, const kube::Collection& collection,
                                       const std::function<void(const protocol::Item&)>& visit) {
  codec::Document document;
  std::string item;
  std::string next;
  do {
    const kube::Request request = kube::list(collection, page_size, next);
    const kube::Outcome outcome = conversation.ask(request);
    if (outcome && outcome->status == not_found) return false;
    if (!outcome || !outcome->ok()) return std::unexpected(failure_of(conversation.address(), request, outcome));
    auto page = protocol::read_page(outcome->body, visit, document, item);
    if (!page) {
      return std::unexpected(unreadable(conversation.address(), request, *outcome, page.error().text()));
    }
    next = std::move(page->continue_);
  } while (!next.empty());
  return true;
}

}  // namespace everynode::inspection
