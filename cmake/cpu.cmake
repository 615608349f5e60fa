# sim/base/cpu.cpp tells the user when the CPU lacks what the build needs, so it must itself run on every CPU.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/sim/base/cpu.cpp PROPERTIES COMPILE_OPTIONS
    "-march=x86-64;-mtune=generic;-fno-sanitize=all")
endif()
# A static library passes on only the objects that somebody asks for: ask for the check in every program.
target_link_options(knead_base INTERFACE "LINKER:--undefined=knead_check_cpu")
