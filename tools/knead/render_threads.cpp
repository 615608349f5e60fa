// VTK's filters on one thread: on several they number the points of a cut by chance, and then two pictures of the same
// step differ in single pixels. This file is compiled as C++17, because the header of VTK 9.1 is not C++20.
#include "render_threads.hpp"

#include <vtkSMPTools.h>

namespace knead {

void use_one_thread_for_filters() { vtkSMPTools::Initialize(1); }

}  // namespace knead
