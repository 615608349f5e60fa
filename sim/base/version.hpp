#pragma once

namespace knead {

// How this library was built; recorded in every result.
struct BuildInformation {
  const char* version;     // "0.1.0"
  const char* git_commit;  // abbreviated hash, with "-modified" when tracked files differed; empty outside a checkout
  const char* compiler;    // "GNU 12.2.0"
  const char* flags;       // compiler options that decide the code: optimisation, CPU, sanitizers
  const char* build_type;  // "Release"
  bool native;             // compiled for the CPU of the building machine only
};

const BuildInformation& build_information();

// "knead 0.1.0 (1a2b3c4d5e6f, GNU 12.2.0, Release, native)"
const char* build_sentence();

}  // namespace knead
