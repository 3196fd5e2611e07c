#include "everynode/cache/texts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace everynode::cache {
namespace {

using objects::SharedText;

TEST(Texts, LetEqualOnesShareTheirMemory) {
  Texts texts;
  SharedText first("node-1");
  SharedText second("node-1");
  SharedText other("node-2");
  for (SharedText* const one : {&first, &second, &other}) texts.share(*one);
  EXPECT_EQ(&first.text(), &second.text());
  EXPECT_EQ(other, "node-2");
  EXPECT_EQ(texts.size(), 2U);
}

TEST(Texts, DoNotKeepEmptyOnes) {
  Texts texts;
  SharedText empty;
  texts.share(empty);
  EXPECT_EQ(texts.size(), 0U);
}

TEST(Texts, ForgetWhatNobodyUses) {
  Texts texts;
  std::vector<SharedText> used;
  for (int i = 0; i < 100'000; ++i) {
    SharedText one(std::to_string(i));
    texts.share(one);
    if (i < 1000) used.push_back(one);
  }
  EXPECT_LT(texts.size(), 5000U);
  for (SharedText one : used) {
    const std::string* const before = &one.text();
    texts.share(one);
    EXPECT_EQ(&one.text(), before) << "it is still in use";
  }
}

}  // namespace
}  // namespace everynode::cache
