#include "base/cpu.hpp"

#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"

using knead::CpuFeature;

namespace {

bool nothing(const CpuFeature&) { return false; }
bool everything(const CpuFeature&) { return true; }
bool all_but_avx512(const CpuFeature& feature) { return std::string(feature.name).rfind("AVX-512", 0) != 0; }

constexpr CpuFeature some[] = {
    {"AVX2", 7, 0, 1, 5, 0x6}, {"AVX-512F", 7, 0, 1, 16, 0xe6}, {"AVX-512VL", 7, 0, 1, 31, 0xe6}};

std::string sentence(bool (*has)(const CpuFeature&), int size = 1024) {
  std::vector<char> text(static_cast<std::size_t>(size), 'x');
  knead::describe_missing_cpu_features(some, 3, has, text.data(), size);
  return text.data();
}

#if defined(__x86_64__) && defined(__linux__)
// What the kernel says about the CPU, by the kernel's own names.
bool kernel_lists(const std::string& flag) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind("flags", 0) == 0) return (line + " ").find(" " + flag + " ") != std::string::npos;
  }
  return false;
}
#endif

}  // namespace

TEST_CASE("A CPU that has everything passes without a word") { CHECK(sentence(everything).empty()); }

TEST_CASE("The sentence names what is missing and says what to do") {
  const std::string text = sentence(all_but_avx512);
  CHECK(text.find("AVX-512F, AVX-512VL, which this machine lacks") != std::string::npos);
  CHECK(text.find("AVX2") == std::string::npos);
  CHECK(text.find("--preset portable") != std::string::npos);
  CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("A short buffer is never overrun") {
  for (int size = 1; size < 80; ++size) CHECK(sentence(nothing, size).size() <= static_cast<std::size_t>(size) - 1);
}

TEST_CASE("The CPU that runs this test has what the build needs") {
  for (int i = 0; i < knead::num_required_cpu_features; ++i) {
    INFO(knead::required_cpu_features[i].name);
    CHECK(knead::cpu_has(knead::required_cpu_features[i]));
  }
}

#if defined(__x86_64__) && defined(__linux__)
TEST_CASE("CPUID is read as the Linux kernel reads it") {
  CHECK(knead::num_required_cpu_features >= 1);  // SSE2 belongs to every x86-64
  const struct {
    CpuFeature feature;
    const char* kernel_name;
  } rows[] = {{{"SSE2", 1, 0, 3, 26, 0}, "sse2"},
              {{"SSE4.2", 1, 0, 2, 20, 0}, "sse4_2"},
              {{"AVX", 1, 0, 2, 28, 0x6}, "avx"},
              {{"AVX2", 7, 0, 1, 5, 0x6}, "avx2"},
              {{"SSE4a", 0x80000001u, 0, 2, 6, 0}, "sse4a"},
              {{"XOP", 0x80000001u, 0, 2, 11, 0x6}, "xop"},
              {{"AVX-512F", 7, 0, 1, 16, 0xe6}, "avx512f"},
              {{"AVX-512VBMI2", 7, 0, 2, 6, 0xe6}, "avx512_vbmi2"},
              {{"AVX-512BF16", 7, 1, 0, 5, 0xe6}, "avx512_bf16"}};
  for (const auto& row : rows) {
    INFO(row.kernel_name);
    CHECK(knead::cpu_has(row.feature) == kernel_lists(row.kernel_name));
  }
}
#endif
