// What `everynode webhook` refuses before it begins, with the reason and exit code 2.
#include <gtest/gtest.h>

#include "everynode/cli/command_line.hpp"

namespace everynode::cli {
namespace {

void expect_no_webhook(std::vector<std::string> words, const std::string& why) {
  words.insert(words.begin(), {"everynode", "webhook", "--tls-cert-file=/dev/null", "--tls-key-file=/dev/null"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStderr();
  const int code = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, 2);
  EXPECT_TRUE(said.contains(why)) << said;
}

TEST(WebhookFlags, OfCallersGoTogether) {
  expect_no_webhook({"--tls-client-allowed-names=a"}, "--tls-client-allowed-names requires --tls-client-ca-file");
  expect_no_webhook({"--token-allowed-subjects=system:serviceaccount:a:b"},
                    "--token-allowed-subjects requires --token-audiences");
  expect_no_webhook({"--token-audiences=a", "--token-keys-file=k"}, "--token-keys-file requires --token-issuer");
}

// An empty name would be what a certificate without a name has.
TEST(WebhookFlags, OfCallersAreListsWithoutHoles) {
  for (const std::string list : {"a,,b", ",a", ","})
    expect_no_webhook({"--token-audiences=" + list}, "one of '" + list + "' is empty");
}

// With a subject that no token has, each call would be refused, and the API server would go on without us.
TEST(WebhookFlags, OfSubjectsNameServiceAccounts) {
  for (const std::string subject :
       {"bob", "system:serviceaccount:a", "system:serviceaccount:a:", "system:serviceaccount::b", "a:b",
        "system:serviceaccount:a.b:c", "system:serviceaccount:a:b:c", "system:serviceaccount:A:b"}) {
    expect_no_webhook({"--token-audiences=a", "--token-allowed-subjects=system:serviceaccount:a:b," + subject},
                      "--token-allowed-subjects: '" + subject + "' is no system:serviceaccount:NAMESPACE:NAME");
  }
  expect_no_webhook({"--token-audiences=a", "--token-issuer=i", "--token-keys-file=/dev/null",
                     "--token-allowed-subjects=system:serviceaccount:kube-system:a.b-c"},
                    "/dev/null: ");
}

TEST(WebhookFlags, NameTheFileThatCannotBeUsed) {
  expect_no_webhook({"--tls-client-ca-file=/nonexistent/ca.crt"},
                    "--tls-client-ca-file: /nonexistent/ca.crt: No such file");
  expect_no_webhook({"--tls-client-ca-file=/dev/null"}, "/dev/null: there is no certificate in PEM");
  expect_no_webhook({"--token-audiences=a", "--token-issuer=i", "--token-keys-file=/dev/null"},
                    "--token-keys-file: /dev/null: no JSON Web Key Set that we can use: ");
  expect_no_webhook({"--token-audiences=a", "--token-issuer=i", "--token-keys-file=/nonexistent/keys.json"},
                    "--token-keys-file: /nonexistent/keys.json: No such file");
  expect_no_webhook({"--token-audiences=a", "--kubeconfig=/nonexistent"}, "the keys of tokens cannot be fetched: ");
}

}  // namespace
}  // namespace everynode::cli
