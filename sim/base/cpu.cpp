// Compiled for the baseline CPU (cmake/cpu.cmake), and without templates or inline functions of the standard library:
// the linker could take those from a file that was compiled for a newer CPU.
#include "base/cpu.hpp"

#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace knead {

#if defined(__x86_64__)

namespace {

// XCR0, the register states that the operating system saves; 0 where it cannot be asked.
unsigned operating_system_states() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned osxsave = 1u << 27;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & osxsave)) return 0;
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

}  // namespace

bool cpu_has(const CpuFeature& feature) {
  unsigned registers[4] = {0, 0, 0, 0};
  if (!__get_cpuid_count(feature.leaf, feature.subleaf, &registers[0], &registers[1], &registers[2], &registers[3])) {
    return false;
  }
  if (!((registers[feature.output] >> feature.bit) & 1u)) return false;
  return feature.operating_state == 0 ||
         (operating_system_states() & feature.operating_state) == feature.operating_state;
}

#else

bool cpu_has(const CpuFeature&) { return true; }

#endif

namespace {

// A text of bounded length, built without the standard library.
struct Text {
  char* begin;
  int size, length;

  void append(const char* more) {
    while (*more && length + 1 < size) begin[length++] = *more++;
    begin[length] = 0;
  }
};

}  // namespace

int describe_missing_cpu_features(const CpuFeature* features, int count, bool (*has)(const CpuFeature&), char* text,
                                  int size) {
  if (size < 1) return 0;
  text[0] = 0;
  Text sentence{text, size, 0};
  int missing = 0;
  for (int i = 0; i < count; ++i) {
    if (has(features[i])) continue;
    constexpr int num_named = 4;
    if (missing < num_named) {
      sentence.append(missing == 0 ? "knead: this program was built for a CPU with " : ", ");
      sentence.append(features[i].name);
    } else if (missing == num_named) {
      sentence.append(" and more");
    }
    ++missing;
  }
  if (missing > 0) {
    sentence.append(
        ", which this machine lacks; build it here, or for any machine with: cmake --preset portable && "
        "cmake --build --preset portable\n");
  }
  return missing;
}

}  // namespace knead

// Priority 101 is the first that programs may use; constructors of C++ globals come at 65535.
extern "C" __attribute__((constructor(101))) void knead_check_cpu() {
  char text[1024];
  if (knead::describe_missing_cpu_features(knead::required_cpu_features, knead::num_required_cpu_features,
                                           knead::cpu_has, text, static_cast<int>(sizeof text)) == 0) {
    return;
  }
  int length = 0;
  while (text[length]) ++length;
  constexpr int stderr_file = 2, wrong_usage = 2;
  const auto written = write(stderr_file, text, static_cast<unsigned long>(length));
  static_cast<void>(written);  // nothing better can be done when stderr is closed
  _exit(wrong_usage);
}
