find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)

# toml++ ships a pkg-config file everywhere, a CMake package only in newer releases.
find_package(tomlplusplus QUIET)
set(KNEAD_TOML_DEPENDENCY "")
if(TARGET tomlplusplus::tomlplusplus)
  # The package may bring a compiled library, which users of our static libraries must link, too.
  set(KNEAD_TOML_DEPENDENCY "find_dependency(tomlplusplus)")
else()
  find_path(KNEAD_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
  add_library(tomlplusplus::tomlplusplus INTERFACE IMPORTED GLOBAL)
  target_include_directories(tomlplusplus::tomlplusplus SYSTEM INTERFACE ${KNEAD_TOMLPLUSPLUS_INCLUDE})
endif()

set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C HL)
if(HDF5_IS_PARALLEL)
  message(FATAL_ERROR "HDF5 was found in its MPI flavour (${HDF5_C_INCLUDE_DIRS}); "
    "install the serial one (Debian: libhdf5-dev) or set HDF5_ROOT to it.")
endif()
add_library(knead_hdf5 INTERFACE IMPORTED GLOBAL)
target_include_directories(knead_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(knead_hdf5 INTERFACE ${HDF5_C_LIBRARIES})

if(KNEAD_WITH_VTK STREQUAL "AUTO" OR KNEAD_WITH_VTK)
  find_package(VTK 9.1 QUIET COMPONENTS CommonCore CommonDataModel FiltersCore FiltersGeneral FiltersGeometry
    FiltersSources FiltersModeling RenderingCore RenderingOpenGL2 RenderingFreeType RenderingAnnotation
    RenderingLabel IOImage IOXML IOHDF)
  find_package(OpenGL QUIET COMPONENTS EGL)
  find_package(GLEW QUIET)
endif()
if(VTK_FOUND AND TARGET OpenGL::EGL AND GLEW_FOUND AND NOT KNEAD_WITH_VTK STREQUAL "OFF")
  set(KNEAD_HAVE_VTK ON)
else()
  set(KNEAD_HAVE_VTK OFF)
  if(KNEAD_WITH_VTK STREQUAL "ON")
    message(FATAL_ERROR "KNEAD_WITH_VTK is ON, but VTK, EGL or GLEW was not found "
      "(Debian: libvtk9-dev python3-vtk9 libegl-dev libglew-dev).")
  endif()
endif()
message(STATUS "Pictures (VTK): ${KNEAD_HAVE_VTK}")
