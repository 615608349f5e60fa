// The pictures are drawn through EGL, without an X server. Debian's VTK calls glewInit() of the shared GLEW library,
// which loads every OpenGL function and then reports GLEW_ERROR_NO_GLX_DISPLAY because there is no X display to ask for
// GLX extensions. None of those is needed here, so this definition, which the program exports ahead of the library's,
// lets the real one do its work and drops exactly that complaint.
#include <dlfcn.h>

extern "C" __attribute__((visibility("default"))) unsigned int glewInit() {
  constexpr unsigned int no_glx_display = 4;
  using Function = unsigned int (*)();
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "glewInit"));
  if (!real) return 1;
  const unsigned int result = real();
  return result == no_glx_display ? 0 : result;
}
