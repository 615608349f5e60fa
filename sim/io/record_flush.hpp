#pragma once
// A result file that stays readable when the program is killed or the disk is full.
#include <cstddef>

#include "io/hdf5.hpp"

namespace knead {

// Hands everything that the library holds to the operating system, so that a kill at any moment leaves a readable file.
// growing: large data sets that may have grown since.
void flush_safely(hid_t file, std::size_t growing);

// From now on what the library still writes into the file goes into memory: what is on the disk stays as it is.
void write_into_memory_only(hid_t file);

}  // namespace knead
