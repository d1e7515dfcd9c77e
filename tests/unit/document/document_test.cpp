#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using document::Document;

namespace {

std::string typed(const std::string& scalar) {
  return document::json::serialize(Document::parse("v: " + scalar, "t.yml").value().at("v"));
}

}  // namespace

TEST_CASE("plain scalars get the types that PyYAML gives them") {
  const std::vector<std::pair<std::string, std::string>> k_table = {{"yes", "true"},
                                                                    {"Off", "false"},
                                                                    {"~", "null"},
                                                                    {"", "null"},
                                                                    {"12", "12"},
                                                                    {"-1_000", "-1000"},
                                                                    {"0x1F", "31"},
                                                                    {"010", "8"},
                                                                    {"0b101", "5"},
                                                                    {"3.8", "3.8E0"},
                                                                    {"1e3", "\"1e3\""},
                                                                    {"1.5e+3", "1.5E3"},
                                                                    {"\"12\"", "\"12\""},
                                                                    {"'yes'", "\"yes\""},
                                                                    {"!!str 12", "\"12\""},
                                                                    {"1.2.3", "\"1.2.3\""},
                                                                    {"2026-03-01", "\"2026-03-01\""},
                                                                    {"azureml:x@latest", "\"azureml:x@latest\""},
                                                                    {"|\n  text", "\"text\""},
                                                                    {"y", "\"y\""},
                                                                    {"09", "\"09\""}};
  for (const auto& [scalar, expected] : k_table) {
    CAPTURE(scalar);
    CHECK(typed(scalar) == expected);
  }
}

TEST_CASE("every node knows its line and column") {
  const Document file = Document::parse("a: 1\njobs:\n  train:\n    command: run\n", "job.yml");
  const auto command = file.root().at("jobs").at("train").at("command");
  CHECK(core::to_string(command.place()) == "job.yml:4:14");
  CHECK(core::to_string(command.key_place()) == "job.yml:4:5");
}

TEST_CASE("anchors and merge keys are resolved, own keys win") {
  const Document file = Document::parse(
      "base: &base {cpu: 1, memory: 2}\nmore: &more {memory: 3, disk: 4}\n"
      "job:\n  <<: [*base, *more]\n  cpu: 9\nplain: *base\n",
      "t.yml");
  CHECK(document::json::serialize(file.value().at("job")) == R"({"cpu":9,"memory":2,"disk":4})");
  CHECK(document::json::serialize(file.value().at("plain")) == R"({"cpu":1,"memory":2})");
}

TEST_CASE("a merged mapping's own keys win over what it merges itself") {
  const Document file = Document::parse("a: &a {k: 1, l: 1}\nb: &b {<<: *a, k: 2}\nc: {<<: *b}\n", "t.yml");
  CHECK(document::json::serialize(file.value().at("c")) == R"({"k":2,"l":1})");
}

TEST_CASE("a small file can't unfold into a huge value") {
  std::string merges = "m0: &m0 {x: 1}\n";
  std::string lists = "m0: &m0 [1]\n";
  for (int i = 1; i < 12; ++i) {
    const auto one = fmt::format("*m{0}, *m{0}, *m{0}, *m{0}, *m{0}, *m{0}, *m{0}, *m{0}, *m{0}", i - 1);
    merges += fmt::format("m{0}: &m{0} {{<<: [{1}]}}\n", i, one);
    lists += fmt::format("m{0}: &m{0} [{1}]\n", i, one);
  }
  for (const auto& text : {merges, lists,
                           "a: &a " + std::string(300'000, 'x') + "\nb: [" +
                               core::join(std::vector<std::string>(1'000, "*a"), ", ") + "]\n"}) {
    CHECK_THROWS_WITH(Document::parse(text, "t.yml"),
                      Catch::Matchers::ContainsSubstring("unfolds into too many nodes"));
  }
}

TEST_CASE("numbers that no type holds are the nearest that there is") {
  CHECK(typed("1.0e-310") == "1E-310");
  CHECK(typed("-9223372036854775808") == "-9223372036854775808");
  CHECK(typed("0xFFFF_FFFF_FFFF_FFFF_FFFF") == "1.2089258196146292E24");
  CHECK(typed("1_000_000_000_000_000_000_000") == "1E21");
  CHECK(typed("0b_") == "\"0b_\"");
}

TEST_CASE("characters that YAML has no use for are errors at their place") {
  CHECK_THROWS_WITH(Document::parse("a: 1\nb: \x01\n", "t.yml"), Catch::Matchers::StartsWith("t.yml:2:4:"));
  for (const auto* bytes : {"\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\x80"}) {
    CHECK_THROWS_WITH(Document::parse(std::string("a: é ") + bytes, "t.yml"),
                      "t.yml:1:6: the file holds a byte that is not UTF-8. Save it in UTF-8.");
  }
}

TEST_CASE("JSON is read by its own rules") {
  const auto read = [](const std::string& text) {
    return document::json::serialize(Document::parse(text, "t.json").value());
  };
  CHECK(read("\t{\"a\"\n:1e5, \"b\": -0.5, \"c\": 18446744073709551615}\n\t\n") ==
        R"({"a":1E5,"b":-5E-1,"c":1.8446744073709552E19})");
  CHECK(read("[\"\xE2\x80\xA8\", true, null, {}, []]") == "[\"\xE2\x80\xA8\",true,null,{},[]]");
  CHECK(read("{\"" + std::string(2'000, 'k') + "\": 1}").size() == 2'006);
  for (const auto* text :
       {"[1 2]", "{\"a\":1 \"b\":2}", "{\"a\":}", "{\"a\"}", "{\"a\":tru}", "[1,]", "{\"a\":1 /* x */}", "", "'a'"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(Document::parse(text, "t.json"), Catch::Matchers::StartsWith("t.json:1:"));
  }
  CHECK_THROWS_WITH(Document::parse("{\"é\": 1, \"é\": 2}", "t.json"),
                    "t.json:1:10: the key \"é\" stands twice in one mapping. Remove one of the two.");
  CHECK_THROWS_WITH(Document::parse("{} x", "t.json"), Catch::Matchers::StartsWith("t.json:1:4:"));
  const Document places =
      Document::parse("{\"ü\": \"é\\n\",\n \"b\": [1, 2.50]}", "t.json", document::Scalars::as_written);
  CHECK(core::to_string(places.place_of("/b/1")) == "t.json:2:11");
  CHECK(core::to_string(places.place_of_key("/b")) == "t.json:2:2");
  CHECK(document::json::serialize(places.value()) == "{\"ü\":\"é\\n\",\"b\":[\"1\",\"2.50\"]}");
  CHECK(places.is_plain("/b/1"));
  CHECK_FALSE(places.is_plain("/ü"));
}

TEST_CASE("numbers of JSON are the nearest doubles, and NaN is a word of its own") {
  const auto value = [](const std::string& text) { return Document::parse(text, "t.json").value(); };
  CHECK(value("0.21659939713061338").as_double() == 0.21659939713061338);
  CHECK(value("[NaN, -Infinity]") == document::json::array{"NaN", "-Infinity"});
  for (const auto* text : {"[1NaN]", "[-NaN]", "[1.NaN]", "[NaN1]", "[--Infinity]"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(value(text), Catch::Matchers::StartsWith("t.json:1:"));
  }
}

TEST_CASE("what is set is YAML, whatever its path ends with") {
  Document file = Document::parse("inputs: {}\n", "job.yml");
  file.set("inputs.json", "abc", "set inputs.json");
  CHECK(document::json::serialize(file.value()) == R"({"inputs":{"json":"abc"}})");
}

TEST_CASE("a document knows where its first anchor stands") {
  CHECK(Document::parse("a: 1\n", "t.yml").first_anchor() == nullptr);
  const Document file = Document::parse("a: 1\nb: &b {c: &c 2}\n", "t.yml");
  REQUIRE(file.first_anchor() != nullptr);
  CHECK(core::to_string(*file.first_anchor()) == "t.yml:2:4");
}

TEST_CASE("an alias needs an anchor before it, and may not stand within that node") {
  CHECK_THROWS_WITH(Document::parse("a: *b\n", "t.yml"),
                    Catch::Matchers::StartsWith("t.yml:1:4:") &&
                        Catch::Matchers::ContainsSubstring("there is no anchor \"b\" before this alias"));
  CHECK_THROWS_AS(Document::parse("a: &a [1, *a]\n", "t.yml"), core::Error);
}

TEST_CASE("an error in a list or mapping says where that begins") {
  CHECK_THROWS_WITH(Document::parse("a: 1\nb: [1,\n  2\nc: 3\n", "t.yml"),
                    Catch::Matchers::StartsWith("t.yml:4:") &&
                        Catch::Matchers::ContainsSubstring("while parsing a flow sequence that begins in line 2"));
}

TEST_CASE("a character that starts nothing is named") {
  CHECK_THROWS_WITH(Document::parse("a:\n\tb: 1\n", "t.yml"),
                    "t.yml:2:1: the YAML can't be read: a tab stands where only spaces may. "
                    "Check the indentation and the quotes there.");
  CHECK_THROWS_WITH(Document::parse("a: @me\n", "t.yml"),
                    Catch::Matchers::StartsWith("t.yml:1:4:") &&
                        Catch::Matchers::ContainsSubstring("a text that starts with @ needs quotes"));
}

TEST_CASE("an error at the end is in the last line, one in JSON where that ends to be some") {
  CHECK_THROWS_WITH(Document::parse("a: 1\nb: [{c: d}", "t.yml"), Catch::Matchers::StartsWith("t.yml:2:11:"));
  CHECK_THROWS_WITH(Document::parse("{\n \"a\": 1, // x\n \"b\": 2\n}", "t.json"),
                    Catch::Matchers::StartsWith("t.json:2:10: the JSON can't be read:"));
  CHECK_THROWS_WITH(Document::parse("{\"a\": 1", "t.json"), Catch::Matchers::StartsWith("t.json:1:8:"));
}

TEST_CASE("tags say what a scalar is") {
  const Document file = Document::parse("a: !!str 5\nb: !!int '5'\nc: !mine 5\nd: '5'\ne: 5\nf: '~'\n", "t.yml");
  CHECK(document::json::serialize(file.value()) == R"({"a":"5","b":5,"c":"5","d":"5","e":5,"f":"~"})");
}

TEST_CASE("JSON may be indented with tabs and have no space after a colon") {
  const Document file = Document::parse("{\n\t\"a\":\t[1,2],\n\t\"b\":\"x\\/y\"\n}\n", "t.json");
  CHECK(document::json::serialize(file.value()) == R"({"a":[1,2],"b":"x/y"})");
}

TEST_CASE("bad YAML is an error with the place") {
  CHECK_THROWS_WITH(Document::parse("a: [1, 2\nb: 3\n", "bad.yml"),
                    Catch::Matchers::StartsWith("bad.yml:2:") && Catch::Matchers::ContainsSubstring("can't be read"));
  CHECK_THROWS_WITH(Document::parse("a: 1\nb: 2\na: 3\n", "twice.yml"),
                    "twice.yml:3:1: the key \"a\" stands twice in one mapping. Remove one of the two.");
  CHECK_THROWS_WITH(Document::parse("a: 1\n---\nb: 2\n", "two.yml"),
                    Catch::Matchers::ContainsSubstring("more than one YAML document"));
}

TEST_CASE("a quoted text without its closing quote is an error") {
  CHECK_THROWS_WITH(Document::parse("a: 1\nb: 'open\nc: 2\n", "open.yml"),
                    "open.yml:2:4: the YAML can't be read: the quoted text that begins here has no closing quote. "
                    "Check the indentation and the quotes there.");
  CHECK_THROWS_AS(Document::parse("b: \"it\\\"s\n", "open.yml"), core::Error);
  CHECK(Document::parse("b: 'it''s'", "t.yml").root().at("b").as_string() == "it's");
  CHECK(Document::parse("b: \"it\\\"s\"", "t.yml").root().at("b").as_string() == "it\"s");
  CHECK(Document::parse("\xEF\xBB\xBF"
                        "b: 'x'",
                        "t.yml")
            .root()
            .at("b")
            .as_string() == "x");
}

TEST_CASE("a file that is not UTF-8 is an error with the line") {
  CHECK_THROWS_WITH(Document::parse("a: 1\nb: caf\xE9\n", "latin.yml"),
                    "latin.yml:2:7: the file holds a byte that is not UTF-8. Save it in UTF-8.");
}

TEST_CASE("a file of nested anchors that unfolds without end is refused") {
  std::string bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string previous(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) bomb += "*" + previous + (i < 9 ? "," : "]\n");
  }
  CHECK_THROWS_WITH(Document::parse(bomb, "bomb.yml"), Catch::Matchers::ContainsSubstring("too many nodes"));
}

TEST_CASE("a number without a point before its exponent is one where a number is asked for") {
  CHECK(Document::parse("v: 1e-3", "t.yml").root().at("v").as_number() == 0.001);
  CHECK_THROWS_AS(Document::parse("v: 1e-3x", "t.yml").root().at("v").as_number(), core::Error);
}

TEST_CASE("typed reads say what was expected and what stands there") {
  const Document file = Document::parse("n: text\nm: {}\nl: [1]\nf: 3.80\n", "t.yml");
  CHECK_THROWS_WITH(file.root().at("n").as_integer(),
                    "t.yml:1:4: a whole number is needed here, not the text \"text\".");
  CHECK_THROWS_WITH(file.root().at("m").as_text(), "t.yml:2:4: a text is needed here, not a mapping.");
  CHECK_THROWS_WITH(file.root().at("x"), "t.yml:1:1: the key \"x\" is missing. Add it to this mapping.");
  CHECK(file.root().at("l").children().at(0).as_integer() == 1);
}

TEST_CASE("an unknown key is named with its place and the nearest valid one") {
  const Document file = Document::parse("command: x\ncomputee: cpu\n", "job.yml");
  CHECK_THROWS_WITH(file.root().require_keys({"command", "compute"}, "a command job"),
                    "job.yml:2:1: unknown key \"computee\" in a command job; did you mean \"compute\"?");
  CHECK_THROWS_WITH(file.root().require_keys({"command", "inputs"}, "a command job"),
                    "job.yml:2:1: unknown key \"computee\" in a command job. Known keys: command, inputs.");
}

TEST_CASE("overrides set, add and extend nodes by a dotted path") {
  Document file = Document::parse("jobs: {train: {args: [a, b]}}\n", "job.yml");
  file.set("jobs.train.compute", "azureml:cpu", "--set");
  file.set("jobs.train.args.1", "7", "--set");
  file.set("jobs.train.args.2", "c", "--set");
  file.set("tags", "{a: b}", "--set");
  CHECK(document::json::serialize(file.value()) ==
        R"({"jobs":{"train":{"args":["a",7,"c"],"compute":"azureml:cpu"}},"tags":{"a":"b"}})");
  CHECK(core::to_string(file.root().at("jobs").at("train").at("compute").place()) == "--set");
  CHECK_THROWS_WITH(
      file.set("jobs.train.args.9", "x", "--set"),
      "--set: can't set \"jobs.train.args.9\": the list has no element \"9\". Write a.b.c=value, with list "
      "elements by index: a.0.b=value.");
  CHECK_THROWS_WITH(file.set("tags.a.b", "x", "--set"),
                    Catch::Matchers::ContainsSubstring("\"b\" stands below a plain value"));
}

TEST_CASE("strings can be transformed in place, keys stay") {
  Document file = Document::parse("$(A): $(A)\nlist: [$(A), 1]\n", "t.yml");
  file.transform_strings([](const std::string& text, const core::FilePlace& place, const std::string& pointer) {
    return text == "$(A)" ? pointer + " line " + std::to_string(place.line) : text;
  });
  CHECK(document::json::serialize(file.value()) == R"json({"$(A)":"/$(A) line 1","list":["/list/0 line 2",1]})json");
}

TEST_CASE("printed JSON is indented and can be read again") {
  const document::json::value value = document::json::parse(R"({"a":[1,2.5,{"b":"ü"}],"e":{},"n":null})");
  const std::string text = document::to_pretty_json(value);
  CHECK(text.substr(0, 14) == "{\n  \"a\": [\n   ");
  CHECK(document::json::parse(text) == value);
}

TEST_CASE("a template expression may be a key twice where scalars are kept as they are written") {
  const std::string text = "${{ insert }}: a\n${{ insert }}: b\n${{ insert }}: c\n";
  const Document file = Document::parse(text, "t.yml", document::Scalars::as_written);
  CHECK(document::json::serialize(file.value()) ==
        R"({"${{ insert }}":"a","${{ insert  }}":"b","${{ insert   }}":"c"})");
  CHECK(file.root().members()[1].second.key_place().line == 2);
  CHECK_THROWS_WITH(Document::parse(text, "t.yml"),
                    "t.yml:2:1: the key \"${{ insert }}\" stands twice in one mapping. "
                    "Remove one of the two.");
  CHECK_THROWS_WITH(Document::parse("a: 1\na: 2\n", "t.yml", document::Scalars::as_written),
                    "t.yml:2:1: the key \"a\" stands twice in one mapping. Remove one of the two.");
}

TEST_CASE("scalars can be kept exactly as they are written, only null stays null") {
  const auto written = [](const std::string& scalar) {
    const Document file = Document::parse("v: " + scalar, "t.yml", document::Scalars::as_written);
    return document::json::serialize(file.value().at("v"));
  };
  const std::vector<std::pair<std::string, std::string>> k_table = {{"3.80", "\"3.80\""},
                                                                    {"007", "\"007\""},
                                                                    {"yes", "\"yes\""},
                                                                    {"0x1F", "\"0x1F\""},
                                                                    {"1_000", "\"1_000\""},
                                                                    {"'12'", "\"12\""},
                                                                    {"!!int 12", "\"12\""},
                                                                    {"1e3", "\"1e3\""},
                                                                    {"~", "null"},
                                                                    {"", "null"},
                                                                    {"null", "null"},
                                                                    {"'null'", "\"null\""},
                                                                    {"[1.0, on]", "[\"1.0\",\"on\"]"}};
  for (const auto& [scalar, expected] : k_table) {
    CAPTURE(scalar);
    CHECK(written(scalar) == expected);
  }
}

TEST_CASE("the two halves of an escaped character in JSON are one character") {
  const auto text_of = [](const std::string& json) {
    return std::string(Document::parse(json, "sample.json").value().at("v").as_string());
  };
  CHECK(text_of(R"({"v": "go \ud83d\ude80!"})") == "go \U0001F680!");
  CHECK(text_of(R"({"v": "\uD834\uDD1E \u00fc"})") == "\U0001D11E \u00fc");
  CHECK(text_of(R"({"v": "\\ud83d is a text"})") == "\\ud83d is a text");
  CHECK(Document::parse(R"({"a": "\ud83d\ude80\ud83d\ude80", "v": 1})", "sample.json").root().at("v").place().column ==
        40);
  for (const std::string half : {R"(\ud83d)", R"(\ude80)", R"(\ud83d\u0041)"}) {
    CAPTURE(half);
    CHECK_THROWS_WITH(
        Document::parse("{\n  \"v\": \"x" + half + "\"}", "sample.json"),
        Catch::Matchers::StartsWith("sample.json:2:10: the escape " + half.substr(0, 6) + " is half a character."));
  }
}
