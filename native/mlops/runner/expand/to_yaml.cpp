#include <yaml.h>

#include <mlops/document/scalar.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <new>

namespace mlops::runner {

namespace json = boost::json;

namespace {

// What would be read as nothing without quotes, or as a merge.
bool needs_quotes(std::string_view text) {
  return document::is_null_word(text) || text == "<<";
}

/// Writes a value as the events of libyaml's emitter, which quotes a text where a style can't hold it.
class Writer {
 public:
  Writer() {
    if (yaml_emitter_initialize(&m_emitter) == 0) throw std::bad_alloc();
    yaml_emitter_set_output(&m_emitter, &append, &m_text);
    yaml_emitter_set_unicode(&m_emitter, 1);
    yaml_emitter_set_width(&m_emitter, -1);  // one line for each text
  }

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  ~Writer() { yaml_emitter_delete(&m_emitter); }

  std::string write(const json::value& value) {
    emit([](yaml_event_t* event) { return yaml_stream_start_event_initialize(event, YAML_UTF8_ENCODING); });
    emit([](yaml_event_t* event) { return yaml_document_start_event_initialize(event, nullptr, nullptr, nullptr, 1); });
    node(value);
    emit([](yaml_event_t* event) { return yaml_document_end_event_initialize(event, 1); });
    emit([](yaml_event_t* event) { return yaml_stream_end_event_initialize(event); });
    return std::move(m_text);
  }

 private:
  static int append(void* text, unsigned char* bytes, std::size_t size) {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), size);
    return 1;
  }

  // What fails is memory: the order of events is one, and every text was checked to be UTF-8 where it came from.
  template <typename Initialize>
  void emit(const Initialize& initialize) {
    yaml_event_t event;
    if (initialize(&event) == 0 || yaml_emitter_emit(&m_emitter, &event) == 0) throw std::bad_alloc();
  }

  void node(const json::value& value) {
    if (const auto* object = value.if_object()) {
      emit([](yaml_event_t* event) {
        return yaml_mapping_start_event_initialize(event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE);
      });
      for (const auto& member : *object) {
        text(member.key());
        node(member.value());
      }
      emit([](yaml_event_t* event) { return yaml_mapping_end_event_initialize(event); });
    } else if (const auto* array = value.if_array()) {
      emit([](yaml_event_t* event) {
        return yaml_sequence_start_event_initialize(event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE);
      });
      for (const auto& element : *array) node(element);
      emit([](yaml_event_t* event) { return yaml_sequence_end_event_initialize(event); });
    } else if (const auto* scalar = value.if_string()) {
      text(*scalar);
    } else {
      styled("~", YAML_PLAIN_SCALAR_STYLE);
    }
  }

  void text(std::string_view text) {
    if (needs_quotes(text)) return styled(text, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    if (text.find('\n') == std::string_view::npos) return styled(text, YAML_PLAIN_SCALAR_STYLE);
    styled(text, text.back() == '\n' ? YAML_LITERAL_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  }

  void styled(std::string_view text, yaml_scalar_style_t style) {
    emit([&](yaml_event_t* event) {
      const auto* bytes = reinterpret_cast<const yaml_char_t*>(text.data());
      return yaml_scalar_event_initialize(event, nullptr, nullptr, bytes, static_cast<int>(text.size()), 1, 1, style);
    });
  }

  yaml_emitter_t m_emitter{};
  std::string m_text;
};

}  // namespace

std::string to_yaml(const Expanded& pipeline) {
  return Writer().write(pipeline.root);
}

}  // namespace mlops::runner
