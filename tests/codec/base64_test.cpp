#include "everynode/codec/base64.hpp"

#include <gtest/gtest.h>

#include <string>

namespace everynode::codec {
namespace {

TEST(Base64, DecodesTheExamplesOfRfc4648) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9v\r\nYmFy\n"), "foobar");
  EXPECT_EQ(decode_base64("+/8A"), std::string("\xfb\xff\x00", 3));
}

TEST(Base64, EncodesWhatItDecodes) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64(std::string("\xfb\xff\x00", 3)), "+/8A");
}

TEST(Base64, EncodesBytesOfAnyLength) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes) << i;
    EXPECT_EQ(decoded_size(encode_base64(bytes)), bytes.size());
    bytes += static_cast<char>(i * 37 + 131);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const auto* text : {"Z", "Zg", "Zg=", "Zm9v=", "Zg==Zg==", "====", "Z===", "Zm 9v", "Zm9-", "Zm9_"})
    EXPECT_FALSE(decode_base64(text)) << text;
}

TEST(Base64, OfTokensHasItsOwnDigitsAndNoPadding) {
  EXPECT_EQ(decode_base64url(""), "");
  EXPECT_EQ(decode_base64url("Zg"), "f");
  EXPECT_EQ(decode_base64url("Zm8"), "fo");
  EXPECT_EQ(decode_base64url("Zm9v"), "foo");
  EXPECT_EQ(decode_base64url("-_8A"), std::string("\xfb\xff\x00", 3));
}

TEST(Base64, OfTokensHasOneTextForTheSameBytes) {
  for (const auto* text : {"Z", "Zg==", "Zh", "Zm9", "Zm8=", "Zm9v\n", "Zm 9v", "Zm9+", "Zm9/", "Zm9vY"})
    EXPECT_FALSE(decode_base64url(text)) << text;
}

}  // namespace
}  // namespace everynode::codec
