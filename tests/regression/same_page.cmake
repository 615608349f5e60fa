# cmake -D COMMAND="program;argument" -D PAGE=file -P same_page.cmake
# Fails when the page is not what the program prints.
execute_process(COMMAND ${COMMAND} RESULT_VARIABLE code OUTPUT_VARIABLE printed)
file(READ ${PAGE} page)
if(NOT code STREQUAL 0 OR NOT printed STREQUAL page)
  string(REPLACE ";" " " COMMAND "${COMMAND}")
  message(FATAL_ERROR "${PAGE} is not what the program does: write it anew with `${COMMAND} > ${PAGE}`")
endif()
