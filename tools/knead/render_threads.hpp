#pragma once

namespace knead {

// Same input, same picture: keeps VTK's filters from sharing their work among threads.
void use_one_thread_for_filters();

}  // namespace knead
