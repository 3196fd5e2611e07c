#include "everynode/files/yaml_writer.hpp"

#include <yaml.h>

#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "yaml_number.hpp"
#include "yaml_scalar.hpp"

namespace everynode::files {
namespace {

using Json = nlohmann::ordered_json;

/// libyaml's emitter, which takes events. It copies what it is given and fails for want of memory only.
class Writer {
 public:
  Writer() {
    if (yaml_emitter_initialize(&emitter_) == 0) throw std::bad_alloc();
    yaml_emitter_set_output(&emitter_, append, &out_);
    yaml_emitter_set_width(&emitter_, -1);
  }
  ~Writer() { yaml_emitter_delete(&emitter_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  std::string write(const Json& json) {
    emit(yaml_stream_start_event_initialize(&event_, YAML_UTF8_ENCODING));
    emit(yaml_document_start_event_initialize(&event_, nullptr, nullptr, nullptr, 1));
    write_value(json);
    emit(yaml_document_end_event_initialize(&event_, 1));
    emit(yaml_stream_end_event_initialize(&event_));
    return std::move(out_);
  }

 private:
  static int append(void* out, unsigned char* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
    return 1;
  }

  void emit(int initialized) {
    if (initialized == 0 || yaml_emitter_emit(&emitter_, &event_) == 0) throw std::bad_alloc();
  }

  void write_value(const Json& json) {
    if (json.is_object()) {
      const auto style = json.empty() ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
      emit(yaml_mapping_start_event_initialize(&event_, nullptr, nullptr, 1, style));
      for (const auto& [key, value] : json.items()) {
        write_text(key);
        write_value(value);
      }
      return emit(yaml_mapping_end_event_initialize(&event_));
    }
    if (json.is_array()) {
      const auto style = json.empty() ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
      emit(yaml_sequence_start_event_initialize(&event_, nullptr, nullptr, 1, style));
      for (const Json& value : json) write_value(value);
      return emit(yaml_sequence_end_event_initialize(&event_));
    }
    json.is_string() ? write_text(json.get<std::string>()) : write_scalar(json.dump(), YAML_PLAIN_SCALAR_STYLE);
  }

  /// With quotes where we, or readers of YAML 1.1, would read it as something else; the emitter sees to what is no
  /// plain scalar at all.
  void write_text(const std::string& text) {
    const auto read = resolve({}, text, true);
    const bool same = read && std::holds_alternative<std::string>(*read) && text != "<<" && text != "=";
    const bool plain = same && !is_date_or_base_60(text);
    write_scalar(text, plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  }

  void write_scalar(const std::string& text, yaml_scalar_style_t style) {
    const auto* const bytes = reinterpret_cast<const yaml_char_t*>(text.data());
    emit(yaml_scalar_event_initialize(&event_, nullptr, nullptr, bytes, static_cast<int>(text.size()), 1, 1, style));
  }

  yaml_emitter_t emitter_{};
  yaml_event_t event_{};
  std::string out_;
};

}  // namespace

std::string to_yaml(const std::string& json) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) throw std::invalid_argument("expected JSON");
  return Writer().write(parsed);
}

}  // namespace everynode::files
