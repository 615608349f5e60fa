// What a system says it holds against what the allocator has given out.
#include <malloc.h>

#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/system.hpp"
#include "terms/traction.hpp"

using namespace knead;

namespace {

// Bytes in use, as the C library's own allocator knows them.
double allocated() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

}  // namespace

TEST_CASE("The memory that a system counts is what it has allocated") {
  const double before = allocated();
  const auto body = std::make_shared<Body>();
  BlockSettings block;
  block.elements = {10, 10, 6};
  block.layers = {{0, 0.002, 1}, {1, 0.05, 5}};  // a skin that bends
  body->mesh = make_block(block);
  body->tissues.resize(2);
  body->tissues[0].law = NeoHookean{30000, VolumetricSplit::split};
  body->tissues[1].law = NeoHookean{1000, VolumetricSplit::split};
  for (Tissue& t : body->tissues) t.kappa = 1e6;
  body->held.assign(body->mesh.points.size(), 0);
  body->holder.assign(body->mesh.points.size(), 0);
  body->holders = {"free", "bottom"};
  for (const auto& nodes : face_nodes(body->mesh, faces_of(body->mesh, "bottom")))
    for (int n : nodes) body->held[static_cast<std::size_t>(n)] = 7;
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  terms.push_back(std::make_unique<Traction>(Traction::normal(
      "top", body->mesh.points, face_nodes(body->mesh, faces_of(body->mesh, "top")), [](double) { return -100.0; },
      [](Vec3d) { return 1.0; })));
  System system(body, std::move(terms), {}, {});
  Unknowns x = system.rest();
  system.set_time(0, {});
  REQUIRE(system.solve(x).converged);

  double counted = static_cast<double>(bytes_of(x.u, x.p));
  for (const auto& part : system.memory()) {
    INFO(part.name);
    CHECK(part.bytes > 0);
    counted += static_cast<double>(part.bytes);
  }
  const double used = allocated() - before;
  if (used > 0.1 * counted) {  // a sanitizer brings its own allocator
    INFO(counted << " counted, " << used << " allocated");
    CHECK(counted < 1.01 * used);
    CHECK(counted > 0.95 * used);
  }
  CHECK(system.seconds().krylov > 0);
}
