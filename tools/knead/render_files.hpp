#pragma once
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "render_window.hpp"

namespace knead {

// Throws Error(file_error) with the path when the picture cannot be written.
void write_png(const Image& image, const std::filesystem::path& path);

// A film, frame by frame: through ffmpeg where it is installed, else as numbered pictures in a folder beside the film.
class FilmWriter {
 public:
  FilmWriter(std::filesystem::path path, double frames_per_second);
  ~FilmWriter();
  FilmWriter(const FilmWriter&) = delete;
  FilmWriter& operator=(const FilmWriter&) = delete;

  void add(const Image& image);
  // Ends the film; what was written: the film itself, or the folder of pictures.
  std::filesystem::path finish();
  // The command that makes a film of the pictures; empty when there is a film already.
  const std::string& hint() const { return hint_; }

 private:
  std::filesystem::path path_, frames_folder_;
  double rate_;
  int num_frames_ = 0;
  std::FILE* encoder_ = nullptr;
  std::string hint_;
};

}  // namespace knead
