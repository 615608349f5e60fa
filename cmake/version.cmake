# Version, commit, compiler and flags for base/version.hpp; a new commit recompiles one small file.
get_directory_property(directory_options COMPILE_OPTIONS)
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type_upper)
string(JOIN " " all_flags ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type_upper}} ${directory_options})
set(version_file ${PROJECT_BINARY_DIR}/generated/version.cpp)
set(write_version ${CMAKE_COMMAND}
  -D SOURCE=${PROJECT_SOURCE_DIR} -D OUTPUT=${version_file}
  -D KNEAD_VERSION=${PROJECT_VERSION} -D "KNEAD_COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
  -D "KNEAD_FLAGS=${all_flags}" -D KNEAD_BUILD_TYPE=${CMAKE_BUILD_TYPE} -D KNEAD_NATIVE=${KNEAD_NATIVE}
  -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake)
add_custom_target(knead_version COMMAND ${write_version} BYPRODUCTS ${version_file} VERBATIM
  COMMENT "Noting version and commit")
target_sources(knead_base PRIVATE ${version_file})
add_dependencies(knead_base knead_version)
