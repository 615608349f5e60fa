#include "io/hdf5.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace knead::h5 {

namespace {

constexpr hsize_t most_names = 10000;
constexpr std::size_t longest_text = std::size_t{1} << 28;

// The first message of the operating system on the stack, otherwise the innermost description.
herr_t find_reason(unsigned, const H5E_error2_t* entry, void* data) {
  auto& reason = *static_cast<std::string*>(data);
  const std::string text = entry->desc ? entry->desc : "";
  static const std::string mark = "error message = '";
  if (const auto at = text.find(mark); at != std::string::npos) {
    reason = text.substr(at + mark.size(), text.find('\'', at + mark.size()) - at - mark.size());
    return 1;
  }
  if (reason.empty()) reason = text;
  return 0;
}

// The library must not print: its reasons travel in exceptions. Nor must it tidy up when the program ends: handles
// close every file, and its second try at one that a full disk has left half written crashes.
void be_quiet() {
  static const bool done = [] {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(done);
}

Handle file_access() {
  be_quiet();
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "HDF5 cannot be set up");
  check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110), "HDF5 cannot be set up");
  check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "HDF5 cannot be set up");
  check(H5Pset_file_locking(access, false, true), "HDF5 cannot be set up");
  return access;
}

Handle text_type(std::size_t size, H5T_cset_t set = H5T_CSET_UTF8) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "a text type cannot be made");
  check(H5Tset_size(type, std::max<std::size_t>(size, 1)), "a text type cannot be made");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "a text type cannot be made");
  check(H5Tset_cset(type, set), "a text type cannot be made");
  return type;
}

Handle simple_space(const Dimensions& dimensions) {
  return {H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr), H5Sclose,
          "a data space cannot be made"};
}

Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose, "a data space cannot be made"}; }

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* value) {
  const Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "attribute " + name + " cannot be made");
  check(H5Awrite(attribute, type, value), "attribute " + name + " cannot be written");
}

// Texts side by side, each padded with zeros to the longest.
std::pair<std::string, std::size_t> pack(const std::vector<std::string>& texts) {
  std::size_t longest = 1;
  for (const auto& text : texts) longest = std::max(longest, text.size());
  std::string packed(longest * texts.size(), '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&packed[i * longest], texts[i].size());
  return {packed, longest};
}

std::vector<std::string> unpack(const std::string& packed, std::size_t size) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i + size <= packed.size(); i += size) {
    const std::string text = packed.substr(i, size);
    texts.push_back(text.substr(0, text.find('\0')));
  }
  return texts;
}

// Bytes of one text of a fixed-length type; a Failure for anything else.
std::size_t text_size(hid_t type, const std::string& name) {
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0) fail(name + " is not a text");
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > longest_text) fail(name + " is not a text of a sensible length");
  return size;
}

Handle open_attribute(hid_t object, const std::string& name) {
  return {H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "attribute " + name + " is missing"};
}

// Reads the one number of an attribute.
void read_number(hid_t object, const std::string& name, hid_t type, void* value) {
  const Handle attribute = open_attribute(object, name);
  const Handle space(H5Aget_space(attribute), H5Sclose, "attribute " + name + " cannot be read");
  const Handle stored(H5Aget_type(attribute), H5Tclose, "attribute " + name + " cannot be read");
  const H5T_class_t kind = H5Tget_class(stored);
  if (H5Sget_simple_extent_npoints(space) != 1 || (kind != H5T_INTEGER && kind != H5T_FLOAT))
    fail("attribute " + name + " is not one number");
  check(H5Aread(attribute, type, value), "attribute " + name + " cannot be read");
}

Handle creation(const Dimensions& chunk, bool compress) {
  Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "HDF5 cannot be set up");
  if (!chunk.empty()) check(H5Pset_chunk(list, static_cast<int>(chunk.size()), chunk.data()), "HDF5 cannot be set up");
  if (compress) {
    check(H5Pset_shuffle(list), "HDF5 cannot be set up");
    check(H5Pset_deflate(list, 1), "HDF5 cannot be set up");
  }
  return list;
}

}  // namespace

void fail(const std::string& what) {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_reason, &reason);
  H5Eclear2(H5E_DEFAULT);
  throw Failure(reason.empty() ? what : what + ": " + reason);
}

hsize_t count(const Dimensions& dimensions) {
  hsize_t product = 1;
  for (const hsize_t d : dimensions) {
    if (d != 0 && product > std::numeric_limits<hsize_t>::max() / d) fail("a data set claims an impossible size");
    product *= d;
  }
  return product;
}

Handle create_file(const std::filesystem::path& path, IndexNodes nodes) {
  const Handle access = file_access();
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "HDF5 cannot be set up");
  if (nodes == IndexNodes::large) check(H5Pset_istore_k(creation, 256), "HDF5 cannot be set up");  // half of the chunks
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "the file cannot be made"};
}

Handle open_file(const std::filesystem::path& path, Access mode) {
  const Handle access = file_access();
  return {H5Fopen(path.c_str(), mode == Access::write ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access), H5Fclose,
          "it is not a whole HDF5 file"};
}

int descriptor(hid_t file) {
  const Handle access = file_access();
  void* handle = nullptr;
  check(H5Fget_vfd_handle(file, access, &handle), "the file has no descriptor");
  return *static_cast<int*>(handle);
}

Handle create_group(hid_t parent, const std::string& name) {
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
          "group " + name + " cannot be made"};
}

bool exists(hid_t parent, const std::string& name) { return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0; }

namespace {

// Links that lead into other files are refused: a result is one file.
void check_link(hid_t parent, const std::string& name) {
  H5L_info_t link;
  if (H5Lget_info(parent, name.c_str(), &link, H5P_DEFAULT) < 0) {
    H5Eclear2(H5E_DEFAULT);
    fail(name + " is missing");
  }
  if (link.type != H5L_TYPE_HARD) fail(name + " is a link");
}

}  // namespace

Handle open_group(hid_t parent, const std::string& name) {
  check_link(parent, name);
  return {H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, name + " is not a group"};
}

std::vector<std::string> names(hid_t group) {
  H5G_info_t info;
  check(H5Gget_info(group, &info), "a group cannot be read");
  if (info.nlinks > most_names) fail("a group holds too many names");
  std::vector<std::string> list;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    char name[256];
    const auto size = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT);
    if (size <= 0 || size >= static_cast<ssize_t>(sizeof name)) fail("a group holds a name that cannot be read");
    list.emplace_back(name);
  }
  return list;
}

void write_attribute(hid_t object, const std::string& name, const std::string& text) {
  // The reader of VTK wants `Type` as ASCII of exactly its length.
  const bool ascii = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 128; });
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  const Handle type = text_type(padded.size(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
  write_attribute(object, name, type, scalar_space(), padded.data());
}

void write_attribute(hid_t object, const std::string& name, const std::vector<std::string>& texts) {
  if (texts.empty()) fail("attribute " + name + " would be empty");
  const auto [packed, size] = pack(texts);
  write_attribute(object, name, text_type(size), simple_space({texts.size()}), packed.data());
}

void write_attribute(hid_t object, const std::string& name, std::int64_t value) {
  write_attribute(object, name, H5T_NATIVE_INT64, scalar_space(), &value);
}

void write_attribute(hid_t object, const std::string& name, double value) {
  write_attribute(object, name, H5T_NATIVE_DOUBLE, scalar_space(), &value);
}

void write_attribute(hid_t object, const std::string& name, std::span<const std::int64_t> values) {
  write_attribute(object, name, H5T_NATIVE_INT64, simple_space({values.size()}), values.data());
}

void update_attribute(hid_t object, const std::string& name, std::int64_t value) {
  const Handle attribute = open_attribute(object, name);
  check(H5Awrite(attribute, H5T_NATIVE_INT64, &value), "attribute " + name + " cannot be written");
}

bool has_attribute(hid_t object, const std::string& name) { return H5Aexists(object, name.c_str()) > 0; }

std::vector<std::string> read_texts_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_attribute(object, name);
  const Handle type(H5Aget_type(attribute), H5Tclose, "attribute " + name + " cannot be read");
  const Handle space(H5Aget_space(attribute), H5Sclose, "attribute " + name + " cannot be read");
  const std::size_t size = text_size(type, "attribute " + name);
  const auto number = H5Sget_simple_extent_npoints(space);
  if (number < 0 || static_cast<std::size_t>(number) > longest_text / size) fail("attribute " + name + " is too long");
  // An attribute cannot hold more than is stored of it.
  if (H5Aget_storage_size(attribute) < size * static_cast<std::size_t>(number))
    fail("attribute " + name + " is damaged");
  std::string packed(size * static_cast<std::size_t>(number), '\0');
  check(H5Aread(attribute, type, packed.data()), "attribute " + name + " cannot be read");
  return unpack(packed, size);
}

std::string read_text_attribute(hid_t object, const std::string& name) {
  const auto texts = read_texts_attribute(object, name);
  if (texts.size() != 1) fail("attribute " + name + " is not one text");
  return texts[0];
}

std::int64_t read_integer_attribute(hid_t object, const std::string& name) {
  std::int64_t value = 0;
  read_number(object, name, H5T_NATIVE_INT64, &value);
  return value;
}

double read_number_attribute(hid_t object, const std::string& name) {
  double value = 0;
  read_number(object, name, H5T_NATIVE_DOUBLE, &value);
  return value;
}

std::vector<std::string> attribute_names(hid_t object) {
  const int number = H5Aget_num_attrs(object);
  if (number < 0 || number > static_cast<int>(most_names)) fail("attributes cannot be listed");
  std::vector<std::string> list;
  for (int i = 0; i < number; ++i) {
    char name[256];
    const auto size = H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(i), name,
                                         sizeof name, H5P_DEFAULT);
    if (size <= 0 || size >= static_cast<ssize_t>(sizeof name)) fail("an attribute has a name that cannot be read");
    list.emplace_back(name);
  }
  return list;
}

void write_text(hid_t parent, const std::string& name, const std::string& text) {
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  const Handle type = text_type(padded.size());
  const Handle dataset(H5Dcreate2(parent, name.c_str(), type, scalar_space(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                       H5Dclose, name + " cannot be made");
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()), name + " cannot be written");
}

void write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts) {
  const auto [packed, size] = pack(texts);
  write_array(parent, name, {texts.size()}, text_type(size), packed.data(), false);
}

std::vector<std::string> read_texts(hid_t parent, const std::string& name) {
  const Handle dataset = open_dataset(parent, name);
  const Handle type(H5Dget_type(dataset), H5Tclose, name + " cannot be read");
  const std::size_t size = text_size(type, name);
  const hsize_t number = count(dimensions(dataset));
  if (number > longest_text / size) fail(name + " is too long");
  if (number == 0) return {};
  check_storage(dataset, count({number, size}));
  std::string packed(number * size, '\0');
  check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), name + " cannot be read");
  return unpack(packed, size);
}

std::string read_text(hid_t parent, const std::string& name) {
  const auto texts = read_texts(parent, name);
  if (texts.size() != 1) fail(name + " is not one text");
  return texts[0];
}

void write_array(hid_t parent, const std::string& name, const Dimensions& size, hid_t type, const void* values,
                 bool compress) {
  const bool empty = count(size) == 0;
  Dimensions chunk;
  if (compress && !empty) {
    constexpr hsize_t chunk_numbers = hsize_t{1} << 18;
    const hsize_t row = count(size) / size[0];
    chunk = size;
    chunk[0] = std::clamp<hsize_t>(chunk_numbers / std::max<hsize_t>(row, 1), 1, size[0]);
  }
  const Handle list = creation(chunk, compress && !empty);
  const Handle dataset(H5Dcreate2(parent, name.c_str(), type, simple_space(size), H5P_DEFAULT, list, H5P_DEFAULT),
                       H5Dclose, name + " cannot be made");
  if (!empty) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name + " cannot be written");
}

Handle create_growing(hid_t parent, const std::string& name, hid_t type, const Dimensions& row, hsize_t chunk_rows,
                      bool compress) {
  Dimensions size{0}, most{H5S_UNLIMITED}, chunk{chunk_rows};
  for (const hsize_t d : row) {
    size.push_back(d);
    most.push_back(d);
    chunk.push_back(d);
  }
  const Handle space(H5Screate_simple(static_cast<int>(size.size()), size.data(), most.data()), H5Sclose,
                     "a data space cannot be made");
  const Handle list = creation(chunk, compress);
  return {H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, list, H5P_DEFAULT), H5Dclose,
          name + " cannot be made"};
}

void append_rows(hid_t dataset, hsize_t rows, hid_t type, const void* values) {
  Dimensions size = dimensions(dataset);
  Dimensions start(size.size(), 0), block = size;
  start[0] = size[0];
  block[0] = rows;
  size[0] += rows;
  check(H5Dset_extent(dataset, size.data()), "a step cannot be added");
  const Handle in_file(H5Dget_space(dataset), H5Sclose, "a step cannot be added");
  check(H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
        "a step cannot be added");
  check(H5Dwrite(dataset, type, simple_space(block), in_file, H5P_DEFAULT, values), "a step cannot be written");
}

void set_rows(hid_t dataset, hsize_t rows) {
  Dimensions size = dimensions(dataset);
  if (size[0] == rows) return;
  size[0] = rows;
  check(H5Dset_extent(dataset, size.data()), "it cannot be cut back");
}

Handle open_dataset(hid_t parent, const std::string& name) {
  check_link(parent, name);
  Handle dataset(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, name + " is not a data set");
  const Handle list(H5Dget_create_plist(dataset), H5Pclose, name + " cannot be read");
  if (H5Pget_layout(list) == H5D_VIRTUAL || H5Pget_external_count(list) != 0) fail(name + " is stored in other files");
  const int filters = H5Pget_nfilters(list);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(list, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
      fail(name + " is packed in an unknown way");
  }
  return dataset;
}

Dimensions dimensions(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "a data set cannot be read");
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0) fail("a data set cannot be read");
  Dimensions size(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space, size.data(), nullptr), "a data set cannot be read");
  return size;
}

void check_storage(hid_t dataset, hsize_t bytes) {
  constexpr hsize_t best_packing = 1032;
  const hsize_t stored = H5Dget_storage_size(dataset);
  if (bytes > 0 && (stored == 0 || bytes / best_packing > stored)) fail("a data set claims more than the file holds");
}

void read_rows(hid_t dataset, hsize_t first, hsize_t rows, hid_t type, void* values) {
  const Handle stored(H5Dget_type(dataset), H5Tclose, "a data set cannot be read");
  const H5T_class_t kind = H5Tget_class(stored);
  if (kind != H5Tget_class(type) && !(kind == H5T_INTEGER && H5Tget_class(type) == H5T_FLOAT))
    fail("a data set holds another type than it should");
  const Dimensions size = dimensions(dataset);
  if (size.empty() || first > size[0] || rows > size[0] - first) fail("a data set is too short");
  if (rows == 0 || count(size) == 0) return;
  Dimensions start(size.size(), 0), block = size;
  start[0] = first;
  block[0] = rows;
  const Handle in_file(H5Dget_space(dataset), H5Sclose, "a data set cannot be read");
  check(H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
        "a data set cannot be read");
  check(H5Dread(dataset, type, simple_space(block), in_file, H5P_DEFAULT, values), "a data set cannot be read");
}

}  // namespace knead::h5
