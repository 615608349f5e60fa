#pragma once
// What commands that solve have in common: threads, signals, the progress line.
#include <atomic>
#include <string>

#include "command.hpp"
#include "simulation.hpp"

namespace knead {

// --threads, else what the batch system gives, else the processors this process may use.
void choose_threads(const Given& given);

// From now on SIGTERM and SIGUSR1 ask to stop with a checkpoint (1), Ctrl-C to stop as interrupted (2); a second Ctrl-C
// ends at once. For RunOptions::stop.
const std::atomic<int>* watch_signals();

// What a progress line says of a step.
std::string progress_detail(const StepReport& step);

// "runs/effleurage-lower-back" and the ending: where results go unless -o says otherwise.
std::string default_folder(const std::string& scenario, const std::string& ending = "");

// Makes a folder for results; an Error(file_error) says why it cannot be made.
void make_folder(const std::filesystem::path& folder);

}  // namespace knead
