#include "io/xdmf.hpp"

#include <cstdlib>

#include <sys/wait.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "unit/io/example.hpp"

namespace fs = std::filesystem;

TEST_CASE("The XDMF sidecar points at every step, also after the folder has moved") {
  const example::Folder folder;
  fs::create_directory(folder / "a");
  const fs::path before = folder / "a", after = folder / "b";
  example::write(before / "run.vtkhdf", 4);
  CHECK(knead::export_xdmf(before / "run.vtkhdf") == before / "run.xdmf");
  knead::export_xdmf(before / "run.vtkhdf");  // it can be made again
  CHECK(fs::file_size(before / "run.views.h5") < fs::file_size(before / "run.vtkhdf"));
  fs::rename(before, after);
  const std::string script = std::string(KNEAD_SOURCE_DIR) + "/tests/unit/io/check_xdmf.py";
  const std::string python = fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  const int status = std::system((python + " '" + script + "' '" + (after / "run.xdmf").string() + "' 4").c_str());
  if (WEXITSTATUS(status) == 77) {
    WARN("skipped: python3 with h5py and numpy was not found");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("A result that is not there has no sidecar") {
  CHECK_THROWS_AS(knead::export_xdmf("no-such-folder/run.vtkhdf"), knead::Error);
}
