// For syscall.
#define _GNU_SOURCE

#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// libedit asks for the size of the window before every line, makes two buffers of that many
// characters, and falls when there is no room for them; a window of 65535 by 65535 would take
// 34 GB. It offers no place where the answer could be bounded, so the question is answered here:
// the program's own function goes before the C library's, for libedit as for everyone.

enum { MOST_COLUMNS = 2000, MOST_ROWS = 500 };

int ioctl(int descriptor, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  int result = (int)syscall(SYS_ioctl, descriptor, request, argument);
  if (result == 0 && request == TIOCGWINSZ) {
    struct winsize *size = argument;
    if (size->ws_col > MOST_COLUMNS) size->ws_col = MOST_COLUMNS;
    if (size->ws_row > MOST_ROWS) size->ws_row = MOST_ROWS;
  }
  return result;
}
