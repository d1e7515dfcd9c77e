#include <mlops/runner/view/render.hpp>
#include <mlops/runner/view/screen.hpp>
#include <mlops/runner/view/text.hpp>
#include <mlops_test/catch.hpp>

#include "run_world.hpp"

using namespace mlops;
using namespace mlops::runner;
using Lines = std::vector<std::string>;

namespace {

core::SystemTime at(int milliseconds) {
  return core::SystemTime(std::chrono::hours(1)) + std::chrono::milliseconds(milliseconds);
}

/// A run whose first stage is done, whose second runs a deployment, and whose third waits.
RunTree half_way() {
  RunTree tree(mlops::test::pipeline(R"yaml(
stages:
- stage: Build
  jobs: [{job: make, steps: [{script: x}]}]
- stage: Deploy
  jobs:
  - deployment: deploy
    displayName: Roll it out
    environment: prd
    strategy: {runOnce: {deploy: {steps: [{script: x}]}}}
- stage: Report
  jobs: [{job: report, steps: [{script: x}]}]
)yaml"));
  tree.apply({.path = {"Build"}, .phase = Phase::running, .at = at(0)});
  tree.apply({.path = {"Build"}, .phase = Phase::done, .at = at(1250)});
  tree.apply({.path = {"Deploy"}, .phase = Phase::running, .at = at(1250)});
  tree.apply({.path = {"Deploy", "deploy"}, .phase = Phase::running, .at = at(1250)});
  tree.apply({.path = {"Deploy", "deploy", "deploy"},
              .name = "deploy",
              .phase = Phase::running,
              .at = at(1250),
              .label = "Deploy.deploy.deploy"});
  tree.apply({.path = {"Deploy", "deploy", "deploy", "1"}, .name = "Checkout"});
  tree.apply({.path = {"Deploy", "deploy", "deploy", "2"}, .name = "Register"});
  tree.apply({.path = {"Deploy", "deploy", "deploy", "1"}, .phase = Phase::running, .at = at(1250)});
  tree.apply({.path = {"Deploy", "deploy", "deploy", "1"}, .phase = Phase::done, .at = at(1300)});
  tree.apply({.path = {"Deploy", "deploy", "deploy", "2"}, .phase = Phase::running, .at = at(1300)});
  return tree;
}

Look look(std::size_t columns = 80, std::size_t rows = 24) {
  return {.columns = columns, .rows = rows, .now = at(63'500)};
}

}  // namespace

TEST_CASE("what runs is shown with its steps, time and newest line; what is done or waits on one line") {
  auto tree = half_way();
  tree.line("Deploy.deploy.deploy", "first");
  tree.line("Deploy.deploy.deploy", "##[command]register model");
  tree.line("Deploy.deploy.deploy", "##[section]Finishing: not output");
  CHECK(render(tree, look()) == Lines{"✓ Build  1.2 s", "● Deploy  1 min 02 s", "  ● Roll it out  1 min 02 s",
                                      "    ✓ Checkout  0.1 s", "    ● Register  1 min 02 s", "      │ register model",
                                      "· Report"});

  SECTION("in ASCII where the locale asks for it") {
    auto ascii = look();
    ascii.unicode = false;
    CHECK(render(tree, ascii)[5] == "      | register model");
    CHECK(render(tree, ascii)[0] == "+ Build  1.2 s");
  }
  SECTION("in colours, which are all the control sequences there are") {
    auto colored = look();
    colored.colors = true;
    CHECK(render(tree, colored)[0] == "\x1b[32m✓ Build  1.2 s\x1b[0m");
  }
  SECTION("a narrow terminal cuts lines one column before its edge") {
    CHECK(render(tree, look(16)) == Lines{"✓ Build  1.2 s", "● Deploy  1 mi~", "  ● Roll it ou~", "    ✓ Checkout~",
                                          "    ● Register~", "      │ regist~", "· Report"});
  }
  SECTION("a low one loses what says least, and says how much") {
    CHECK(render(tree, look(80, 7)) == Lines{"(2 more lines)", "● Deploy  1 min 02 s", "  ● Roll it out  1 min 02 s",
                                             "    ● Register  1 min 02 s", "      │ register model", "· Report"});
    CHECK(render(tree, look(80, 4)) == Lines{"(5 more lines)", "    ● Register  1 min 02 s", "      │ register model"});
  }
}

TEST_CASE("a question stands below the tree, wrapped, with the answer so far") {
  auto tree = half_way();
  tree.apply({.path = {"Report"}, .phase = Phase::approving, .at = at(2000)});
  auto asking = look(30);
  asking.question = "Read the verdict of the gate before\nApprove prd? [y/N] ";
  asking.typed = "ye";
  const auto lines = render(tree, asking);
  REQUIRE(lines.size() == 10);
  CHECK(lines[5] == "? Report  waits for approval");
  CHECK(lines[6] == "  · report");
  CHECK(Lines(lines.begin() + 7, lines.end()) ==
        Lines{"Read the verdict of the gate", "before", "Approve prd? [y/N] ye"});

  SECTION("and stays when there is room for little else") {
    asking.rows = 5;
    CHECK(render(tree, asking) ==
          Lines{"(6 more lines)", "? Report  waits for approval", "before", "Approve prd? [y/N] ye"});
  }
}

TEST_CASE("a failed step stays open and is told of at the end with its log") {
  auto tree = half_way();
  tree.line("Deploy.deploy.deploy", "##[error]no such \x1b[31mmodel\x1b[0m");
  const Lines step{"Deploy", "deploy", "deploy", "2"};
  tree.apply({.path = step, .phase = Phase::done, .result = Result::Failed, .at = at(2000), .log = "logs/2.log"});
  for (std::size_t length = 3; length > 0; --length) {
    tree.apply({.path = Lines(step.begin(), step.begin() + static_cast<long>(length)),
                .phase = Phase::done,
                .result = Result::Failed,
                .at = at(2000)});
  }
  tree.apply({.path = {"Report"}, .phase = Phase::done, .result = Result::Skipped, .note = "not selected"});
  CHECK(render(tree, look()) == Lines{"✓ Build  1.2 s", "✗ Deploy  0.8 s, failed", "  ✗ Roll it out  0.8 s, failed",
                                      "    ✓ Checkout  0.1 s", "    ✗ Register  0.7 s, failed",
                                      "- Report  skipped, not selected"});
  CHECK(failures(tree, "/run") ==
        Lines{"Deploy / Roll it out / Register:", "  no such model", "  The whole log: /run/logs/2.log"});
}

TEST_CASE("an error of the run itself, such as a refused stage, is kept") {
  auto tree = half_way();
  tree.line("", "Stage Build: Succeeded");
  tree.line("", "##[error]Stage Deploy: the environment prd: rejected (--reject)");
  CHECK(failures(tree, "/run") == Lines{"error: Stage Deploy: the environment prd: rejected (--reject)"});
}

TEST_CASE("a pipeline without stages begins with its jobs; a matrix shows its rows") {
  RunTree tree(mlops::test::pipeline("jobs: [{job: test, steps: [{script: x}]}]"));
  tree.apply({.path = {"__default", "test"}, .phase = Phase::running, .at = at(0)});
  for (const std::string row : {"old", "new"}) {
    tree.apply({.path = {"__default", "test", row}, .name = row, .phase = Phase::running, .at = at(0), .label = row});
  }
  CHECK(render(tree, look()) == Lines{"● test  1 min 03 s", "  ● old  1 min 03 s", "  ● new  1 min 03 s"});
}

TEST_CASE("a real run tells of every part: instances, hooks, steps, what is skipped and why") {
  mlops::test::RunWorld world;
  world.settings.approve = {"all"};
  world.environments["prd"] = {.approval = true, .instructions = "Look"};
  world.run(R"yaml(
stages:
- stage: Test
  jobs:
  - job: fan
    strategy: {matrix: {old: {v: 1}, new: {v: 2}}}
    steps: [{checkout: none}, {bash: exit $(( $(v) - 1 )), displayName: Try}]
- stage: Deploy
  condition: always()
  jobs:
  - deployment: deploy
    environment: prd
    strategy:
      runOnce:
        deploy: {steps: [{checkout: none}, {script: exit 1, displayName: Roll out}]}
        on: {failure: {steps: [{checkout: none}, {script: echo, displayName: Roll back}]}}
- stage: Report
  jobs: [{job: report, steps: [{checkout: none}]}]
)yaml");
  Lines lines;
  for (auto& line : render(*world.tree, look(80, 0))) lines.push_back(line);
  CHECK(lines == Lines{"✗ Test  0.0 s, failed", "  ✗ fan  0.0 s, failed", "    ✓ old  0.0 s",
                       "    ✗ new  0.0 s, failed", "      ✓ Checkout none  0.0 s", "      ✗ Try  0.0 s, failed",
                       "✗ Deploy  0.0 s, failed", "  ✗ deploy  0.0 s, failed", "    ✗ deploy  0.0 s, failed",
                       "      ✓ Download artifacts  0.0 s", "      ✓ Checkout none  0.0 s",
                       "      ✗ Roll out  0.0 s, failed", "    ✓ failure  0.0 s",
                       "- Report  skipped, its condition does not hold"});
}

TEST_CASE("text of a run cannot control the terminal") {
  CHECK(plain_text("a\x1b[2J\x1b[1;31mb\x1b]0;title\x07"
                   "c\x1b]8;;http://x\x1b\\d\x1bP1$r\x1b\\e\x1b(Bf\x1b"
                   "7g") == "abcdefg");
  CHECK(plain_text("a\rb\bc\x07\x7f\td\x1b") == "abc d");
  CHECK(plain_text("\xc2\x9b"
                   "31mx \xe2\x80\xae"
                   "evil\xe2\x81\xa6") == "31mx evil");
  CHECK(plain_text("gr\xfc\xdf"
                   "e und Größe, 測試 🙂") == "gr??e und Größe, 測試 🙂");
  CHECK(plain_text("\x1b[") == "");
  CHECK(plain_text("\xf0\x9f\x99") == "???");
}

TEST_CASE("the width of a text is that on the screen") {
  CHECK(display_width("Größe") == 5);
  CHECK(display_width("測試") == 4);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(fit("測試測試", 5) == "測試~");
  CHECK(fit("測試測", 5) == "測試~");
  CHECK(fit("abc", 3) == "abc");
  CHECK(fit("abcd", 1) == "~");
  CHECK(fit("abc", 0).empty());
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("unbreakable", 4) == Lines{"unbr", "eaka", "ble"});
  CHECK(wrap("", 4) == Lines{""});
}

TEST_CASE("a frame goes over the one before and leaves nothing of it") {
  Screen screen;
  CHECK(screen.frame({"one", "two"}, 80, 24) ==
        "\x1b[?2026h\x1b[?25l\rone\x1b[K\r\ntwo\x1b[K\x1b[J\x1b[?25h\x1b[?2026l");
  CHECK(screen.frame({"one", "two"}, 80, 24).empty());
  CHECK(screen.frame({"three"}, 80, 24) == "\x1b[?2026h\x1b[?25l\r\x1b[1Athree\x1b[K\x1b[J\x1b[?25h\x1b[?2026l");

  SECTION("a terminal that became narrow has broken the old lines") {
    screen.frame({"abcdefgh", "\x1b[31mabcdefgh\x1b[0m"}, 80, 24);
    CHECK(screen.frame({"x"}, 4, 24).starts_with("\x1b[?2026h\x1b[?25l\r\x1b[3Ax"));
  }
  SECTION("one that became low cannot go back further than its top") {
    screen.frame({"1", "2", "3", "4"}, 80, 24);
    CHECK(screen.frame({"x"}, 80, 3).starts_with("\x1b[?2026h\x1b[?25l\r\x1b[2Ax"));
  }
}

TEST_CASE("an answer is edited key by key") {
  KeyLine keys;
  const auto feed = [&](const std::string& text) {
    std::optional<std::string> line;
    for (const char key : text) line = keys.feed(key);
    return line;
  };
  CHECK(feed("yex\x7fs\r") == "yes");
  CHECK(feed("no\x15\x1b[Ayü\x7f\n") == "y");
  CHECK(feed("\x04") == "");
  CHECK_FALSE(feed("abc"));
  CHECK(keys.typed() == "abc");
}
