#include "everynode/http/query.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace everynode::http {

std::optional<std::vector<Parameter>> query_of(std::string_view target) {
  const auto parsed = boost::urls::parse_origin_form(boost::urls::string_view(target.data(), target.size()));
  if (!parsed) return std::nullopt;
  std::vector<Parameter> parameters;
  for (const auto parameter : parsed->params()) {
    parameters.push_back({.name = std::string(parameter.key), .value = std::string(parameter.value)});
  }
  return parameters;
}

}  // namespace everynode::http
