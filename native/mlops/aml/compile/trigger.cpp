#include <fmt/format.h>

#include <mlops/aml/compile/trigger.hpp>
#include <regex>

namespace mlops::aml {

namespace {

// The service wants the time of the trigger's own zone, without an offset.
json::value date_time(const Scope&, const Node& node) {
  static const std::regex k_form("(\\d{4}-\\d{2}-\\d{2})(?:[T ](\\d{2}:\\d{2})(:\\d{2})?(?:\\.\\d+)?Z?)?");
  const std::string text = node.as_text();
  std::smatch match;
  if (!std::regex_match(text, match, k_form)) {
    throw node.error("value-invalid", fmt::format("\"{}\" is no time.", text),
                     "Write 2024-12-31T23:59:00, and the zone as `time_zone`.");
  }
  const std::string minutes = match[2].matched ? match[2].str() : "00:00";
  return json::value(match[1].str() + " " + minutes + (match[3].matched ? match[3].str() : ":00"));
}

Convert one_or_list(Convert element) {
  return [element = std::move(element)](const Scope& scope, const Node& node) -> json::value {
    if (node.is_sequence()) return convert::list_of(element)(scope, node);
    return json::array{element(scope, node)};
  };
}

Convert pattern() {
  static const Table table = {
      {"hours", "hours", one_or_list(convert::integer), true},
      {"minutes", "minutes", one_or_list(convert::integer), true},
      {"week_days", "weekDays",
       one_or_list(convert::choice({{"monday", "Monday"},
                                    {"tuesday", "Tuesday"},
                                    {"wednesday", "Wednesday"},
                                    {"thursday", "Thursday"},
                                    {"friday", "Friday"},
                                    {"saturday", "Saturday"},
                                    {"sunday", "Sunday"}}))},
      {"month_days", "monthDays", one_or_list(convert::integer)},
  };
  return convert::mapping(table, "the pattern of a recurrence");
}

Table with_times(const Table& own) {
  return joined({own,
                 {{"start_time", "startTime", date_time},
                  {"end_time", "endTime", date_time},
                  {"time_zone", "timeZone", convert::text}}});
}

}  // namespace

json::value trigger(const Scope& scope, const Node& node) {
  static const Convert convert = convert::variant(
      "type", "triggerType",
      {{"cron", "Cron", with_times({{"expression", "expression", convert::text, true}})},
       {"recurrence", "Recurrence",
        with_times(
            {{"frequency", "frequency",
              convert::choice(
                  {{"minute", "Minute"}, {"hour", "Hour"}, {"day", "Day"}, {"week", "Week"}, {"month", "Month"}}),
              true},
             {"interval", "interval", convert::integer, true},
             {"schedule", "schedule", pattern()}})}},
      "a trigger");
  json::object body = convert(scope, node).get_object();
  body.emplace("timeZone", "UTC");
  if (body.at("triggerType") == "Recurrence") {
    body.emplace("schedule", json::object{{"hours", json::array()}, {"minutes", json::array()}});
  }
  return body;
}

}  // namespace mlops::aml
