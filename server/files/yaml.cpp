#include "everynode/files/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

namespace everynode::files {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_values = 100'000;
constexpr std::size_t max_depth = 64;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool starts_like_a_number(std::string_view text) {
  return !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0 ||
                           std::string_view("+-.").contains(text.front()));
}

/// A scalar that was not quoted, by the rules of the core schema.
Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (!starts_like_a_number(text)) return text;
  if (const auto integer = number<std::int64_t>(text)) return *integer;
  if (const auto real = number<double>(text)) return *real;
  return text;
}

class Converter {
 public:
  Json convert(const YAML::Node& node, std::size_t depth = 0) {
    if (depth > max_depth) throw std::length_error("it is nested more than 64 levels deep");
    if (++values_ > max_values)
      throw std::length_error("it has more than 100000 values (aliases counted where they are used)");
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return node.Tag() == "!" ? Json(node.Scalar()) : plain_scalar(node.Scalar());
      case YAML::NodeType::Sequence:
        return sequence(node, depth);
      case YAML::NodeType::Map:
        return map(node, depth);
      default:
        return nullptr;
    }
  }

 private:
  Json sequence(const YAML::Node& node, std::size_t depth) {
    Json list = Json::array();
    for (const YAML::Node& element : node) list.push_back(convert(element, depth + 1));
    return list;
  }

  Json map(const YAML::Node& node, std::size_t depth) {
    Json object = Json::object();
    for (const auto& member : node) {
      const std::string& key = member.first.Scalar();
      if (object.contains(key)) throw std::invalid_argument("the key \"" + key + "\" stands there twice");
      object[key] = convert(member.second, depth + 1);
    }
    return object;
  }

  std::size_t values_ = 0;
};

}  // namespace

std::expected<std::string, std::string> yaml_to_json(const std::string& text) try {
  return Converter().convert(YAML::Load(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
} catch (const std::exception& error) {
  return std::unexpected(std::string(error.what()));
}

std::expected<std::string, std::string> as_json(std::string text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (text[first] == '{' || text[first] == '[')) return text;
  auto json = yaml_to_json(text);
  return json ? std::move(json) : std::unexpected("not YAML: " + json.error());
}

}  // namespace everynode::files
