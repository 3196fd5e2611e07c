#include "cli/option_rules.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::cli {
namespace {

enum class Colour { red, green };

/// A command line with an option of each kind. Reading words returns what is wrong with them, or an empty text.
class OptionRules : public ::testing::Test {
 protected:
  OptionRules() {
    let_the_last_win(app_);
    CLI::App& verb = *app_.add_subcommand("verb");
    verb.add_option("--name", name);
    verb.add_option("-o,--output", output);
    add_truth(verb, "--truth", truth, "");
    verb.add_flag("-f,--flag", flag);
    verb.add_option("--number", number)->transform(decimal(1, 64));
    verb.add_option("--colour", colour)
        ->transform(one_of(std::map<std::string, Colour>{{"red", Colour::red}, {"green", Colour::green}}));
    refuse_flags_as_values(app_);
  }

  std::string read(std::vector<const char*> words) {
    words.insert(words.begin(), {"program", "verb"});
    const int count = static_cast<int>(words.size());
    try {
      refuse_empty_values(count, words.data());
      app_.parse(in_long_form(app_, count, words.data()));
      return {};
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
  }

  CLI::App app_;
  std::string name;
  std::string output;
  bool truth = false;
  bool flag = false;
  unsigned number = 0;
  Colour colour = Colour::red;
};

TEST_F(OptionRules, TheLastOneWins) {
  EXPECT_EQ(read({"--name=a", "--number", "1", "--truth", "--colour=green", "--name=b", "--number=2", "--truth=false",
                  "--colour=red"}),
            "");
  EXPECT_EQ(name, "b");
  EXPECT_EQ(number, 2U);
  EXPECT_FALSE(truth);
  EXPECT_EQ(colour, Colour::red);
}

TEST_F(OptionRules, AShortNameTakesAnEqualsSignAsTheLongOneDoes) {
  EXPECT_EQ(read({"-o=a=b", "-f=true"}), "");
  EXPECT_EQ(output, "a=b");
  EXPECT_TRUE(flag);
  EXPECT_EQ(read({"-f=false"}), "");
  EXPECT_FALSE(flag);
  EXPECT_EQ(read({"-ox"}), "");
  EXPECT_EQ(output, "x");
  EXPECT_NE(read({"-z=1"}), "") << "there is no such option";
}

TEST_F(OptionRules, AnOptionTakesNothingAndAFlagForItsValue) {
  EXPECT_EQ(read({"--name=", "--truth=false"}), "--name=: needs a value behind the '='");
  EXPECT_EQ(read({"-o=", "x"}), "-o=: needs a value behind the '='");
  EXPECT_EQ(read({"--truth="}), "--truth=: needs a value behind the '='");
  EXPECT_EQ(read({"--flag="}), "--flag=: needs a value behind the '='");
  EXPECT_EQ(read({"--flag={}"}), "--flag={}: needs a value behind the '='");
  EXPECT_EQ(read({"--name", ""}), "--name: needs a value");
  EXPECT_EQ(read({"--name", "--truth=false"}), "--name: needs a value, and '--truth=false' looks like a flag");
  EXPECT_EQ(read({"--output", "-n"}), "--output: needs a value, and '-n' looks like a flag");
  EXPECT_NE(read({"--name"}), "");
  EXPECT_EQ(read({"--name", "-"}), "") << "standard input, by custom";
  EXPECT_EQ(read({"--name=a=", "--output", "b=c"}), "");
}

TEST_F(OptionRules, ANegativeNumberIsNoFlag) {
  EXPECT_EQ(read({"--number=-1"}), "--number: '-1' is no number from 1 to 64");
  EXPECT_EQ(read({"--number", "-1"}), "--number: '-1' is no number from 1 to 64");
  EXPECT_EQ(read({"--name=-1"}), "");
  EXPECT_EQ(name, "-1");
}

TEST_F(OptionRules, TruthIsWhatStrconvParseBoolTakes) {
  for (const char* yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    truth = flag = false;
    EXPECT_EQ(read({("--truth=" + std::string(yes)).c_str(), ("--flag=" + std::string(yes)).c_str()}), "");
    EXPECT_TRUE(truth && flag) << yes;
  }
  for (const char* no : {"0", "f", "F", "FALSE", "false", "False"}) {
    truth = flag = true;
    EXPECT_EQ(read({("--truth=" + std::string(no)).c_str(), ("--flag=" + std::string(no)).c_str()}), "");
    EXPECT_FALSE(truth || flag) << no;
  }
  for (const std::string bad : {"0x1", "1abc", "2", "yes", "no", "on", "off", "y", "tRUE", "enable", "+"}) {
    EXPECT_EQ(read({("--truth=" + bad).c_str()}), "--truth: '" + bad + "' is neither true nor false");
    EXPECT_NE(read({("--flag=" + bad).c_str()}), "") << bad;
  }
}

TEST_F(OptionRules, AFlagAloneIsTrue) {
  EXPECT_EQ(read({"--truth", "--flag"}), "");
  EXPECT_TRUE(truth && flag);
  EXPECT_EQ(read({"--truth", "false", "--name", "x"}), "");
  EXPECT_FALSE(truth);
}

TEST_F(OptionRules, NumbersAreDecimal) {
  EXPECT_EQ(read({"--number=010"}), "");
  EXPECT_EQ(number, 10U);
  EXPECT_EQ(read({"--number=64"}), "");
  EXPECT_EQ(number, 64U);
  for (const std::string bad :
       {"0x10", "1e1", "8 ", " 8", "+8", "8.0", "1_0", "0", "65", "18446744073709551617", "x"}) {
    EXPECT_EQ(read({("--number=" + bad).c_str()}), "--number: '" + bad + "' is no number from 1 to 64");
  }
}

TEST_F(OptionRules, WordsAreWords) {
  EXPECT_EQ(read({"--colour=green"}), "");
  EXPECT_EQ(colour, Colour::green);
  for (const std::string bad : {"0", "1", "Green", "blue"}) {
    EXPECT_EQ(read({("--colour=" + bad).c_str()}), "--colour: '" + bad + "' is none of 'green', 'red'");
  }
}

}  // namespace
}  // namespace everynode::cli
