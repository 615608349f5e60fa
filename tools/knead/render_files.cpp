#include "render_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkUnsignedCharArray.h>

#include "base/error.hpp"

namespace knead {
namespace {

// For a shell, whatever the name holds.
std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path ? path : ""; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (access((std::string(rest.substr(0, end)) + "/" + program).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

void make_folder_of(const std::filesystem::path& path) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
}

// H.264 with four-to-one colours plays everywhere, but wants even sides.
std::string encoder_arguments(const std::filesystem::path& film) {
  return "-vf 'pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white' -c:v libx264 -crf 18 -pix_fmt yuv420p -movflags +faststart " +
         shell_quoted(film.string());
}

}  // namespace

void write_png(const Image& image, const std::filesystem::path& path) {
  make_folder_of(path);
  vtkNew<vtkImageData> data;
  data->SetDimensions(image.width, image.height, 1);
  data->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
  auto* target = static_cast<unsigned char*>(data->GetScalarPointer());
  const std::size_t row = 3 * static_cast<std::size_t>(image.width);
  for (int y = 0; y < image.height; ++y) {  // VTK counts rows from the bottom
    std::copy_n(image.rgb.begin() + static_cast<std::ptrdiff_t>(row * static_cast<std::size_t>(y)), row,
                target + row * static_cast<std::size_t>(image.height - 1 - y));
  }
  vtkNew<vtkPNGWriter> writer;
  writer->SetInputData(data);
  writer->WriteToMemoryOn();
  writer->Write();
  const vtkUnsignedCharArray* bytes = writer->GetResult();
  const auto size = static_cast<std::size_t>(const_cast<vtkUnsignedCharArray*>(bytes)->GetNumberOfValues());
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool written = file && std::fwrite(const_cast<vtkUnsignedCharArray*>(bytes)->GetPointer(0), 1, size, file) == size;
  int reason = errno;
  if (file && std::fclose(file) != 0) written = false, reason = errno;
  if (!written) {
    throw Error(ExitCode::file_error,
                fmt::format("the picture {} could not be written: {}; choose another place with -o", path.string(),
                            std::strerror(reason)));
  }
}

FilmWriter::FilmWriter(std::filesystem::path path, double frames_per_second)
    : path_(std::move(path)), rate_(frames_per_second) {
  make_folder_of(path_);
  if (is_installed("ffmpeg")) return;
  frames_folder_ = path_;
  frames_folder_.replace_extension();
  frames_folder_ += "-frames";
  hint_ = fmt::format(
      "ffmpeg was not found, so there are single pictures; where it is installed, this makes the film:\n"
      "ffmpeg -framerate {:g} -i {} {}",
      rate_, shell_quoted((frames_folder_ / "frame-%05d.png").string()), encoder_arguments(path_));
}

void FilmWriter::add(const Image& image) {
  if (!frames_folder_.empty()) {
    write_png(image, frames_folder_ / fmt::format("frame-{:05d}.png", num_frames_++));
    return;
  }
  if (!encoder_) {
    std::signal(SIGPIPE, SIG_IGN);  // an encoder that dies is reported below
    const std::string command =
        fmt::format("ffmpeg -loglevel error -y -f rawvideo -pix_fmt rgb24 -s {}x{} -r {:g} -i - {}", image.width,
                    image.height, rate_, encoder_arguments(path_));
    encoder_ = popen(command.c_str(), "w");
  }
  ++num_frames_;
  if (!encoder_ || std::fwrite(image.rgb.data(), 1, image.rgb.size(), encoder_) != image.rgb.size()) {
    throw Error(
        ExitCode::file_error,
        fmt::format("ffmpeg could not write the film {} (its own message stands above); choose another place or name",
                    path_.string()));
  }
}

std::filesystem::path FilmWriter::finish() {
  if (!frames_folder_.empty()) return frames_folder_;
  const int status = encoder_ ? pclose(encoder_) : -1;
  encoder_ = nullptr;
  if (status != 0) {
    throw Error(
        ExitCode::file_error,
        fmt::format("ffmpeg could not write the film {} (its own message stands above); choose another place or name",
                    path_.string()));
  }
  return path_;
}

FilmWriter::~FilmWriter() {
  if (encoder_) pclose(encoder_);
}

}  // namespace knead
