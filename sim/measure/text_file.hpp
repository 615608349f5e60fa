#pragma once
#include <filesystem>
#include <string>

namespace knead {

// Writes a text by way of a temporary file, so that a full disk leaves the old file or the new one, never half of it.
// An Error(file_error) says why it cannot be written.
void write_text_file(const std::filesystem::path& path, const std::string& text);

}  // namespace knead
