/// A text that many objects have.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "everynode/objects/shared.hpp"

namespace everynode::objects {

/// Immutable, and half as large as a std::string, for which it stands in. Copies share the text; equal texts need not.
class SharedText {
 public:
  SharedText() = default;
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view> && (!std::same_as<Text, SharedText>)
  SharedText(const Text& text) : SharedText(std::string_view(text)) {}
  SharedText(std::string_view text) {
    if (!text.empty()) text_ = std::string(text);
  }

  operator std::string_view() const { return text(); }
  operator const std::string&() const { return text(); }
  [[nodiscard]] const std::string& text() const { return text_ ? *text_ : none(); }

  [[nodiscard]] bool empty() const { return !text_; }
  [[nodiscard]] bool contains(std::string_view part) const { return text().contains(part); }
  void clear() { text_.reset(); }
  /// Whether nobody else shares it.
  [[nodiscard]] bool alone() const { return text_.alone(); }

  template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
  friend bool operator==(const SharedText& a, const Text& b) {
    if constexpr (std::same_as<Text, SharedText>) return a.text_ == b.text_;
    return std::string_view(a) == std::string_view(b);
  }
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
  friend auto operator<=>(const SharedText& a, const Text& b) {
    return std::string_view(a) <=> std::string_view(b);
  }
  friend std::string operator+(std::string left, const SharedText& right) { return std::move(left += right.text()); }
  friend std::string operator+(const SharedText& left, std::string_view right) {
    return left.text() + std::string(right);
  }

 private:
  static const std::string& none() {
    static const std::string empty;
    return empty;
  }

  Shared<std::string> text_;
};

}  // namespace everynode::objects
