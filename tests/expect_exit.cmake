# cmake -D COMMAND="program;argument" -D CODE=2 -D SENTENCE="part of its stderr" -P expect_exit.cmake
execute_process(COMMAND ${COMMAND} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE error)
if(NOT code STREQUAL CODE)
  message(FATAL_ERROR "exit code ${code} instead of ${CODE}\n${output}${error}")
endif()
string(FIND "${error}" "${SENTENCE}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "stderr does not say \"${SENTENCE}\":\n${error}")
endif()
