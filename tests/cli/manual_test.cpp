#include "cli/manual.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "cli/verb_texts.hpp"
#include "everynode/cli/command_line.hpp"

namespace everynode::cli {
namespace {

std::pair<int, std::string> run(std::vector<std::string> words) {
  words.insert(words.begin(), "everynode");
  std::vector<char*> arguments;
  arguments.reserve(words.size());
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStdout();
  const int code = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  return {code, testing::internal::GetCapturedStdout()};
}

/// The page as people read it, more or less: without roff's signs, and with its lines put together.
std::string plain(const std::string& roff) {
  std::string text;
  for (std::size_t i = 0; i < roff.size(); ++i) {
    if (roff[i] != '\\') {
      text += roff[i];
    } else if (roff.compare(i, 2, "\\f") == 0) {
      i += 2;
    } else if (roff.compare(i, 4, "\\(aq") == 0) {
      text += '\'';
      i += 3;
    } else if (roff.compare(i, 4, "\\(ti") == 0) {
      text += '~';
      i += 3;
    } else {
      ++i;
      if (roff[i] != '&') text += roff[i];
    }
  }
  return text;
}

/// What the program writes, by the file's name.
class Manual : public ::testing::Test {
 protected:
  Manual() : folder_(std::filesystem::temp_directory_path() / ("everynode-manual-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    EXPECT_EQ(run({"__manual", folder_.string()}).first, 0);
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
      std::ifstream in(file.path());
      pages_[file.path().filename()] = {std::istreambuf_iterator<char>(in), {}};
    }
  }
  ~Manual() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::map<std::string, std::string> pages_;
};

TEST_F(Manual, HasAPageForEachVerbThatHelpShows) {
  ASSERT_GT(pages_.size(), 8U);
  EXPECT_TRUE(pages_.contains("everynode.1"));
  EXPECT_TRUE(pages_.contains("everynode-rollout-watch.1"));
  EXPECT_FALSE(pages_.contains("everynode-rollout.1")) << "which does nothing by itself";
  for (const auto& [name, roff] : pages_) EXPECT_FALSE(name.contains("__")) << "a hidden verb";
  const std::string help = run({"--help"}).second;
  for (const auto& [name, roff] : pages_) {
    if (name == "everynode.1") continue;
    const std::string verb = name.substr(10, name.find_first_of(".-", 10) - 10);
    EXPECT_TRUE(help.contains("\n  " + verb)) << name;
    EXPECT_TRUE(plain(pages_["everynode.1"]).contains("everynode-" + verb)) << name;
  }
}

TEST_F(Manual, SaysOfEachOptionWhatHelpSays) {
  for (const std::string verb : {"webhook", "reconciler", "decide", "plan", "explain", "dashboard", "probe"}) {
    const std::string page = plain(pages_["everynode-" + verb + ".1"]);
    const std::string help = run({verb, "--help"}).second;
    std::size_t options = 0;
    for (auto at = help.find("--"); at != std::string::npos; at = help.find("--", at + 2)) {
      const std::string option = help.substr(at, help.find_first_of(" ,:;=.\n", at) - at);
      EXPECT_TRUE(page.contains(option)) << verb << " " << option;
      ++options;
    }
    EXPECT_GT(options, 1U) << verb;
  }
  const std::string page = plain(pages_["everynode-reconciler.1"]);
  EXPECT_TRUE(page.contains("Act only while holding the lease. Default: true.")) << page;
  EXPECT_TRUE(page.contains("How long a leader acts after its last renewal. From 0 to 3600. Default: 10.")) << page;
  EXPECT_TRUE(page.contains("Goes with --certificate-service and --certificate-webhook.")) << page;
  EXPECT_TRUE(page.contains("--kubeconfig FILE\nHow to reach")) << page;
  EXPECT_TRUE(page.contains("~/.kube/config")) << page;
}

TEST_F(Manual, SaysNothingOfTheMachineThatItWasWrittenOn) {
  EXPECT_TRUE(plain(pages_["everynode-webhook.1"]).contains("as many as cores, 4 at most). From 1 to 64.\n"));
}

TEST_F(Manual, FailsWhereItCannotWrite) {
  EXPECT_EQ(run({"__manual", (folder_ / "none").string()}).first, 2);
}

TEST(ManualPages, EscapeWhatRoffWouldTakeForItsOwn) {
  CLI::App app("does it", "everynode");
  CLI::App& verb = *app.add_subcommand("odd", "Do what's \\odd");
  verb.add_option("--path", ".begins with a dot, --others and ~ and ^")->type_name("A-B");
  const auto pages = manual_pages(app);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[1].name, "everynode-odd");
  EXPECT_TRUE(pages[1].roff.contains("do what's \\eodd")) << pages[1].roff;
  EXPECT_TRUE(
      pages[1].roff.contains("\\fB\\-\\-path\\fR \\fIA\\-B\\fR\n\\&.begins with a dot, \\-\\-others and \\(ti and "
                             "\\(ha.\n"))
      << pages[1].roff;
}

TEST(VerbTexts, AreOfVerbsThatThereAre) {
  for (const VerbText& text : verb_texts()) {
    std::vector<std::string> words;
    for (std::string_view rest = text.path; !rest.empty();) {
      const auto space = rest.find(' ');
      words.emplace_back(rest.substr(0, space));
      rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
    words.emplace_back("--help");
    const auto [code, help] = run(words);
    EXPECT_EQ(code, 0) << text.path;
    EXPECT_TRUE(help.contains("Exit codes:\n  0  ")) << help;
    EXPECT_EQ(help.contains("Examples:\n  "), !text.examples.empty()) << help;
  }
}

}  // namespace
}  // namespace everynode::cli
