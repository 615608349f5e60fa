#pragma once

namespace knead {

// One instruction-set extension and where CPUID reports it (x86-64; other processors have an empty list).
struct CpuFeature {
  const char* name;          // as the processor manuals spell it
  unsigned leaf, subleaf;    // CPUID input, EAX and ECX
  int output;                // 0 EAX, 1 EBX, 2 ECX, 3 EDX
  int bit;                   // of that output
  unsigned operating_state;  // bits of XCR0 that the operating system must have switched on (0x6 AVX, 0xe6 AVX-512)
};

// What the compiler was allowed to use in this build: read from its macros, so it follows -march. Constant data.
extern const CpuFeature* const required_cpu_features;
extern const int num_required_cpu_features;

// Does the running CPU, under its operating system, have this extension?
bool cpu_has(const CpuFeature& feature);

// Writes one sentence about the missing extensions into `text` (cut to fit `size` bytes with the final 0).
// Returns how many of the `count` features `has` denies; 0 leaves an empty text.
// Plain C inside: it must run on a CPU on which the rest of the build cannot.
int describe_missing_cpu_features(const CpuFeature* features, int count, bool (*has)(const CpuFeature&), char* text,
                                  int size);

}  // namespace knead

// Runs before main and before every constructor of a global object, in each program that links the library: where the
// CPU lacks what the build needs, it prints the sentence above to stderr and exits with code 2 (wrong usage)
// instead of dying of an illegal instruction.
extern "C" void knead_check_cpu();
