// Compiled with the same flags as the kernels, so that the compiler's macros tell what it may use; holds only
// constants. Leaf, register and bit of each extension: Intel 64 and IA-32 Architectures Software Developer's Manual,
// volume 2A, CPUID; AMD64 Architecture Programmer's Manual, volume 3, appendix E (leaf 0x80000001).
#include "base/cpu.hpp"

namespace knead {

namespace {

enum Output { eax, ebx, ecx, edx };
[[maybe_unused]] constexpr unsigned avx_state = 0x6, avx512_state = 0xe6;

constexpr CpuFeature features[] = {
#ifdef __x86_64__
    {"SSE2", 1, 0, edx, 26, 0},
#endif
#ifdef __SSE3__
    {"SSE3", 1, 0, ecx, 0, 0},
#endif
#ifdef __SSSE3__
    {"SSSE3", 1, 0, ecx, 9, 0},
#endif
#ifdef __SSE4_1__
    {"SSE4.1", 1, 0, ecx, 19, 0},
#endif
#ifdef __SSE4_2__
    {"SSE4.2", 1, 0, ecx, 20, 0},
#endif
#ifdef __MOVBE__
    {"MOVBE", 1, 0, ecx, 22, 0},
#endif
#ifdef __POPCNT__
    {"POPCNT", 1, 0, ecx, 23, 0},
#endif
#ifdef __AES__
    {"AES", 1, 0, ecx, 25, 0},
#endif
#ifdef __AVX__
    {"AVX", 1, 0, ecx, 28, avx_state},
#endif
#ifdef __FMA__
    {"FMA", 1, 0, ecx, 12, avx_state},
#endif
#ifdef __F16C__
    {"F16C", 1, 0, ecx, 29, avx_state},
#endif
#ifdef __BMI__
    {"BMI1", 7, 0, ebx, 3, 0},
#endif
#ifdef __AVX2__
    {"AVX2", 7, 0, ebx, 5, avx_state},
#endif
#ifdef __BMI2__
    {"BMI2", 7, 0, ebx, 8, 0},
#endif
#ifdef __ADX__
    {"ADX", 7, 0, ebx, 19, 0},
#endif
#ifdef __SHA__
    {"SHA", 7, 0, ebx, 29, 0},
#endif
#ifdef __LZCNT__
    {"LZCNT", 0x80000001u, 0, ecx, 5, 0},
#endif
#ifdef __SSE4A__
    {"SSE4a", 0x80000001u, 0, ecx, 6, 0},
#endif
#ifdef __XOP__
    {"XOP", 0x80000001u, 0, ecx, 11, avx_state},
#endif
#ifdef __FMA4__
    {"FMA4", 0x80000001u, 0, ecx, 16, avx_state},
#endif
#ifdef __AVX512F__
    {"AVX-512F", 7, 0, ebx, 16, avx512_state},
#endif
#ifdef __AVX512DQ__
    {"AVX-512DQ", 7, 0, ebx, 17, avx512_state},
#endif
#ifdef __AVX512IFMA__
    {"AVX-512IFMA", 7, 0, ebx, 21, avx512_state},
#endif
#ifdef __AVX512CD__
    {"AVX-512CD", 7, 0, ebx, 28, avx512_state},
#endif
#ifdef __AVX512BW__
    {"AVX-512BW", 7, 0, ebx, 30, avx512_state},
#endif
#ifdef __AVX512VL__
    {"AVX-512VL", 7, 0, ebx, 31, avx512_state},
#endif
#ifdef __AVX512VBMI__
    {"AVX-512VBMI", 7, 0, ecx, 1, avx512_state},
#endif
#ifdef __AVX512VBMI2__
    {"AVX-512VBMI2", 7, 0, ecx, 6, avx512_state},
#endif
#ifdef __GFNI__
    {"GFNI", 7, 0, ecx, 8, 0},
#endif
#ifdef __VAES__
    {"VAES", 7, 0, ecx, 9, avx_state},
#endif
#ifdef __VPCLMULQDQ__
    {"VPCLMULQDQ", 7, 0, ecx, 10, avx_state},
#endif
#ifdef __AVX512VNNI__
    {"AVX-512VNNI", 7, 0, ecx, 11, avx512_state},
#endif
#ifdef __AVX512BITALG__
    {"AVX-512BITALG", 7, 0, ecx, 12, avx512_state},
#endif
#ifdef __AVX512VPOPCNTDQ__
    {"AVX-512VPOPCNTDQ", 7, 0, ecx, 14, avx512_state},
#endif
#ifdef __AVX512VP2INTERSECT__
    {"AVX-512VP2INTERSECT", 7, 0, edx, 8, avx512_state},
#endif
#ifdef __AVX512FP16__
    {"AVX-512FP16", 7, 0, edx, 23, avx512_state},
#endif
#ifdef __AVXVNNI__
    {"AVX-VNNI", 7, 1, eax, 4, avx_state},
#endif
#ifdef __AVX512BF16__
    {"AVX-512BF16", 7, 1, eax, 5, avx512_state},
#endif
    {"CPUID", 0, 0, eax, 0, 0},  // keeps the list from being empty; not counted
};

}  // namespace

extern const CpuFeature* const required_cpu_features = features;
extern const int num_required_cpu_features = static_cast<int>(sizeof features / sizeof features[0]) - 1;

}  // namespace knead
