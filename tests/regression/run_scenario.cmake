# cmake -D PROGRAM=knead -D SCENARIO=file -D FOLDER=results -D OPTIONS="--preview" -P run_scenario.cmake
# Runs a scenario; fails when the run does, when it is compared with nothing, or when a measure is outside.
execute_process(COMMAND ${PROGRAM} run ${SCENARIO} -o ${FOLDER} --force --no-picture --json ${OPTIONS}
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE error)
message("${error}")
if(NOT code STREQUAL 0)
  message(FATAL_ERROR "exit code ${code}")
endif()
string(JSON compared LENGTH "${output}" expect)
if(compared EQUAL 0)
  message(FATAL_ERROR "${SCENARIO} expects nothing of this run: give it [expect]")
endif()
