option(KNEAD_WERROR "Treat warnings as errors" OFF)
add_library(knead_warnings INTERFACE)
target_compile_options(knead_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wno-psabi $<$<BOOL:${KNEAD_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Clang 14 does not know GCC's pragma spellings for vector types that the lanes header needs.
  target_compile_options(knead_warnings INTERFACE -Wno-unknown-warning-option -Wno-pass-failed)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  # At -O3, GCC 12 and 13 report these inside std::string, fmt and nlohmann-json where nothing is wrong (GCC bugs 105329,
  # 105651, 107852 and their kind). Clang's build and the sanitizers look for the same mistakes.
  target_compile_options(knead_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized)
endif()
