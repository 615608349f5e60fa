option(KNEAD_WERROR "Treat warnings as errors" OFF)
add_library(knead_warnings INTERFACE)
target_compile_options(knead_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wno-psabi $<$<BOOL:${KNEAD_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Clang 14 does not know GCC's pragma spellings for vector types that the lanes header needs.
  target_compile_options(knead_warnings INTERFACE -Wno-unknown-warning-option -Wno-pass-failed)
endif()
