#include "render_window.hpp"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkRenderWindow.h>
#include <vtkSmartPointer.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"

namespace knead {
namespace {

// A surfaceless OpenGL context; VTK draws into its own framebuffer objects.
class EglContext {
 public:
  // False when this machine's EGL offers no such context.
  bool open() {
    const auto platform_display =
        reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
    if (platform_display) display_ = platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (display_ == EGL_NO_DISPLAY || !eglInitialize(display_, nullptr, nullptr)) {
      display_ = eglGetDisplay(EGL_DEFAULT_DISPLAY);
      if (display_ == EGL_NO_DISPLAY || !eglInitialize(display_, nullptr, nullptr)) return false;
    }
    if (!eglBindAPI(EGL_OPENGL_API)) return false;
    const EGLint wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_NONE};
    EGLint count = 0;
    EGLConfig config = nullptr;
    if (!eglChooseConfig(display_, wanted, &config, 1, &count) || count == 0) config = nullptr;
    const EGLint version[] = {
        EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 2, EGL_CONTEXT_OPENGL_PROFILE_MASK,
        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
    return context_ != EGL_NO_CONTEXT && make_current();
  }

  bool make_current() const { return eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_); }

  ~EglContext() {
    if (display_ == EGL_NO_DISPLAY) return;
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context_ != EGL_NO_CONTEXT) eglDestroyContext(display_, context_);
    eglTerminate(display_);
  }

 private:
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
};

// VTK asks its host whether the context is current, and to make it so; a surfaceless one always is.
void answer_is_current(vtkObject*, unsigned long, void*, void* answer) { *static_cast<bool*>(answer) = true; }

}  // namespace

struct PictureWindow::Context {
  EglContext egl;
  vtkSmartPointer<vtkRenderWindow> window;
};

PictureWindow::PictureWindow(int width, int height) : context_(std::make_unique<Context>()) {
  if (context_->egl.open()) {
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    vtkNew<vtkCallbackCommand> current;
    current->SetCallback(answer_is_current);
    window->AddObserver(vtkCommand::WindowIsCurrentEvent, current);
    window->SetReadyForRendering(true);
    window->SetSupportsOpenGL(1);
    window->SetIsDirect(1);
    context_->window = window;
  } else if (const char* display = std::getenv("DISPLAY"); display && *display) {
    context_->window = vtkSmartPointer<vtkRenderWindow>::New();
    context_->window->SetOffScreenRendering(1);
  } else {
    throw Error(
        ExitCode::file_error,
        "no way to draw was found: EGL offers no surfaceless OpenGL context and DISPLAY is not set; install Mesa's "
        "driver (Debian: libegl1 libgl1-mesa-dri), or install xvfb and xauth and run 'xvfb-run -a knead render …'");
  }
  context_->window->SetMultiSamples(4);
  context_->window->SetAlphaBitPlanes(1);
  context_->window->SetSize(width, height);
}

PictureWindow::~PictureWindow() {
  if (context_->window) context_->window->Finalize();
}

vtkRenderWindow* PictureWindow::window() const { return context_->window; }

Image PictureWindow::draw() {
  vtkRenderWindow* window = context_->window;
  window->Render();
  Image image;
  image.width = window->GetSize()[0];
  image.height = window->GetSize()[1];
  vtkNew<vtkUnsignedCharArray> pixels;
  window->GetPixelData(0, 0, image.width - 1, image.height - 1, 0, pixels);
  const std::size_t row = 3 * static_cast<std::size_t>(image.width);
  if (pixels->GetNumberOfValues() != static_cast<vtkIdType>(row * image.height)) {
    throw Error(ExitCode::file_error, "the OpenGL driver did not give the drawn picture back; try a smaller --size");
  }
  image.rgb.resize(row * image.height);
  const unsigned char* source = pixels->GetPointer(0);
  for (int y = 0; y < image.height; ++y) {  // OpenGL counts rows from the bottom
    std::copy_n(source + row * (image.height - 1 - y), row, image.rgb.begin() + row * y);
  }
  return image;
}

}  // namespace knead
