#pragma once
// The HDF5 library behind handles that close themselves. Included by the .cpp files of this folder only.
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <hdf5.h>

namespace knead::h5 {

// A call of the library failed; what() says why in words, without the file. Public functions turn it into knead::Error.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws Failure: `what`, and the reason found on the library's error stack ("No space left on device").
[[noreturn]] void fail(const std::string& what);

// An identifier and the function that releases it.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close, const std::string& what) : id_(id), close_(close) {
    if (id_ < 0) fail(what);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, -1);
      close_ = other.close_;
    }
    return *this;
  }
  ~Handle() { reset(); }
  operator hid_t() const { return id_; }  // NOLINT: a handle is used wherever the library takes an identifier
  explicit operator bool() const { return id_ >= 0; }
  // Releases now; false when the library could not.
  bool reset() noexcept {
    const hid_t id = std::exchange(id_, -1);
    return id < 0 || close_(id) >= 0;
  }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

inline void check(herr_t status, const std::string& what) {
  if (status < 0) fail(what);
}

template <class T>
hid_t native_type() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

using Dimensions = std::vector<hsize_t>;
hsize_t count(const Dimensions& dimensions);

// Files are written in the oldest format that holds them (no "open for write" mark that a killed program would leave)
// and without the library's locks, so that a running simulation can be watched.
enum class Access { read, write };
// A node of the index of a data set holds 64 chunks, or 512 when large. Beyond that nodes split, and the library writes
// the node that points to new ones before them: large ones for data sets that grow while their writer may be killed.
enum class IndexNodes { small, large };
Handle create_file(const std::filesystem::path& path, IndexNodes nodes = IndexNodes::small);
Handle open_file(const std::filesystem::path& path, Access access);
// The operating system's descriptor of a file opened with these functions.
int descriptor(hid_t file);

Handle create_group(hid_t parent, const std::string& name);
Handle open_group(hid_t parent, const std::string& name);
bool exists(hid_t parent, const std::string& name);
// Names of what is in a group, alphabetical; a Failure when there are absurdly many.
std::vector<std::string> names(hid_t group);

// ---- Attributes ----
void write_attribute(hid_t object, const std::string& name, const std::string& text);
void write_attribute(hid_t object, const std::string& name, const std::vector<std::string>& texts);
void write_attribute(hid_t object, const std::string& name, std::int64_t value);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::span<const std::int64_t> values);
// Overwrites the one number of an existing attribute in place.
void update_attribute(hid_t object, const std::string& name, std::int64_t value);
bool has_attribute(hid_t object, const std::string& name);
std::string read_text_attribute(hid_t object, const std::string& name);
std::vector<std::string> read_texts_attribute(hid_t object, const std::string& name);
std::int64_t read_integer_attribute(hid_t object, const std::string& name);
double read_number_attribute(hid_t object, const std::string& name);
std::vector<std::string> attribute_names(hid_t object);

// ---- Data sets ----
void write_text(hid_t parent, const std::string& name, const std::string& text);
void write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts);
std::string read_text(hid_t parent, const std::string& name);
std::vector<std::string> read_texts(hid_t parent, const std::string& name);

void write_array(hid_t parent, const std::string& name, const Dimensions& dimensions, hid_t type, const void* values,
                 bool compress);
template <class T>
void write_array(hid_t parent, const std::string& name, const Dimensions& dimensions, std::span<const T> values,
                 bool compress = false) {
  if (count(dimensions) != values.size()) fail("the size of " + name + " does not match its values");
  write_array(parent, name, dimensions, native_type<T>(), values.data(), compress);
}
template <class T>
void write_array(hid_t parent, const std::string& name, const std::vector<T>& values, bool compress = false) {
  write_array<T>(parent, name, {values.size()}, std::span<const T>(values), compress);
}

// A data set that grows along its first dimension; `row` is the shape of one row, `chunk_rows` the rows of a chunk.
Handle create_growing(hid_t parent, const std::string& name, hid_t type, const Dimensions& row, hsize_t chunk_rows,
                      bool compress);
// Appends rows of memory type `type`.
void append_rows(hid_t dataset, hsize_t rows, hid_t type, const void* values);
void set_rows(hid_t dataset, hsize_t rows);

// Opens a data set that this program could have written: stored in this file, with no filter but deflate and shuffle.
Handle open_dataset(hid_t parent, const std::string& name);
Dimensions dimensions(hid_t dataset);
// Refuses to make room for more numbers than the stored bytes can hold (deflate packs at most 1:1032).
void check_storage(hid_t dataset, hsize_t bytes);
// Rows [first, first + rows) of a data set of numbers, converted to the memory type.
void read_rows(hid_t dataset, hsize_t first, hsize_t rows, hid_t type, void* values);

// A whole data set; dimensions of 0 in `expected` mean any.
template <class T>
std::vector<T> read_array(hid_t parent, const std::string& name, const Dimensions& expected) {
  const Handle dataset = open_dataset(parent, name);
  const Dimensions found = dimensions(dataset);
  bool matches = found.size() == expected.size();
  for (std::size_t i = 0; matches && i < found.size(); ++i) matches = expected[i] == 0 || expected[i] == found[i];
  if (!matches) fail(name + " does not have the shape it should have");
  check_storage(dataset, count({count(found), sizeof(T)}));
  std::vector<T> values(count(found));
  read_rows(dataset, 0, found[0], native_type<T>(), values.data());
  return values;
}

}  // namespace knead::h5
